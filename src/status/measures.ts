/** By which alerts, and from how many failures on, SLOs and composites are judged: it depends on who counts. */
import { soundTraits } from "../budget/ask.ts";
import { type SloTier, tiersFor } from "../budget/slo-tiers.ts";
import { nominalMs } from "../budget/tiers.ts";
import type { SliSource } from "../ports/sli-source.ts";
import type { Slo } from "../slo/model.ts";

import type { CompositeSlo } from "./model.ts";

/** Works each of them out once. */
export class Measures {
  readonly #source: SliSource<Slo>;
  readonly #minimumFailures: number;
  readonly #tiers = new Map<Slo | CompositeSlo, readonly SloTier[]>();

  /** @param minimumFailures - of SLOs that do not say it themselves */
  constructor(source: SliSource<Slo>, minimumFailures: number) {
    this.#source = source;
    this.#minimumFailures = minimumFailures;
  }

  /** The alerts of an SLO. */
  tiersOf(slo: Slo): readonly SloTier[] {
    const { objective, window, alerting = {} } = slo;
    return this.#once(slo, () =>
      tiersFor({ windowMs: nominalMs(window), objective, alerting, leastMs: this.#leastMs([slo]) }),
    );
  }

  /** The alerts of a composite: the usual ones, where its coarsest member can be seen at all; none without an objective. */
  tiersOfComposite(composite: CompositeSlo, members: readonly Slo[]): readonly SloTier[] {
    const { objective, window } = composite;
    if (objective === undefined) return [];
    return this.#once(composite, () =>
      tiersFor({ windowMs: nominalMs(window), objective, alerting: {}, leastMs: this.#leastMs(members) }),
    );
  }

  /** As few failures as any of them asks for: of slices of time one is enough. */
  minimumFailuresOf(slos: readonly Slo[]): number {
    const each = slos.map((slo) =>
      soundTraits(this.#source, slo)?.unit === "time" ? 0 : (slo.alerting?.minimumFailures ?? this.#minimumFailures),
    );
    return Math.min(...each);
  }

  #once(subject: Slo | CompositeSlo, work: () => { readonly tiers: readonly SloTier[] }): readonly SloTier[] {
    let tiers = this.#tiers.get(subject);
    if (tiers === undefined) {
      ({ tiers } = work());
      this.#tiers.set(subject, tiers);
    }
    return tiers;
  }

  #leastMs(slos: readonly Slo[]): number {
    return Math.max(1, ...slos.map((slo) => soundTraits(this.#source, slo)?.resolutionMs ?? 1));
  }
}
