/** Has the runs of a runner drawn on graphs. */
import { pause } from "../../core/abort.ts";
import { type Clock, systemClock } from "../../core/time/clock.ts";
import { withDeadline } from "../../core/deadline.ts";
import { parseDuration } from "../../core/time/duration.ts";
import { invalid, isReliabilityError, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { Turns } from "../../core/turns.ts";
import { quietly } from "../../core/thenable.ts";
import type { ChaosAnnotator } from "../../ports/chaos-annotator.ts";
import type { CallOptions } from "../../ports/store.ts";

import { onStriking, type ToldRunner } from "./striking.ts";

/** What can be told to {@link annotateRuns}. */
export interface AnnotateRunsOptions {
  /** How long one call may take; `"10s"` unless told. */
  readonly timeout?: string;
  /** How often each is tried, 1 to 20; 4 unless told. The waits between double from a second on. */
  readonly attempts?: number;
  readonly clock?: Clock;
  /** Told of what could not be drawn. */
  readonly onError?: (error: unknown) => void;
}

/**
 * Draws each run that strikes: a mark when it begins, a region when it has ended and is undone. A graph that cannot be reached holds no
 * run up.
 *
 * @returns how to listen no more; resolves when what was told by then is drawn, or was given up
 *
 * @example
 * ```ts
 * import { annotateRuns, ChaosRunner, MemoryStateStore } from "nines";
 * import { GrafanaChaosAnnotations } from "nines/grafana";
 *
 * const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none" });
 * const grafana = new GrafanaChaosAnnotations({ baseUrl: "https://grafana.example.com", token: "glsa_0123" });
 * const off = annotateRuns(runner, grafana);
 * await off();
 * ```
 */
export function annotateRuns(
  runner: ToldRunner,
  annotator: ChaosAnnotator,
  options: AnnotateRunsOptions = {},
): () => Promise<void> {
  checkOptions(options, "annotateRuns", ["timeout", "attempts", "clock", "onError"]);
  checkMethods(annotator, "annotator", ["begin", "end"]);
  const { timeout = "10s", attempts = 4, clock = systemClock, onError } = options;
  const timeoutMs = parseDuration(timeout, "timeout");
  if (!(Number.isInteger(attempts) && attempts >= 1 && attempts <= MOST_ATTEMPTS)) {
    throw invalid("attempts", `${show(attempts)} is out of range; write a whole number from 1 to 20`);
  }
  const turns = new Turns();
  const pending = new Set<Promise<void>>();
  const tell = (error: unknown): void => {
    quietly(() => onError?.(error));
  };

  const draw = (run: string, operation: string, call: (options: CallOptions) => Promise<void>): void => {
    const drawing = turns.take(run, async () => {
      for (let attempt = 1; ; attempt += 1) {
        try {
          await withDeadline((signal) => call({ signal }), { clock, timeoutMs, operation });
          return;
        } catch (error) {
          if (attempt >= attempts || !mayWorkLater(error)) throw error;
          await pause(clock, FIRST_WAIT_MS * 2 ** (attempt - 1), { keepAlive: true });
        }
      }
    });
    const done = drawing.catch(tell).finally(() => pending.delete(done));
    pending.add(done);
  };

  const off = onStriking(runner, {
    began: (mark) => {
      draw(mark.run, "to draw the beginning of a run", (call) => annotator.begin(mark, call));
    },
    ended: (report, run) => {
      const { id, experiment, startedAt, endedAt, outcome, services, blastRadius } = report;
      const region = {
        ...{ run: id, experiment, services, outcome, until: endedAt },
        at: run?.at ?? startedAt,
        text: run?.text ?? `struck: ${blastRadius.chosen.join(", ")}`,
      };
      draw(id, "to draw a run", (call) => annotator.end(region, call));
    },
  });
  return async () => {
    off();
    await Promise.all(pending);
  };
}

const MOST_ATTEMPTS = 20;
const FIRST_WAIT_MS = 1_000;

function mayWorkLater(error: unknown): boolean {
  if (!isReliabilityError(error)) return false;
  return error.code === "timeout" || (error.code === "adapter" && error.context.retryable === true);
}
