/** Waits for an approval: a policy's, or a person's, in this process or another one. */
import { onAbort, whenAborted } from "../../core/abort.ts";
import type { Clock } from "../../core/time/clock.ts";
import { cut } from "../../core/cut.ts";
import { invalid, show } from "../../core/errors.ts";
import { publicReason } from "../../core/public-reason.ts";
import { isThenable } from "../../core/thenable.ts";
import type { Logger } from "../../ports/logger.ts";

import {
  type ApprovalAnswer,
  type ApprovalRequest,
  isLateAnswer,
  NOBODY,
  type RunbookApprover,
  unansweredText,
} from "./approval.ts";
import type { ApprovalAnswered, PlannedStep, RunOccurrence } from "../events.ts";
import { nameOf } from "../patience.ts";
import type { Redactor } from "../redact/redactor.ts";
import type { RunStep } from "../run.ts";

/** What a gate works with. */
export interface GateOptions {
  readonly approver: RunbookApprover | undefined;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Takes secrets out of what people and policies say. */
  readonly redactor: Redactor;
  readonly add: (...occurrences: readonly RunOccurrence[]) => Promise<unknown>;
  /** Hears what other processes have said. */
  readonly look: () => Promise<void>;
  /** The step as it stands. */
  readonly step: (name: string) => RunStep | undefined;
}

const LOOK_EVERY_MS = 1_000;
const LONGEST_TEXT = 2_000;

/** Asks and waits. */
export class ApprovalGate {
  readonly #options: GateOptions;
  readonly #waiting = new Map<string, () => void>();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Told of each answer that is kept. */
  heard({ step }: ApprovalAnswered): void {
    this.#waiting.get(step)?.();
  }

  /** Resolves to the answer; undefined if `signal` aborts before there is one. An earlier question that still waits goes on. */
  async ask(
    request: Omit<ApprovalRequest, "expiresAt">,
    {
      timeoutMs,
      signal,
      planned,
    }: { readonly timeoutMs: number; readonly signal: AbortSignal; readonly planned?: PlannedStep | undefined },
  ): Promise<ApprovalAnswer | undefined> {
    const { clock } = this.#options;
    const { step: name, message } = request;
    const before = this.#options.step(name);
    let expiresAt = before?.status === "waiting" ? before.approval?.expiresAt : undefined;
    if (expiresAt === undefined) {
      expiresAt = clock.now() + timeoutMs;
      await this.#options.add({
        ...{ type: "approval_requested", step: name, message, expiresAt },
        ...(planned === undefined ? {} : { planned }),
      });
    }
    const ended = new AbortController();
    const asked = this.#askApprover({ ...request, expiresAt }, AbortSignal.any([ended.signal, signal]));
    try {
      await this.#wait(name, { expiresAt, timeoutMs, signal });
      if (this.#answer(name) === undefined && !signal.aborted) {
        const reason = unansweredText(timeoutMs);
        await this.#options.add({ type: "approval_answered", step: name, approved: false, by: NOBODY, reason });
      }
      return this.#answer(name);
    } finally {
      this.#waiting.delete(name);
      ended.abort();
      await asked;
    }
  }

  #answer(name: string): ApprovalAnswer | undefined {
    const approval = this.#options.step(name)?.approval;
    if (approval?.approved === undefined) return undefined;
    const { approved, by = NOBODY, reason } = approval;
    return { approved, by, ...(reason === undefined ? {} : { reason }) };
  }

  async #wait(
    name: string,
    {
      expiresAt,
      timeoutMs,
      signal,
    }: { readonly expiresAt: number; readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const { clock, look, logger } = this.#options;
    const until = clock.monotonic() + timeoutMs;
    // By both clocks: one may be set back, and the other stands still while the machine sleeps.
    const leftMs = (): number => Math.min(until - clock.monotonic(), expiresAt - clock.now());
    while (!signal.aborted && this.#answer(name) === undefined && leftMs() > 0) {
      await new Promise<void>((resolve) => {
        const done = (): void => {
          stop();
          release();
          resolve();
        };
        const stop = clock.schedule(done, Math.min(LOOK_EVERY_MS, leftMs()), { keepAlive: true });
        const release = onAbort(signal, done);
        this.#waiting.set(name, done);
      });
      if (this.#answer(name) !== undefined) return;
      try {
        await look();
      } catch (error) {
        // The store may be well again the next time.
        logger.warn("answers to an approval could not be looked for", { step: name, error: nameOf(error) });
      }
    }
  }

  /** Never rejects: what goes wrong is left to people. */
  async #askApprover(request: ApprovalRequest, signal: AbortSignal): Promise<void> {
    const { approver, clock, logger, add, redactor } = this.#options;
    if (approver === undefined) return;
    const aborted = whenAborted(signal);
    let answer: ApprovalAnswer | undefined;
    try {
      const asked = approver(request, { signal });
      // Who hangs must not hold up the answer of somebody else.
      answer = isThenable(asked) ? await Promise.race([asked, aborted.promise]) : asked;
      if (answer === undefined || signal.aborted) return;
      const { approved, by, reason } = soundAnswer(answer);
      const said = reason === undefined ? {} : { reason: cut(redactor.text(reason), LONGEST_TEXT) };
      const who = cut(redactor.text(by), 200);
      // Somebody may have answered meanwhile: the first answer counts.
      if (this.#answer(request.step) !== undefined) return;
      if (isLateAnswer({ approved, by: who, at: clock.now() }, request)) {
        logger.warn("an approver answered when the time was up; its answer is none", { step: request.step });
        return;
      }
      await add({ type: "approval_answered", step: request.step, approved, by: who, ...said });
    } catch (error) {
      if (signal.aborted) return;
      const why = cut(redactor.text(publicReason(error)), LONGEST_TEXT);
      logger.error("an approver failed; the question waits for people", { step: request.step, error: why });
    } finally {
      aborted.release();
    }
  }
}

function soundAnswer(answer: ApprovalAnswer): ApprovalAnswer {
  const { approved, by } = (answer as ApprovalAnswer | null) ?? ({} as Partial<ApprovalAnswer>);
  if (typeof approved === "boolean" && typeof by === "string" && by !== "") return answer;
  throw invalid("approver", `answered ${show(answer)}; write { approved: true, by: "name" }`);
}
