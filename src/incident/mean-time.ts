/** A mean time, or why there is none. */
import { type DurationFigures, durationFigures } from "./figures.ts";
import { isTime } from "./times.ts";

/** A figure that every incident in question has its part in. */
export interface MeanTimeValue extends DurationFigures {
  readonly state: "value";
}

/** Open incidents will still change it. */
export interface MeanTimeCalculating {
  readonly state: "calculating";
  /** How many. */
  readonly open: number;
  /** The figures of the others; undefined of none. */
  readonly soFar: DurationFigures | undefined;
}

/** There is no such figure: nothing to make it of, times that nobody wrote down, or times that contradict each other. */
export interface MeanTimeFault {
  readonly state: "missing" | "contradictory";
  /** How many incidents it is because of. */
  readonly incidents: number;
  /** Ids of the first of them, at most 20. */
  readonly ids: readonly string[];
  readonly why: string;
  /** The figures of the others; undefined of none. */
  readonly soFar: DurationFigures | undefined;
}

/** Tell them apart by `state`. If several are true: contradictory, missing, calculating, value, in this order. */
export type MeanTime = MeanTimeValue | MeanTimeCalculating | MeanTimeFault;

/** A time as records have it. */
export type RecordedTime = number | null | undefined;

/** Whether nobody has told it. */
export function absent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}

const MOST_IDS = 20;

interface Fault {
  incidents: number;
  readonly ids: string[];
}

/** Collects durations, and what stands in the way of others. */
export class MeanTimeTally {
  readonly #words: string;
  readonly #durations: number[] = [];
  readonly #missing: Fault = { incidents: 0, ids: [] };
  readonly #contradictory: Fault = { incidents: 0, ids: [] };
  #open = 0;

  /** @param words - the times that it takes, for people */
  constructor(words: string) {
    this.#words = words;
  }

  /** From `earlier` to `later`, or what is wrong with them. */
  between(
    earlier: RecordedTime,
    later: RecordedTime,
    { id, over }: { readonly id: string | undefined; readonly over: boolean },
  ): void {
    if (absent(later) && !over) this.open();
    else if (absent(earlier) || absent(later)) this.missing(id);
    else if (!isTime(earlier) || !isTime(later) || later < earlier) this.contradictory(id);
    else this.add(later - earlier);
  }

  add(durationMs: number): void {
    this.#durations.push(durationMs);
  }

  open(): void {
    this.#open += 1;
  }

  missing(id: string | undefined): void {
    count(this.#missing, id);
  }

  contradictory(id: string | undefined): void {
    count(this.#contradictory, id);
  }

  /** @param nothing - why there is nothing, if there is nothing */
  result(nothing: string): MeanTime {
    const soFar = durationFigures(this.#durations);
    const fault = (state: MeanTimeFault["state"], { incidents, ids }: Fault, why: string): MeanTimeFault => {
      return { state, incidents, ids, why, soFar };
    };
    if (this.#contradictory.incidents > 0) {
      return fault("contradictory", this.#contradictory, `${this.#words} contradict each other`);
    }
    if (this.#missing.incidents > 0) return fault("missing", this.#missing, `it takes ${this.#words}`);
    if (this.#open > 0) return { state: "calculating", open: this.#open, soFar };
    return soFar === undefined ? fault("missing", this.#missing, nothing) : { state: "value", ...soFar };
  }
}

function count(fault: Fault, id: string | undefined): void {
  fault.incidents += 1;
  if (id !== undefined && fault.ids.length < MOST_IDS) fault.ids.push(id);
}
