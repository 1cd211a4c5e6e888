/** Who is on call, and when. */
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { TimeRange } from "../../core/time/window.ts";

import {
  all,
  each,
  type FieldPath,
  LAST_INSTANT,
  listField,
  momentField,
  nameField,
  otherEnd,
} from "../business-hours/fields.ts";
import { Layer, type OnCallLayer, type Say } from "./layer.ts";
import { flattenOverrides, type OnCallOverride, overrideField, type OverrideStretch } from "./overrides.ts";

/** What an {@link OnCallSchedule} is made of. */
export interface OnCallScheduleOptions {
  /** 1 to 200 characters. */
  readonly name: string;
  /** 1 to 50 layers, the lowest first: of those in force the last one wins. */
  readonly layers: readonly OnCallLayer[];
  /** Who stands in for whoever has the turn; of several at once the last one wins. */
  readonly overrides?: readonly OnCallOverride[];
}

/** Somebody is on call. */
export interface OnCallShift {
  readonly state: "on_call";
  readonly person: string;
  /** In epoch milliseconds. */
  readonly from: number;
  /** In epoch milliseconds; the shift is over then. */
  readonly until: number;
  /** Name of the layer whose turn it is; undefined for an override. */
  readonly layer: string | undefined;
  readonly override: boolean;
}

/** Nobody is on call. */
export interface OnCallGap {
  readonly state: "nobody";
  readonly person: undefined;
  /** In epoch milliseconds; infinitely long ago if nobody ever was. */
  readonly from: number;
  /** In epoch milliseconds. */
  readonly until: number;
}

/** Who is on call: somebody or nobody. */
export type OnCall = OnCallShift | OnCallGap;

const MOST_LAYERS = 50;
const MOST_OVERRIDES = 10_000;
const MOST_SHIFTS = 20_000;

/**
 * A schedule: layers of people who take turns, and overrides. Turns are handed over by the clocks of a zone, so a shift
 * over a change of the clocks has an hour more or less, and nobody's turn moves. A hand-over at a time that the clocks
 * leap over is at the moment of the leap; at one that they show twice, it is at the first.
 *
 * @example
 * ```ts
 * import { OnCallSchedule } from "nines";
 *
 * const primary = new OnCallSchedule({
 *   name: "primary",
 *   layers: [{
 *     name: "weeks",
 *     people: ["ann", "bob"],
 *     handover: { every: "week", on: "mon", at: "09:00", zone: "Europe/Berlin" },
 *     startsAt: "2026-01-05",
 *   }],
 * });
 * const at = Date.parse("2026-03-29T12:00:00+02:00");
 * const now = primary.whoIsOnCall(at);
 * if (now.person !== "bob") throw new Error(now.state);
 * if ((now.until - now.from) / 3_600_000 !== 7 * 24 - 1) throw new Error("the clocks went forward");
 * primary.addOverride({ person: "cy", from: at, until: at + 3_600_000 });
 * if (primary.whoIsOnCall(at).person !== "cy") throw new Error("not overridden");
 * ```
 */
export class OnCallSchedule {
  /** What it is called. */
  readonly name: string;
  readonly #layers: readonly Layer[];
  readonly #overrides: OnCallOverride[];
  #stretches: readonly OverrideStretch[];

  constructor(options: OnCallScheduleOptions) {
    checkOptions(options, "OnCallSchedule", ["name", "layers", "overrides"]);
    this.name = nameField(["name"], options.name);
    const [layers, overrides] = all(
      () => layersField(["layers"], options.layers),
      () => overridesField(["overrides"], options.overrides ?? []),
    );
    this.#layers = layers.reverse();
    this.#overrides = overrides;
    this.#stretches = flattenOverrides(this.#overrides);
  }

  /** All overrides in the order in which they were added. Keep them where they survive the process. */
  get overrides(): readonly OnCallOverride[] {
    return [...this.#overrides];
  }

  /** Adds an override, which wins over those before it. */
  addOverride(override: OnCallOverride): void {
    if (this.#overrides.length >= MOST_OVERRIDES) {
      throw invalid([], `${show(this.name)} has ${String(MOST_OVERRIDES)} overrides already; no more are kept`);
    }
    this.#overrides.push(overrideField([], override));
    this.#stretches = flattenOverrides(this.#overrides);
  }

  /**
   * Who is on call at `at` (epoch milliseconds, before the year 10000), since when and until when. Takes the same time
   * however far from the first turn that is.
   *
   * @param now - what a clock says: beside one that stands in the early seventies, as in a test, `at` may be of then, which is
   *   else refused as a time in seconds
   */
  whoIsOnCall(at: number, now?: number): OnCall {
    momentField(["at"], at, now);
    return this.#onCallAt(at);
  }

  #onCallAt(at: number): OnCall {
    let [from, until] = [-Infinity, Infinity];
    const heard = (say: Say): boolean => {
      from = Math.max(from, say.from);
      until = Math.min(until, say.until);
      return say.person !== undefined;
    };
    const overriding = this.#overrideAt(at);
    if (heard(overriding)) {
      return { state: "on_call", person: overriding.person as string, from, until, layer: undefined, override: true };
    }
    for (const layer of this.#layers) {
      const say = layer.sayAt(at);
      if (!heard(say)) continue;
      return { state: "on_call", person: say.person as string, from, until, layer: layer.name, override: false };
    }
    return { state: "nobody", person: undefined, from, until };
  }

  /**
   * The schedule in `range`, as stretches that touch each other and begin and end with it. Those where nobody is on call
   * are among them.
   *
   * @throws {@link ConfigurationError} if it is none, or has more than 20,000 stretches
   */
  shifts({ start, end }: TimeRange): readonly OnCall[] {
    const isRange = Number.isFinite(start) && start < end && end <= LAST_INSTANT;
    if (!isRange)
      throw invalid("range", `${show(start)} to ${show(end)} is not a stretch of time; start is before end`);
    momentField(["range", "start"], start, otherEnd(end));
    momentField(["range", "end"], end, otherEnd(start));
    const shifts: OnCall[] = [];
    for (let at = start; at < end;) {
      const shift = this.#onCallAt(at);
      const until = Math.min(shift.until, end);
      shifts.push({ ...shift, from: at, until });
      if (shifts.length > MOST_SHIFTS) {
        throw invalid("range", `has more than ${String(MOST_SHIFTS)} shifts; ask for a shorter stretch of time`);
      }
      at = until;
    }
    return shifts;
  }

  /** The stretches of `range` in which nobody is on call. */
  gaps(range: TimeRange): readonly OnCallGap[] {
    return this.shifts(range).filter((shift) => shift.state === "nobody");
  }

  #overrideAt(at: number): Say {
    let [low, high] = [0, this.#stretches.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#stretches[middle]?.from as number) <= at) low = middle + 1;
      else high = middle;
    }
    const last = this.#stretches[low - 1];
    if (last !== undefined && at < last.until) return last;
    return { person: undefined, from: last?.until ?? -Infinity, until: this.#stretches[low]?.from ?? Infinity };
  }
}

function layersField(path: FieldPath, value: unknown): Layer[] {
  const names = new Set<string>();
  return each(listField(path, value, { most: MOST_LAYERS, what: "layers" }), (written, index) => {
    const layer = new Layer(written, [...path, index]);
    if (names.has(layer.name)) throw invalid([...path, index, "name"], `${show(layer.name)} is another layer`);
    names.add(layer.name);
    return layer;
  });
}

function overridesField(path: FieldPath, value: unknown): OnCallOverride[] {
  const overrides = listField(path, value, { fewest: 0, most: MOST_OVERRIDES, what: "overrides" });
  return each(overrides, (override, index) => overrideField([...path, index], override));
}
