/** What each SLO counts of each request. */
import type { RequestSelector, Slo } from "../slo/model.ts";
import { rangeAt, type TimeRange } from "../core/time/window.ts";
import { SliHistory, type HistoryState } from "./history.ts";
import { type CountsBefore, Instants, type Now } from "./instants.ts";
import { CLIENT_CLOSED_REQUEST, matches } from "./labels.ts";
import { SliceCounter, type SliceState } from "./slices.ts";

/** What an event is to an SLO, as far as it is known before it was timed. */
export interface EventKind {
  /** The HTTP method of a request; empty for what is none. */
  readonly method: string;
  readonly route: string;
  /** Name of the operation or dependency; undefined for a request of the service. */
  readonly operation?: string | undefined;
  readonly statusCode: number;
  /** Whether it counts as failed. */
  readonly failed: boolean;
  /** It lasts as long as its client wishes, so its duration says nothing. */
  readonly longLived: boolean;
}

/**
 * How an SLO judges events of one kind: `all` are good, `none` are, those `fast` enough are, or only the `slow` ones
 * count, and are bad.
 */
export type Judgement = "all" | "none" | "fast" | "slow" | "slices";

/** A tracker as it is saved. */
export interface TrackerState {
  /** Says what was counted; a state with another one is not this SLO's any more. */
  readonly meaning: string;
  /** Position from which on it was counted. */
  readonly since: number;
  readonly history: HistoryState;
  readonly slices?: SliceState | undefined;
  readonly instants?: readonly CountsBefore[] | undefined;
}

/** The counts behind one SLO. */
export class SloTracker {
  readonly slo: Slo;
  readonly history: SliHistory;
  readonly slices: SliceCounter | undefined;
  /** What is asked for by a fixed time. */
  readonly instants: Instants;
  #period: TimeRange | undefined;
  /** Position from which on this SLO was counted. */
  since = 0;

  constructor(slo: Slo) {
    this.slo = slo;
    const longestMs = longestWindowMs(slo);
    this.history = new SliHistory(longestMs);
    this.instants = new Instants(this.history);
    if (slo.kind === "throughput") {
      const { sliceMs, floorPerSecond } = slo;
      this.slices = new SliceCounter(this.history, { sliceMs, floorPerSecond, longestMs });
    }
  }

  /** Closes what ended by now, and keeps the counts at the edges of calendar periods. */
  advance(now: Now): void {
    this.slices?.advance(now.position);
    this.history.advance(now.position);
    const { window } = this.slo;
    if (window.kind === "calendar") {
      const known = this.#period;
      if (known === undefined || now.wall < known.start || now.wall >= known.end) {
        const period = rangeAt(window, now.wall);
        this.#period = period;
        this.instants.keep([period.start, period.end]);
      }
    }
    this.instants.advance(now);
  }

  /** How this SLO judges events of `kind`; undefined if it does not count them. */
  judge(kind: EventKind): Judgement | undefined {
    const { slo } = this;
    if (!selects(slo.selector, kind)) return undefined;
    const aborted = kind.statusCode === CLIENT_CLOSED_REQUEST;
    switch (slo.kind) {
      case "throughput":
        return "slices";
      case "latency":
        if (kind.longLived) return undefined;
        // A client that left early says nothing; one that left after the threshold had waited too long.
        return aborted ? "slow" : "fast";
      case "availability":
      case "error_rate":
        if (aborted) return undefined;
        return kind.failed ? "none" : "all";
    }
  }

  /** Begins to count at `position`, on a line that has a past which this SLO has not. */
  startAt(position: number): void {
    this.since = position;
    this.slices?.startAt(position);
  }

  /** What a restart needs to go on. */
  save(): TrackerState {
    const slices = this.slices?.save();
    const { since } = this;
    const history = this.history.save();
    return { meaning: meaningOf(this.slo), since, history, slices, instants: this.instants.save() };
  }

  /** Takes over a saved state; false if it counted something else. */
  restore(state: TrackerState): boolean {
    if (state.meaning !== meaningOf(this.slo)) return false;
    this.since = state.since;
    this.history.restore(state.history);
    if (state.slices !== undefined) this.slices?.restore(state.slices);
    this.instants.restore(state.instants ?? []);
    return true;
  }
}

const LONGEST_PERIOD_MS = { day: 1, week: 7, month: 31, quarter: 92, year: 366 } as const;

function longestWindowMs({ window }: Slo): number {
  if (window.kind === "rolling") return window.durationMs;
  // One more hour: a day on which the clocks go back has 25.
  return LONGEST_PERIOD_MS[window.unit] * 86_400_000 + 3_600_000;
}

function selects(selector: RequestSelector | undefined, kind: EventKind): boolean {
  const { operation, method, route, statusCode } = kind;
  // Unless it names operations an SLO is about the requests of its service.
  if (selector?.operations === undefined) {
    if (operation !== undefined) return false;
  } else if (operation === undefined || !selector.operations.some((pattern) => matches(pattern, operation))) {
    return false;
  }
  if (selector === undefined) return true;
  const code = String(statusCode);
  const { methods, routes, statusCodes } = selector;
  return (
    (methods === undefined || methods.includes(method)) &&
    (routes === undefined || routes.some((pattern) => matches(pattern, route))) &&
    (statusCodes === undefined || statusCodes.some((wanted) => wanted === code || wanted === `${code.charAt(0)}xx`))
  );
}

function meaningOf(slo: Slo): string {
  const details =
    slo.kind === "latency" ? [slo.thresholdMs] : slo.kind === "throughput" ? [slo.floorPerSecond, slo.sliceMs] : [];
  return JSON.stringify([slo.kind, ...details, slo.selector ?? null]);
}
