/** A world to be shown: services whose failures are known to the event, and everybody whom a dashboard may ask. */
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import type { TimeRange } from "../../../src/core/time/window.ts";
import type { SliSource } from "../../../src/ports/sli-source.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import type { Slo } from "../../../src/slo/model.ts";
import { SloStatusReader, type SloStatusReaderOptions } from "../../../src/status/reader.ts";
import type { SloDocumentInput } from "../../../src/slo/written.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const NOW = Date.UTC(2026, 5, 15, 12);

/** One request a second; those of which `fails` says so are bad. */
export class SecondSource implements SliSource<Slo> {
  readonly asked: { id: string; ranges: readonly TimeRange[] }[] = [];
  failing: Error | undefined;
  readonly #fails: (slo: Slo, second: number) => boolean;

  constructor(fails: (slo: Slo, second: number) => boolean = () => false) {
    this.#fails = fails;
  }

  async measure(slo: Slo, ranges: readonly TimeRange[]) {
    this.asked.push({ id: slo.id, ranges });
    if (this.failing !== undefined) throw this.failing;
    return ranges.map(({ start, end }) => {
      let bad = 0;
      const [first, beyond] = [Math.ceil(start / 1_000), Math.ceil(end / 1_000)];
      for (let second = first; second < beyond; second += 1) if (this.#fails(slo, second)) bad += 1;
      const total = Math.max(0, beyond - first);
      return { good: total - bad, total, coverage: 1 };
    });
  }
}

/** Services with one SLO each, over an hour unless told. */
export function worldOf(
  services: readonly string[],
  fails: (slo: Slo, second: number) => boolean = () => false,
  options: Partial<SloStatusReaderOptions> & { readonly window?: string | object } = {},
) {
  const { window = "1h", ...rest } = options;
  const clock = new ManualClock(NOW);
  const source = new SecondSource(fails);
  const slos = parseSloDocument({
    service_level_objectives: Object.fromEntries(
      services.map((name) => [name, { availability: { target: "99%", measurement_window: window } }]),
    ),
  } as SloDocumentInput);
  return { clock, source, slos, statuses: new SloStatusReader({ slos, source, clock, ...rest }) };
}
