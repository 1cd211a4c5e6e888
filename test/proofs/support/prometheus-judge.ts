/** Whether what became of a question is one of the things that may come of what it met with. */
import { type Fault, type FaultName, FAULTS } from "../../support/faulty-prometheus.ts";
import type { Ending } from "./prometheus-questions.ts";

/** How a client was set up. */
export interface Settings {
  readonly timeoutMs: number;
  readonly attemptTimeoutMs?: number;
  readonly retries: number;
  readonly concurrency: number;
  readonly maxBytes: number;
  readonly partial: "refuse" | "accept";
}

/** A request, and what it met with. */
export interface Met {
  readonly fault: FaultName;
  /** On the monotonic clock. */
  readonly at: number;
}

/** A question from its beginning to its end. */
export interface Story {
  readonly question: string;
  /** How many requests it takes if each is answered at once. */
  readonly requests: number;
  readonly met: Met[];
  readonly startedAt: number;
  endedAt: number;
  /** How long the process stood still within. */
  stoodMs: number;
  hasGivenUp: boolean;
}

/** So much later than its time a question may end, while the process works: it is there to find what hangs. */
export const SLACK_MS = 1_500;
/** Timers fire a little early. */
const EARLY = 0.9;
const FIRST_WAIT_MS = 100;

/** What is wrong with an ending; undefined if nothing is. */
export function misjudged(ending: Ending, story: Story, settings: Settings): string | undefined {
  const { timeoutMs, retries } = settings;
  const { met, endedAt, startedAt } = story;
  const tookMs = endedAt - startedAt;
  if (tookMs - story.stoodMs > timeoutMs + SLACK_MS) return `it took ${tookMs} ms`;
  const faults = met.map(({ fault }): Fault => FAULTS[fault]);
  const isGood = ({ kinds }: Fault): boolean =>
    kinds.length === 0 || (kinds[0] === "partial" && settings.partial === "accept");
  /** Whether it may have been given up before it was answered. */
  const wasSlow = (index: number): boolean =>
    (met[index + 1]?.at ?? endedAt) - (met[index]?.at ?? endedAt) >= (settings.attemptTimeoutMs ?? timeoutMs) * EARLY;

  // In a row, at the least and at the most: what was good and slow may have been given up.
  let [fewest, most, good] = [0, 0, 0];
  for (const [index, fault] of faults.entries()) {
    const isSlow = wasSlow(index);
    const isLast = index === faults.length - 1;
    if (!isLast && !isGood(fault) && !fault.isPassing && !isSlow) return `asked again after ${met[index]?.fault ?? ""}`;
    fewest = isGood(fault) ? 0 : fewest + 1;
    most = isGood(fault) && !isSlow ? 0 : most + 1;
    if (most === 0) good += 1;
    if (fewest > retries + 1) return "asked too often";
  }
  if (good > story.requests) return "asked for more than it needs";

  const last = faults.at(-1);
  const lastIsSlow = wasSlow(faults.length - 1);
  if (ending.ok) return last !== undefined && isGood(last) ? undefined : "answered without an answer";
  if (ending.kind === "aborted") return story.hasGivenUp ? undefined : "aborted by nobody";
  if (ending.kind === "timeout") {
    return tookMs >= timeoutMs * EARLY || lastIsSlow || last?.isEndless === true
      ? undefined
      : `late after ${tookMs} ms`;
  }
  if (last?.kinds.some((kind) => kind === ending.kind) !== true) return "failed in another way";
  if (ending.attempts !== undefined && ending.attempts !== met.length) return `counts ${ending.attempts} attempts`;
  const mostWaitMs = FIRST_WAIT_MS * 2 ** (most - 1) + (RETRY_AFTER_MS[met.at(-1)?.fault ?? ""] ?? 0);
  if (last.isPassing && most <= retries && tookMs + mostWaitMs < timeoutMs) return "given up too early";
  return undefined;
}

const RETRY_AFTER_MS: Readonly<Record<string, number>> = { too_many: 20, too_many_for_long: 3_600_000 };
