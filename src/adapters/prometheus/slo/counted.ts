/** An SLO as a Prometheus can count it: its expressions, and what rules of it are recorded. */
import { ConfigurationError } from "../../../core/errors.ts";
import type { SliTraits } from "../../../ports/sli-source.ts";
import type { SeriesNames } from "../../../rules/convention.ts";
import type { Indicator } from "../../../rules/indicator/model.ts";
import type { LookBack } from "../../../rules/look-backs.ts";
import type { RuleSettings } from "../../../rules/options.ts";
import { planRules, shortestLookBackMs } from "../../../rules/plan.ts";
import { presenceOf } from "../../../rules/presence.ts";
import { openSlos } from "../../../rules/source.ts";
import type { Slo } from "../../../slo/model.ts";

/** One SLO, understood. */
export interface CountedSlo {
  readonly slo: Slo;
  readonly indicator: Indicator;
  readonly names: SeriesNames;
  /** What rules record, by its length in milliseconds; the SLO's own window among them. */
  readonly lookBacks: ReadonlyMap<number, LookBack>;
  /** What long stretches are the sum of, longest first: parts of them are recorded. */
  readonly parts: readonly LookBack[];
  /** The SLO's own window, in milliseconds. */
  readonly windowMs: number;
  /** PromQL: 1 while there is what it is made of, else 0. */
  readonly presence: string;
  readonly traits: SliTraits;
}

/** Understands SLOs, each once. */
export class CountedSlos {
  readonly #settings: RuleSettings;
  readonly #known = new WeakMap<Slo, CountedSlo | ConfigurationError>();

  constructor(settings: RuleSettings) {
    this.#settings = settings;
  }

  /** The SLO, or why it cannot be counted. */
  of(slo: Slo): CountedSlo | ConfigurationError {
    let known = this.#known.get(slo);
    if (known === undefined) {
      known = this.#read(slo);
      this.#known.set(slo, known);
    }
    return known;
  }

  /** The shortest stretch that can be told of where nothing is known but the SLO. */
  get shortestMs(): number {
    return shortestLookBackMs(this.#settings);
  }

  #read(slo: Slo): CountedSlo | ConfigurationError {
    try {
      const [plan] = planRules(openSlos([slo], undefined), this.#settings);
      if (plan === undefined) return new ConfigurationError([{ path: [slo.id], message: "cannot be counted" }]);
      const { indicator, names, lookBacks } = plan.subject;
      const all = [...lookBacks.short, ...(lookBacks.part === undefined ? [] : [lookBacks.part]), lookBacks.window];
      const sliceMs = (slo.kind === "throughput" ? slo.sliceMs : slo.slices?.lengthMs) ?? 0;
      return {
        slo,
        indicator,
        names,
        lookBacks: new Map(all.map((lookBack) => [lookBack.durationMs, lookBack])),
        parts: all.filter(({ isPart }) => isPart).sort((one, other) => other.durationMs - one.durationMs),
        windowMs: lookBacks.window.durationMs,
        presence: `(${presenceOf(indicator).expression ?? "vector(1)"} or vector(0))`,
        traits: { unit: indicator.unit, resolutionMs: Math.max(this.shortestMs, sliceMs) },
      };
    } catch (error) {
      if (error instanceof ConfigurationError) return error;
      throw error;
    }
  }
}
