/** What each SLO counts of each request. */
import type { RequestSelector, Slo } from "../slo/model.ts";
import { SliHistory, type HistoryState } from "./history.ts";
import { CLIENT_CLOSED_REQUEST } from "./labels.ts";
import { SliceCounter, type SliceState } from "./slices.ts";

/** What a request is to an SLO, as far as it is known before it was timed. */
export interface RequestKind {
  readonly method: string;
  readonly route: string;
  readonly statusCode: number;
  /** Whether it counts as failed. */
  readonly failed: boolean;
}

/** One SLO's part in recording a request of one kind. */
export interface CountingRule {
  readonly history: SliHistory;
  /** The request is good if it took at most this many seconds: infinite for "always good", -1 for "never". */
  readonly limitSeconds: number;
  /** The request counts only if it took longer than the limit. */
  readonly onlyIfSlower: boolean;
}

/** What is done for each request of one kind. */
export interface CountingPlan {
  readonly rules: readonly CountingRule[];
  readonly slices: readonly SliceCounter[];
}

/** A tracker as it is saved. */
export interface TrackerState {
  /** Says what was counted; a state with another one is not this SLO's any more. */
  readonly meaning: string;
  /** Position from which on it was counted. */
  readonly since: number;
  readonly history: HistoryState;
  readonly slices?: SliceState | undefined;
}

/** The counts behind one SLO. */
export class SloTracker {
  readonly slo: Slo;
  readonly history: SliHistory;
  readonly slices: SliceCounter | undefined;
  /** Position from which on this SLO was counted. */
  since = 0;

  constructor(slo: Slo) {
    this.slo = slo;
    const longestMs = longestWindowMs(slo);
    this.history = new SliHistory(longestMs);
    if (slo.kind === "throughput") {
      const { sliceMs, floorPerSecond } = slo;
      this.slices = new SliceCounter(this.history, { sliceMs, floorPerSecond, longestMs });
    }
  }

  /** Closes what ended at or before `position`. */
  advance(position: number): void {
    this.slices?.advance(position);
    this.history.advance(position);
  }

  /** What this SLO counts of requests of `kind`; undefined if nothing. */
  ruleFor(kind: RequestKind): CountingRule | SliceCounter | undefined {
    const { slo } = this;
    if (!selects(slo.selector, kind)) return undefined;
    const aborted = kind.statusCode === CLIENT_CLOSED_REQUEST;
    switch (slo.kind) {
      case "throughput":
        return this.slices;
      case "latency":
        // A client that left early says nothing; one that left after the threshold had waited too long.
        return { history: this.history, limitSeconds: slo.thresholdMs / 1_000, onlyIfSlower: aborted };
      case "availability":
      case "error_rate":
        if (aborted) return undefined;
        return { history: this.history, limitSeconds: kind.failed ? -1 : Infinity, onlyIfSlower: false };
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
    return { meaning: meaningOf(this.slo), since, history, slices };
  }

  /** Takes over a saved state; false if it counted something else. */
  restore(state: TrackerState): boolean {
    if (state.meaning !== meaningOf(this.slo)) return false;
    this.since = state.since;
    this.history.restore(state.history);
    if (state.slices !== undefined) this.slices?.restore(state.slices);
    return true;
  }
}

/** Gathers what each SLO counts of requests of `kind`. */
export function planFor(trackers: readonly SloTracker[], kind: RequestKind): CountingPlan {
  const rules: CountingRule[] = [];
  const slices: SliceCounter[] = [];
  for (const tracker of trackers) {
    const rule = tracker.ruleFor(kind);
    if (rule instanceof SliceCounter) slices.push(rule);
    else if (rule !== undefined) rules.push(rule);
  }
  return { rules, slices };
}

const LONGEST_PERIOD_MS = { day: 1, week: 7, month: 31, quarter: 92, year: 366 } as const;

function longestWindowMs({ window }: Slo): number {
  if (window.kind === "rolling") return window.durationMs;
  // One more hour: a day on which the clocks go back has 25.
  return LONGEST_PERIOD_MS[window.unit] * 86_400_000 + 3_600_000;
}

function selects(selector: RequestSelector | undefined, { method, route, statusCode }: RequestKind): boolean {
  if (selector === undefined) return true;
  const code = String(statusCode);
  const { methods, routes, statusCodes } = selector;
  return (
    (methods === undefined || methods.includes(method)) &&
    (routes === undefined || routes.some((pattern) => matchesRoute(pattern, route))) &&
    (statusCodes === undefined || statusCodes.some((wanted) => wanted === code || wanted === `${code.charAt(0)}xx`))
  );
}

function matchesRoute(pattern: string, route: string): boolean {
  return pattern.endsWith("*") ? route.startsWith(pattern.slice(0, -1)) : pattern === route;
}

function meaningOf(slo: Slo): string {
  const details =
    slo.kind === "latency" ? [slo.thresholdMs] : slo.kind === "throughput" ? [slo.floorPerSecond, slo.sliceMs] : [];
  return JSON.stringify([slo.kind, ...details, slo.selector ?? null]);
}
