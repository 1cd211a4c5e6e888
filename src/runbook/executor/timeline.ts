/** Writes a run into its incident's timeline, each thing once. */
import type { Clock } from "../../core/time/clock.ts";
import { cut } from "../../core/cut.ts";
import { isReliabilityError } from "../../core/errors.ts";
import type { IncidentManager } from "../../incident/manager.ts";
import type { Logger } from "../../ports/logger.ts";

import { RUNBOOK_NOTE } from "../engine/approval-note.ts";
import type { RunEvent } from "../events.ts";
import type { RunState } from "../fold.ts";
import { nameOf, sleep, sleepUnless } from "../patience.ts";
import { describeEvent } from "./timeline-texts.ts";

/** What the timeline asks of incidents: an `IncidentManager`. */
export type RunIncidents = Pick<IncidentManager, "note" | "timeline">;

/** One thing to be written. */
interface Line {
  readonly message: string;
  readonly at: number;
  readonly data: Readonly<Record<string, unknown>>;
}

const LONGEST_MESSAGE = 10_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** All that is waited for in a run because its incident cannot be written: its end must not wait for ever. */
const PATIENCE_MS = 20_000;
/** A policy that takes longer than this is not waited for: people are called meanwhile. */
const POLICY_MS = 1_000;

/** The timeline of one run. Lines are written one after the other; what fails is tried again. */
export class RunTimeline {
  readonly #incidents: RunIncidents;
  readonly #incident: string;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #isPolicyAsked: boolean;
  /** Questions by their steps; aborted once they are none any more. */
  readonly #asked = new Map<string, AbortController>();
  #tail: Promise<void> = Promise.resolve();
  /** Versions of the run that are in the timeline. */
  #written = new Set<number>();
  #patienceMs = PATIENCE_MS;
  #left = 0;

  constructor(options: {
    readonly incidents: RunIncidents;
    readonly incident: string;
    readonly clock: Clock;
    readonly logger: Logger;
    /** Whether a policy may answer before people have to. */
    readonly isPolicyAsked: boolean;
  }) {
    this.#incidents = options.incidents;
    this.#incident = options.incident;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.#isPolicyAsked = options.isPolicyAsked;
  }

  /** Takes one more event of the run. */
  add(state: RunState, event: RunEvent): void {
    const question = this.#questionOf(event);
    const line = lineOf(state, event);
    if (line === undefined) return;
    this.#tail = this.#tail.then(async () => {
      if (question === undefined) return this.#write(state, line);
      // People are called by this line: not for what a policy answers at once, or what is answered by now.
      if (this.#isPolicyAsked) await sleepUnless(this.#clock, POLICY_MS, question);
      const answered = question.aborted ? { isAnswered: true } : {};
      return this.#write(state, { ...line, data: { ...line.data, ...answered } });
    });
  }

  /** What aborts when the question that `event` asks is answered, or has lost its sense; undefined if it asks none. */
  #questionOf(event: RunEvent): AbortSignal | undefined {
    const isOver = event.type === "ended" || event.type === "cancel_requested";
    const ended = isOver ? [...this.#asked.keys()] : "step" in event ? [event.step] : [];
    for (const step of ended) {
      this.#asked.get(step)?.abort();
      this.#asked.delete(step);
    }
    if (event.type !== "approval_requested") return undefined;
    const question = new AbortController();
    this.#asked.set(event.step, question);
    return question.signal;
  }

  /** Finds out what an earlier process has written, so that only the rest is. */
  catchUp(state: RunState): void {
    this.#tail = this.#tail.then(() => this.#look(state));
  }

  /** Resolves when all that was taken is written, or given up. Returns how many lines were given up. */
  async settled(): Promise<number> {
    await this.#tail;
    return this.#left;
  }

  async #look(state: Pick<RunState, "id">): Promise<void> {
    try {
      for (const event of await this.#incidents.timeline(this.#incident)) {
        const data = event.type === "noted" && event.kind === RUNBOOK_NOTE ? event.data : undefined;
        if (data?.run === state.id && typeof data.version === "number") this.#written.add(data.version);
      }
    } catch (error) {
      const about = { incident: this.#incident, run: state.id, error: nameOf(error) };
      this.#logger.warn("the incident of a run could not be read", about);
    }
  }

  async #write(state: RunState, { message, at, data }: Line): Promise<void> {
    const { id, by } = state;
    const version = data.version as number;
    for (let waitMs = FIRST_WAIT_MS; !this.#written.has(version); waitMs = Math.min(3 * waitMs, LONGEST_WAIT_MS)) {
      try {
        // A clock that was set back meanwhile would have it happen in the future, which an incident refuses.
        const happenedAt = Math.min(at, this.#clock.now());
        const note = { kind: RUNBOOK_NOTE, by, at: happenedAt, message: cut(message, LONGEST_MESSAGE), data };
        await this.#incidents.note(this.#incident, note);
        this.#written.add(version);
      } catch (error) {
        const isLasting =
          isReliabilityError(error) && (error.code === "configuration" || error.code === "illegal_transition");
        if (isLasting || this.#patienceMs < waitMs) {
          this.#left += 1;
          const about = { incident: this.#incident, run: id, version, error: nameOf(error) };
          this.#logger.error("a step of a run is missing in its incident's timeline", about);
          return;
        }
        this.#patienceMs -= waitMs;
        await sleep(this.#clock, waitMs);
        // It may have been kept, and the answer lost.
        await this.#look(state);
      }
    }
  }
}

function lineOf(state: RunState, event: RunEvent): Line | undefined {
  const described = describeEvent(state, event);
  if (described === undefined) return undefined;
  const { message, ...data } = described;
  return {
    message,
    at: event.at,
    data: { run: state.id, runbook: state.runbook, version: state.version, event: event.type, ...data },
  };
}
