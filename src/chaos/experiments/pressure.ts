/** Experiments that take processor time or memory away from the process, and from whatever else runs on its host. */
import { percentText } from "../../core/figures.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import { checkWords } from "../../core/words.ts";
import type { Pressure, PressureSource } from "../../ports/pressure.ts";
import type { CallOptions } from "../../ports/store.ts";

import {
  ChaosExperiment,
  type ChaosExperimentOptions,
  EXPERIMENT_OPTIONS,
  type InjectionResult,
} from "../experiment.ts";
import type { ChaosTarget, ChaosInjection } from "../model.ts";

/** What both are told. */
export interface PressureExperimentOptions extends ChaosExperimentOptions {
  /** What puts the pressure on: `ProcessPressure` of `nines/pressure` does so in this process. */
  readonly source: PressureSource;
  /** Where that is, for reports: the one target is `process/HOST`; `"here"` unless told. */
  readonly host?: string;
}

/**
 * The base of both. There is one target, the process, and of one group: what is under pressure is still there. Two of them are never
 * put on at the same time. Where the process has died, its pressure has gone with it, and there is nothing to undo.
 */
abstract class PressureExperiment extends ChaosExperiment {
  override readonly takesAway = false;
  readonly #source: PressureSource;
  readonly #host: string;
  readonly #pressure: Pressure;

  constructor(options: PressureExperimentOptions, pressure: Pressure) {
    super(options);
    const { source, host = "here" } = options;
    if ((source as unknown) === undefined) throw invalid("source", "is missing; give what puts the pressure on");
    checkMethods(source, "source", ["start", "stop"]);
    checkWords(host, MOST_CHARACTERS, (message) => {
      throw invalid("host", message);
    });
    this.#source = source;
    this.#host = host;
    this.#pressure = pressure;
  }

  targets(): readonly ChaosTarget[] {
    const id = `process/${this.#host}`;
    return [{ id, group: "processes", healthy: true, labels: {}, details: { host: this.#host } }];
  }

  async inject({ id, target }: ChaosInjection, options: CallOptions): Promise<InjectionResult> {
    await this.#source.start(id, this.#pressure, options);
    return { result: "done", message: `${target} has ${pressureText(this.#pressure)}` };
  }

  async undo({ id }: ChaosInjection, options: CallOptions): Promise<void> {
    await this.#source.stop(id, options);
  }
}

/** What {@link CpuPressureExperiment} is told. */
export interface CpuPressureOptions extends PressureExperimentOptions {
  /** How many threads are busy, 1 to 256; 1 unless told. */
  readonly workers?: number;
  /** For which share of the time each of them is, above 0, at most 1; 0.5 unless told. */
  readonly share?: number;
}

/** Something else wants the processor, too. */
export class CpuPressureExperiment extends PressureExperiment {
  readonly kind = "cpu-pressure";

  constructor(options: CpuPressureOptions) {
    checkOptions(options, "CpuPressureExperiment", [...OPTIONS, "workers", "share"]);
    const { workers = 1, share = 0.5 } = options;
    if (!(Number.isInteger(workers) && workers >= 1 && workers <= MOST_WORKERS)) {
      throw invalid("workers", `${show(workers)} is out of range; write a whole number from 1 to 256`);
    }
    if (!(typeof share === "number" && share > 0 && share <= 1)) {
      throw invalid("share", `${show(share)} is no share; write a number above 0, at most 1`);
    }
    super(options, { kind: "cpu", workers, share });
  }
}

/** What {@link MemoryPressureExperiment} is told. */
export interface MemoryPressureOptions extends PressureExperimentOptions {
  /** How much is taken, 1 to 2^40 bytes. The source may refuse what would leave too little. */
  readonly bytes: number;
}

/** Something else has taken the memory. */
export class MemoryPressureExperiment extends PressureExperiment {
  readonly kind = "memory-pressure";

  constructor(options: MemoryPressureOptions) {
    checkOptions(options, "MemoryPressureExperiment", [...OPTIONS, "bytes"]);
    const { bytes } = options;
    if (!(Number.isInteger(bytes) && bytes >= 1 && bytes <= MOST_BYTES)) {
      throw invalid("bytes", `${show(bytes)} is out of range; write a whole number of bytes from 1 to 2^40`);
    }
    super(options, { kind: "memory", bytes });
  }
}

const OPTIONS: readonly (keyof PressureExperimentOptions)[] = [...EXPERIMENT_OPTIONS, "source", "host"];
const MOST_CHARACTERS = 200;
const MOST_WORKERS = 256;
const MOST_BYTES = 2 ** 40;

function pressureText(pressure: Pressure): string {
  if (pressure.kind === "memory") return `${String(pressure.bytes)} bytes less memory`;
  const { workers, share } = pressure;
  return `${String(workers)} busy ${workers === 1 ? "thread" : "threads"}, ${percentText(share)} of the time`;
}
