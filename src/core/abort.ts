/** Waiting that can be cut short. */
import type { Clock } from "./clock.ts";

/** Asked anew each time: the compiler takes what it read once for what it stays. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}

/** Resolves when `signal` aborts; `release` it when nobody waits any more. */
export function whenAborted(signal: AbortSignal | undefined): {
  readonly promise: Promise<undefined>;
  readonly release: () => void;
} {
  let onAbort = (): void => undefined;
  const promise = new Promise<undefined>((resolve) => {
    onAbort = () => {
      resolve(undefined);
    };
  });
  if (isAborted(signal)) onAbort();
  else signal?.addEventListener("abort", onAbort);
  return { promise, release: () => signal?.removeEventListener("abort", onAbort) };
}

/** `promise`, or the signal's reason if that aborts first; what becomes of the work is then nobody's business. */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let onAbort = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => {
      reject(signal.reason as Error);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", onAbort);
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
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.schedule(done, delayMs, { keepAlive });
    signal?.addEventListener("abort", done);
  });
}
