/** Times jobs, messages and the like as the middleware times requests. */
import { invalid, show } from "../core/errors.ts";
import { isError, nameOfThrown } from "../core/thrown.ts";
import { isDuration } from "./buckets.ts";
import { CLIENT_CLOSED_REQUEST } from "./labels.ts";
import type { OperationSeries, OperationTable, Running } from "./operations.ts";
import type { Timeline } from "./timeline.ts";

/** How an operation ended. One that was `aborted` was given up by whoever wanted it: no SLO counts it as failed. */
export type OperationOutcome = "ok" | "error" | "aborted";

/** What an operation is called. */
export interface OperationName {
  /** Its name, such as `send-mail`: one of few. */
  readonly operation: string;
  /** What sort of thing it is, such as `job` or `consumer`; `job` without it. */
  readonly kind?: string;
}

/** What a recorder needs of its collector. */
export interface RecorderContext {
  readonly table: OperationTable;
  readonly timeline: Timeline;
  readonly onRejected: (reason: string) => void;
  readonly onFault: (what: string, error: unknown) => void;
}

/** The status that stands for an outcome where there is none. */
export const STATUS: Readonly<Record<OperationOutcome, number>> = {
  ok: 200,
  error: 500,
  aborted: CLIENT_CLOSED_REQUEST,
};

/** Records one operation: how long it takes, how often, how it ends, and how many are running. */
export class OperationRecorder {
  readonly #context: RecorderContext;
  readonly #series: Readonly<Record<OperationOutcome, () => OperationSeries>>;
  readonly #running: Running;

  /** @internal */
  constructor(context: RecorderContext, { operation, kind = "job" }: OperationName) {
    checkName("operation", operation);
    checkName("kind", kind);
    this.#context = context;
    this.#running = context.table.running({ kind, operation });
    const lazily = (outcome: OperationOutcome): (() => OperationSeries) => {
      let series: OperationSeries | undefined;
      return () =>
        (series ??= context.table.find(
          { kind, operation, outcome },
          { method: "", statusCode: STATUS[outcome], failed: outcome === "error" },
        ));
    };
    this.#series = { ok: lazily("ok"), error: lazily("error"), aborted: lazily("aborted") };
  }

  /** Notes that one begins; call what is returned when it ends. A second call of that does nothing. */
  start(): (outcome?: OperationOutcome) => void {
    const { timeline } = this.#context;
    const beganMs = timeline.monotonic();
    let running = true;
    this.#running.count += 1;
    return (outcome = "ok") => {
      if (!running) return;
      running = false;
      this.#running.count -= 1;
      this.record((timeline.monotonic() - beganMs) / 1_000, outcome);
    };
  }

  /** Records one that something else has timed, in seconds. Never throws: what is no duration or outcome is rejected. */
  record(durationSeconds: number, outcome: OperationOutcome = "ok"): void {
    const { table, timeline, onRejected } = this.#context;
    if (!isDuration(durationSeconds)) {
      onRejected("duration");
    } else if (!Object.hasOwn(STATUS, outcome)) {
      onRejected("outcome");
    } else {
      timeline.reach(timeline.monotonic());
      table.count(this.#series[outcome](), durationSeconds);
    }
  }
}

/** How it ended, by what was thrown. A caller that gives up says nothing about what it called; a time-out does. */
export function outcomeOfError(error: unknown): OperationOutcome {
  try {
    return isError(error) && nameOfThrown(error) === "AbortError" ? "aborted" : "error";
  } catch {
    return "error";
  }
}

function checkName(field: string, value: unknown): void {
  if (typeof value === "string" && value.trim() !== "" && value.length <= 200) return;
  throw invalid(field, `${show(value)} is not a name; write text of 1 to 200 characters`);
}
