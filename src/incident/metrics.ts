/** MTTD, MTTA, MTTR, MTBF, counts and times of incidents over a window. */
import { invalid, show } from "../core/errors.ts";
import { checkIterable, checkOptions } from "../core/options.ts";
import type { TimeRange } from "../core/time/window.ts";

import { BetweenFailures } from "./between-failures.ts";
import { oneOf, time } from "./commands.ts";
import { absent, type RecordedTime, type MeanTime, MeanTimeTally } from "./mean-time.ts";
import { lengthWithin, stretches } from "./stretches.ts";
import { isTime } from "./times.ts";

/**
 * What figures are made of: an {@link IncidentSummary}, or a record of another system. All times are in epoch milliseconds;
 * what is not known is left out or null.
 */
export interface MeasuredIncident {
  readonly id?: string | undefined;
  readonly startedAt?: RecordedTime;
  readonly detectedAt?: RecordedTime;
  readonly acknowledgedAt?: RecordedTime;
  readonly resolvedAt?: RecordedTime;
  /** `resolved` says that it is over, even if nobody knows since when. */
  readonly status?: string | undefined;
  readonly severity?: string | undefined;
  /** Each counts once, however often it is named. */
  readonly services?: readonly string[] | undefined;
  /** Stays in statuses; they tell when it was thought to be resolved. */
  readonly visits?:
    | readonly { readonly status: string; readonly enteredAt: number; readonly leftAt?: number | undefined }[]
    | undefined;
  /** Severities that it had, in order; the first one from its start. */
  readonly severities?: readonly { readonly severity: string; readonly since: number }[] | undefined;
  /** An incident that is a part of another is not counted. */
  readonly mergedInto?: string | null | undefined;
}

/** Over what {@link incidentMetrics} are. The window is half-open: `from` is in it, `until` is not. */
export interface IncidentMetricsOptions {
  /** In epoch milliseconds. */
  readonly from: number;
  /** In epoch milliseconds. */
  readonly until: number;
  /** Now, in epoch milliseconds. */
  readonly at: number;
  /** Gives `groups` too: the same figures for each severity or each service. */
  readonly by?: "severity" | "service";
}

/** Figures of incidents that began in a window. */
export interface IncidentFigures {
  /** How many. */
  readonly count: number;
  /** How many of them are still open. */
  readonly open: number;
  /** How many of them were over before anybody acknowledged; they are in no MTTA. */
  readonly unacknowledged: number;
  /** From the start to the detection. */
  readonly mttd: MeanTime;
  /** From the detection to the first acknowledgement. */
  readonly mtta: MeanTime;
  /** From the start to the resolution, less the time for which it was thought to be resolved. */
  readonly mttr: MeanTime;
  /** From the end of a failure to the start of the next one of the same service. */
  readonly mtbf: MeanTime;
}

/** A severity's or a service's part. */
export interface IncidentShare {
  /** Its name; `(none)` where none was told. */
  readonly name: string;
  /** How many incidents began in the window. */
  readonly count: number;
  /** For how long in the window incidents were on, in milliseconds; of two at once, both count. */
  readonly totalMs: number;
}

/** Figures of one severity or one service. */
export interface IncidentGroup extends IncidentFigures {
  readonly name: string;
}

/** What {@link incidentMetrics} answers. */
export interface IncidentMetrics extends IncidentFigures {
  readonly from: number;
  readonly until: number;
  readonly at: number;
  /** How many began in the window and are a part of another now; they are in no figure. */
  readonly merged: number;
  /** How many have no time at all, and so no window. */
  readonly unplaced: number;
  /** By the severity that it has (count), and had (time), by name. */
  readonly severities: readonly IncidentShare[];
  /** By service, by name; an incident of two services is in both. */
  readonly services: readonly IncidentShare[];
  readonly groups?: readonly IncidentGroup[];
}

const NONE = "(none)";
const NO_SERVICES: readonly string[] = [NONE];
const OPTIONS = ["from", "until", "at", "by"];

/**
 * Figures of `incidents`, in one pass. An incident belongs to the window in which it began, with its whole length; the
 * times in `severities` and `services` are those within the window. Hand in earlier incidents too if there are any: MTBF
 * needs the end of the failure before the first one.
 *
 * @throws {@link ConfigurationError} if the window is none
 *
 * @example
 * ```ts
 * import { incidentMetrics } from "nines";
 *
 * const HOUR = 3_600_000;
 * const { mttr, mtta } = incidentMetrics(
 *   [
 *     { startedAt: 0, detectedAt: 60_000, acknowledgedAt: 120_000, resolvedAt: HOUR },
 *     { startedAt: 2 * HOUR, detectedAt: 2 * HOUR, acknowledgedAt: 2 * HOUR + 30_000 },
 *   ],
 *   { from: 0, until: 24 * HOUR, at: 3 * HOUR },
 * );
 * if (mtta.state !== "value" || mtta.meanMs !== 45_000) throw new Error(mtta.state);
 * if (mttr.state !== "calculating" || mttr.soFar?.meanMs !== HOUR) throw new Error(mttr.state);
 * ```
 */
export function incidentMetrics(
  incidents: Iterable<MeasuredIncident>,
  options: IncidentMetricsOptions,
): IncidentMetrics {
  const tally = new IncidentTally(options);
  checkIterable(incidents, "incidents", "incidents");
  for (const incident of incidents) tally.add(incident);
  return tally.result();
}

/** Collects incidents one by one. */
export class IncidentTally {
  readonly #options: IncidentMetricsOptions;
  readonly #window: TimeRange;
  readonly #all: Figures;
  readonly #groups = new Map<string, Figures>();
  readonly #severities = new Map<string, Share>();
  readonly #services = new Map<string, Share>();
  #merged = 0;
  #unplaced = 0;

  constructor(options: IncidentMetricsOptions) {
    checkOptions(options, "incidentMetrics", OPTIONS);
    const { by } = options;
    const [from, until, at] = [time("from", options.from), time("until", options.until), time("at", options.at)];
    if (from >= until) throw invalid("until", `${show(until)} is not after from, ${show(from)}`);
    if (by !== undefined) oneOf("by", by, ["severity", "service"]);
    this.#options = { from, until, at, ...(by === undefined ? {} : { by }) };
    // The window's end that is yet to come has no incidents, open or not.
    this.#window = { start: from, end: Math.min(until, at) };
    this.#all = new Figures(this.#options);
  }

  add(incident: MeasuredIncident): void {
    const { from, until, at } = this.#options;
    const { startedAt, resolvedAt, mergedInto, severity = NONE } = incident;
    const placedAt = placeOf(incident);
    if (placedAt === undefined) this.#unplaced += 1;
    if (placedAt === undefined || placedAt >= until) return;
    const within = placedAt >= from;
    if (!absent(mergedInto)) {
      if (within) this.#merged += 1;
      return;
    }
    // A service that is named twice is one.
    const services =
      incident.services === undefined || incident.services.length === 0 ? NO_SERVICES : [...new Set(incident.services)];
    const over = incident.status === undefined ? !absent(resolvedAt) : incident.status === "resolved";
    // Nobody knows when it ended: it has no length.
    const lost = over && absent(resolvedAt);
    const ranges = isTime(startedAt) && !lost ? stretches({ ...incident, startedAt }, at) : undefined;
    const measured: Measured = { incident, services, over, lost, within, ranges };
    this.#all.add(measured);
    if (this.#options.by === "severity") this.#group(severity).add(measured);
    if (this.#options.by === "service") {
      for (const service of services) this.#group(service).add({ ...measured, services: [service] });
    }
    this.#share(measured, severity);
  }

  result(): IncidentMetrics {
    const named = [...this.#groups].sort(byName);
    const groups = named.map(([name, figures]) => ({ name, ...figures.result() }));
    return {
      ...this.#options,
      ...this.#all.result(),
      merged: this.#merged,
      unplaced: this.#unplaced,
      severities: sharesOf(this.#severities),
      services: sharesOf(this.#services),
      ...(this.#options.by === undefined ? {} : { groups }),
    };
  }

  #group(name: string): Figures {
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, (group = new Figures(this.#options)));
    return group;
  }

  #share({ incident, services, within, ranges }: Measured, severity: string): void {
    const lastMs = ranges === undefined ? 0 : lengthWithin(ranges, this.#window);
    if (!within && lastMs === 0) return;
    for (const service of services) {
      const share = shareOf(this.#services, service);
      if (within) share.count += 1;
      share.totalMs += lastMs;
    }
    if (within) shareOf(this.#severities, severity).count += 1;
    const { severities = [] } = incident;
    if (severities.length < 2) {
      shareOf(this.#severities, severities[0]?.severity ?? severity).totalMs += lastMs;
      return;
    }
    let start = -Infinity;
    for (const [index, visit] of severities.entries()) {
      const end = Math.max(start, severities[index + 1]?.since ?? Infinity);
      const part = { start: Math.max(start, this.#window.start), end: Math.min(end, this.#window.end) };
      shareOf(this.#severities, visit.severity).totalMs += lengthWithin(ranges ?? [], part);
      start = end;
    }
  }
}

/** An incident, and what was found out about it. */
interface Measured {
  readonly incident: MeasuredIncident;
  readonly services: readonly string[];
  readonly over: boolean;
  readonly lost: boolean;
  readonly within: boolean;
  readonly ranges: readonly TimeRange[] | undefined;
}

/** Collects the figures of one kind of incidents. */
class Figures {
  #count = 0;
  #open = 0;
  #unacknowledged = 0;
  readonly #detected = new MeanTimeTally("startedAt and detectedAt");
  readonly #acknowledged = new MeanTimeTally("detectedAt and acknowledgedAt");
  readonly #resolved = new MeanTimeTally("startedAt and resolvedAt");
  readonly #between: BetweenFailures;

  constructor(window: { readonly from: number; readonly until: number }) {
    this.#between = new BetweenFailures(window);
  }

  add(measured: Measured): void {
    const { incident, services, over, ranges, within } = measured;
    if (ranges !== undefined) {
      const [first, last] = [ranges[0], ranges.at(-1)] as [TimeRange, TimeRange];
      for (const service of services) this.#between.add(service, first.start, over ? last.end : Infinity);
    }
    if (!within) return;
    const known = { id: incident.id, over };
    this.#count += 1;
    if (!over) this.#open += 1;
    this.#detected.between(incident.startedAt, incident.detectedAt, known);
    if (over && absent(incident.acknowledgedAt)) this.#unacknowledged += 1;
    else this.#acknowledged.between(incident.detectedAt, incident.acknowledgedAt, known);
    this.#lasted(measured);
  }

  result(): IncidentFigures {
    const nothing = "no incident began in the window";
    const [noStart, noAcknowledgement, noGap] =
      this.#count === 0
        ? [nothing, nothing, nothing]
        : [nothing, "none was acknowledged", "it takes two failures of one service, one after the other"];
    return {
      count: this.#count,
      open: this.#open,
      unacknowledged: this.#unacknowledged,
      mttd: this.#detected.result(noStart),
      mtta: this.#acknowledged.result(noAcknowledgement),
      mttr: this.#resolved.result(noStart),
      mtbf: this.#between.result(noGap),
    };
  }

  #lasted({ incident, over, lost, ranges }: Measured): void {
    for (const tally of [this.#resolved, this.#between.tally]) {
      if (absent(incident.startedAt) || lost) tally.missing(incident.id);
      else if (ranges === undefined) tally.contradictory(incident.id);
      else if (!over) tally.open();
      else if (tally === this.#resolved) tally.add(lengthWithin(ranges, ALWAYS));
    }
  }
}

const ALWAYS: TimeRange = { start: -Infinity, end: Infinity };

interface Share {
  count: number;
  totalMs: number;
}

function shareOf(shares: Map<string, Share>, name: string): Share {
  let share = shares.get(name);
  if (share === undefined) shares.set(name, (share = { count: 0, totalMs: 0 }));
  return share;
}

function sharesOf(shares: ReadonlyMap<string, Share>): readonly IncidentShare[] {
  return [...shares].sort(byName).map(([name, { count, totalMs }]) => ({ name, count, totalMs: Math.round(totalMs) }));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** The first time that is known of it: when it began, if that is known. */
function placeOf({ startedAt, detectedAt, acknowledgedAt, resolvedAt }: MeasuredIncident): number | undefined {
  return isTime(startedAt) ? startedAt : [detectedAt, acknowledgedAt, resolvedAt].find(isTime);
}
