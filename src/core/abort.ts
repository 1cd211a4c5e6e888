/** Waiting that can be cut short. */
import type { Clock } from "./time/clock.ts";

/** Asked anew each time: the compiler takes what it read once for what it stays. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

const LISTENING = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls `callback` once when `signal` aborts, at once if it has; returns how to forget about it. However many wait for a signal,
 * it has one listener: it would warn of a leak when there are more than ten.
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) {
    callback();
    return () => undefined;
  }
  let waiting = LISTENING.get(signal);
  if (waiting === undefined) {
    waiting = new Set();
    LISTENING.set(signal, waiting);
    signal.addEventListener("abort", tellAll);
  }
  const all = waiting;
  // The same function may wait twice.
  const mine = (): void => callback();
  all.add(mine);
  return () => {
    all.delete(mine);
    if (all.size > 0 || LISTENING.get(signal) !== all) return;
    LISTENING.delete(signal);
    signal.removeEventListener("abort", tellAll);
  };
}

function tellAll(this: AbortSignal): void {
  const waiting = LISTENING.get(this) ?? [];
  LISTENING.delete(this);
  this.removeEventListener("abort", tellAll);
  for (const callback of waiting) callback();
}

/** Resolves when `signal` aborts; `release` it when nobody waits any more. */
export function whenAborted(signal: AbortSignal | undefined): {
  readonly promise: Promise<undefined>;
  readonly release: () => void;
} {
  let release = (): void => undefined;
  const promise = new Promise<undefined>((resolve) => {
    release = onAbort(signal, () => {
      resolve(undefined);
    });
  });
  return { promise, release };
}

/**
 * A signal that aborts when the first of `signals` does. `release` it when nobody listens any more: `AbortSignal.any` leaves
 * something behind on each of them, for as long as that lives, and some live as long as the process (Node 20).
 */
export function firstOf(...signals: readonly (AbortSignal | undefined)[]): {
  readonly signal: AbortSignal;
  readonly release: () => void;
} {
  const controller = new AbortController();
  const releases = signals.map((signal) =>
    onAbort(signal, () => {
      controller.abort(signal?.reason);
    }),
  );
  const release = (): void => {
    for (const one of releases) one();
  };
  return { signal: controller.signal, release };
}

/** `promise`, or the signal's reason if that aborts first; what becomes of the work is then nobody's business. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let release = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    release = onAbort(signal, () => {
      reject(signal.reason as Error);
    });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    release();
  }
}

/** Resolves after `delayMs`, or when `signal` aborts. The process need not stay alive for it, unless told. */
export function pause(
  clock: Clock,
  delayMs: number,
  { signal, keepAlive = false }: { readonly signal?: AbortSignal | undefined; readonly keepAlive?: boolean } = {},
): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const done = (): void => {
      cancel();
      release();
      resolve();
    };
    const cancel = clock.schedule(done, delayMs, { keepAlive });
    const release = onAbort(signal, done);
  });
}
