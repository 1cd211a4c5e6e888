/** One attempt at a step: it ends by itself, by its time, or because the run is cancelled, and always ends. */
import { isReliabilityError } from "../../core/errors.ts";
import { cut } from "../../core/cut.ts";
import { limitText } from "../../core/time/duration-text.ts";
import { causeOfThrown, codeOfThrown, isError, messageOfThrown, nameOfThrown } from "../../core/thrown.ts";

import { OutputCapture } from "./capture.ts";
import { isWorthATry } from "../patience.ts";
import type { Performed, Prepared } from "./performing.ts";
import type { StepAttempt } from "../run.ts";
import type { StepSettings } from "./settings.ts";

/** What an attempt is told. */
export interface AttemptOptions {
  readonly number: number;
  readonly key: string;
  readonly timeoutMs: number;
  readonly isDryRun: boolean;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly settings: StepSettings;
  readonly maxOutput: number;
  /** Told of output as it comes, secrets taken out. */
  readonly onText: (stream: "stdout" | "stderr", text: string) => void;
}

/** How it ended, and whether another attempt may help. */
export interface AttemptEnd {
  readonly attempt: Omit<StepAttempt, "startedAt" | "endedAt">;
  readonly isWorthAnother: boolean;
}

/** After its time is up a step has so long to end what it began; then the run goes on without it. */
const SETTLE_MS = 220;
const LONGEST_REASON = 2_000;

/** Runs a prepared step once. Never rejects. */
export async function attemptOnce(prepared: Prepared, options: AttemptOptions): Promise<AttemptEnd> {
  const { number, key, timeoutMs, isDryRun, signal, settings, maxOutput, onText } = options;
  const { clock } = settings;
  const { redactor } = prepared;
  const capture = (stream: "stdout" | "stderr"): OutputCapture =>
    new OutputCapture({
      redactor,
      maxCharacters: maxOutput,
      onText: (text) => {
        onText(stream, text);
      },
    });
  const [stdout, stderr] = [capture("stdout"), capture("stderr")];
  const began = clock.monotonic();

  const controller = new AbortController();
  let broken: "timed_out" | "cancelled" | undefined;
  let giveUp = (): void => undefined;
  let stopWaiting = (): void => undefined;
  const late = new Promise<undefined>((resolve) => {
    giveUp = () => {
      resolve(undefined);
    };
  });
  const breakOff = (why: "timed_out" | "cancelled", reason: unknown): void => {
    if (broken !== undefined) return;
    broken = why;
    controller.abort(reason);
    stopWaiting = clock.schedule(giveUp, SETTLE_MS, { keepAlive: true });
  };
  const onCancel = (): void => {
    breakOff("cancelled", signal.reason);
  };
  const stopTimer = clock.schedule(
    () => {
      breakOff("timed_out", new Error("the step's time is up"));
    },
    timeoutMs,
    { keepAlive: true },
  );
  // Listened to by itself: a signal of a large group would have too many listeners.
  const own = AbortSignal.any([signal]);
  own.addEventListener("abort", onCancel);
  if (own.aborted) onCancel();

  const context = { signal: controller.signal, attempt: number, isDryRun, key, stdout, stderr };
  const work = new Promise<Performed>((resolve) => {
    // Cancelled before it began: nothing is begun.
    resolve(broken === undefined ? prepared.perform(context) : { isDone: false });
  }).then(
    (performed) => ({ performed }),
    (error: unknown) => ({ error }),
  );
  const outcome = await Promise.race([work, late]);
  stopTimer();
  stopWaiting();
  own.removeEventListener("abort", onCancel);

  const kept = { stdout: stdout.end(), stderr: stderr.end() };
  const durationMs = Math.round(clock.monotonic() - began);
  const performed = outcome !== undefined && "performed" in outcome ? outcome.performed : undefined;
  const { isDone = false, reason } = performed ?? {};
  const facts = redactor.value(factsOf(performed)) as Facts;
  const error = outcome !== undefined && "error" in outcome ? outcome.error : undefined;
  const common = { number, durationMs, ...facts, ...kept };
  const told = (text: string | undefined): { readonly reason?: string } =>
    text === undefined ? {} : { reason: cut(redactor.text(text), LONGEST_REASON) };
  if (broken !== undefined) {
    const what = broken === "timed_out" ? `took longer than ${limitText(Math.round(timeoutMs))}` : "was cancelled";
    const more = outcome === undefined ? "; it did not end when it was told to" : "";
    return {
      attempt: { ...common, status: broken, ...told(`${what}${more}`) },
      isWorthAnother: broken === "timed_out",
    };
  }
  if (isDone)
    return { attempt: { ...common, status: isDryRun ? "dry" : "succeeded", ...told(reason) }, isWorthAnother: false };
  const why = performed === undefined ? messageOf(error) : (reason ?? "failed");
  const isLasting = isReliabilityError(error) && error.code === "adapter" && !isWorthATry(error);
  return { attempt: { ...common, status: "failed", ...told(why) }, isWorthAnother: !isLasting };
}

type Facts = Pick<StepAttempt, "exitCode" | "httpStatus" | "signal" | "url" | "leftovers">;

/** What is kept of how it ended. */
function factsOf({ exitCode, httpStatus, signal, url, leftovers }: Partial<Performed> = {}): Facts {
  return {
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
    ...(signal === undefined ? {} : { signal }),
    ...(url === undefined ? {} : { url }),
    ...(leftovers === undefined || leftovers.length === 0 ? {} : { leftovers }),
  };
}

/** Whatever was thrown, in words. */
function messageOf(error: unknown): string {
  if (isReliabilityError(error)) return error.message;
  if (!isError(error)) return `threw ${typeof error}`;
  const [name, message] = [nameOfThrown(error), messageOfThrown(error)];
  // `fetch failed` says nothing; why it did is in the cause.
  const code = codeOfThrown(causeOfThrown(error)) ?? codeOfThrown(error);
  const words = message === name ? name : `${name}: ${message}`;
  return code === undefined || words.includes(code) ? words : `${words} (${code})`;
}
