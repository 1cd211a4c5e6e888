/** Slow answers by other ways: whole numbers of any size, and every table one by one. */
import type { Table } from "../../src/canary/tables.ts";

export function table(baselineBad: number, baselineTotal: number, canaryBad: number, canaryTotal: number): Table {
  return { baseline: { bad: baselineBad, total: baselineTotal }, canary: { bad: canaryBad, total: canaryTotal } };
}

export function choose(total: number, count: number): bigint {
  let ways = 1n;
  for (let index = 1; index <= count; index += 1) ways = (ways * BigInt(total - count + index)) / BigInt(index);
  return ways;
}

/** Fisher's tail as a quotient of sums of binomial coefficients, to 30 digits. */
export function fisherByCounting({ baseline, canary }: Table): number {
  const failures = baseline.bad + canary.bad;
  let [all, tail] = [0n, 0n];
  for (let bad = Math.max(0, failures - baseline.total); bad <= Math.min(failures, canary.total); bad += 1) {
    const ways = choose(canary.total, bad) * choose(baseline.total, failures - bad);
    all += ways;
    if (bad >= canary.bad) tail += ways;
  }
  return Number((tail * 10n ** 30n) / all) / 1e30;
}

/** The chances of 0 to `total`, straight from the formula. */
export function binomial(total: number, ratio: number): number[] {
  return Array.from(
    { length: total + 1 },
    (_, count) => Number(choose(total, count)) * ratio ** count * (1 - ratio) ** (total - count),
  );
}

/** The chance of all tables of these sizes that `holds` is true of. */
export function chanceOfTables(
  holds: readonly (readonly boolean[])[],
  ratios: { readonly baseline: number; readonly canary: number },
): number {
  const ofBaseline = binomial(holds.length - 1, ratios.baseline);
  const ofCanary = binomial((holds[0]?.length ?? 1) - 1, ratios.canary);
  let chance = 0;
  holds.forEach((row, baselineBad) => {
    row.forEach((held, canaryBad) => {
      if (held) chance += (ofBaseline[baselineBad] as number) * (ofCanary[canaryBad] as number);
    });
  });
  return chance;
}

/** `test` of every table of these sizes, by the baseline's failures and the canary's. */
export function everyTable<T>(baselineTotal: number, canaryTotal: number, test: (one: Table) => T): T[][] {
  return Array.from({ length: baselineTotal + 1 }, (_, baselineBad) =>
    Array.from({ length: canaryTotal + 1 }, (__, canaryBad) =>
      test(table(baselineBad, baselineTotal, canaryBad, canaryTotal)),
    ),
  );
}
