/** Errors of many series, added up so that parts worked on by several processes can be put together. */
import { CONTESTANTS, type Contestant } from "./contest.ts";
import { owaOf } from "./metrics.ts";

/** The sums of one frequency; plain numbers, as they go from process to process. */
export interface Sums {
  readonly name: string;
  /** Series that were forecast. */
  count: number;
  /** Of these, those with a MASE: with some difference between the values trained on. */
  scaled: number;
  /** Of these, those of which only the latest values were trained on. */
  cut: number;
  readonly smape: Record<Contestant, number>;
  readonly mase: Record<Contestant, number>;
  readonly replaced: Record<Contestant, number>;
  coverage: number;
  msis: number;
}

/** Means of one frequency, or of all. */
export interface Group {
  readonly name: string;
  readonly count: number;
  readonly scaled: number;
  readonly cut: number;
  readonly models: Readonly<
    Record<
      Contestant,
      { readonly smape: number; readonly mase: number; readonly owa: number; readonly replaced: number }
    >
  >;
  /** Of the 95 % interval of the choice. */
  readonly coverage95: number;
  readonly msis: number;
}

/** Nothing yet. */
export function noSums(name: string): Sums {
  const zeros = (): Record<Contestant, number> =>
    Object.fromEntries(CONTESTANTS.map((who) => [who, 0])) as Record<Contestant, number>;
  return { name, count: 0, scaled: 0, cut: 0, smape: zeros(), mase: zeros(), replaced: zeros(), coverage: 0, msis: 0 };
}

/** Adds what another process, or another frequency, has. */
export function addSums(to: Sums, more: Sums): void {
  for (const key of ["count", "scaled", "cut", "coverage", "msis"] as const) to[key] += more[key];
  for (const key of ["smape", "mase", "replaced"] as const)
    for (const who of CONTESTANTS) to[key][who] += more[key][who];
}

/** Means over series; the OWA is of the means, as in M4. */
export function groupOf(sums: Sums): Group {
  const { name, count, scaled, cut } = sums;
  const errorsOf = (who: Contestant) => ({ smape: sums.smape[who] / count, mase: sums.mase[who] / scaled });
  const reference = errorsOf("naive2");
  const models = Object.fromEntries(
    CONTESTANTS.map((who) => {
      const errors = errorsOf(who);
      return [who, { ...errors, owa: owaOf(errors, reference), replaced: sums.replaced[who] }];
    }),
  ) as Group["models"];
  return { name, count, scaled, cut, models, coverage95: sums.coverage / count, msis: sums.msis / scaled };
}
