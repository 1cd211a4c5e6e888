/** Capacity: a line through a million points, and a thousand services forecast with every model and its backtest. */
import { linearRegression } from "simple-statistics";
import { fitLine } from "nines";
import type { FleetFigures, FleetInput } from "./capacity/fleet.child.ts";
import { inChild } from "./support/child.ts";
import { once } from "./support/once.ts";
import { keep, paired } from "./support/paired.ts";
import type { Benchmark, BenchmarkOptions } from "./support/types.ts";

const POINTS = 1_000_000;
const STEP_MS = 15_000;
const AHEAD = 30;
const SERVICES = 1_000;
/** What the engine itself may keep more of after a thousand services than after ten. */
const MOST_GROWTH_BYTES = 20_000_000;
const FLEET = new URL("./capacity/fleet.child.ts", import.meta.url);

/** The same million points twice, each as its reader takes them: columns, and pairs. */
function millionPoints(): { x: Float64Array; y: Float64Array; pairs: [number, number][] } {
  const x = Float64Array.from({ length: POINTS }, (_, place) => 1_700_000_000_000 + place * STEP_MS);
  const y = Float64Array.from({ length: POINTS }, (_, place) => 40 + place / 50_000 + Math.sin(place * 12.9898) * 3);
  return { x, y, pairs: Array.from(x, (at, place): [number, number] => [at, y[place] as number]) };
}

const fleet = once(async ({ quick, progress }: BenchmarkOptions) => {
  const input: FleetInput = { services: quick ? 20 : SERVICES };
  const figures = await inChild<FleetFigures>(FLEET, input, { execArgv: ["--expose-gc"], progress });
  progress(
    `${String(figures.services)} services: ${figures.secondsEach.toFixed(4)} s each, the heap grew by ${(figures.heapGrowthBytes / 1e6).toFixed(1)} MB`,
  );
  if (figures.heapGrowthBytes > MOST_GROWTH_BYTES)
    throw new Error("memory is not bounded: every service leaves something behind");
  return figures;
});

export const benchmarks: Benchmark[] = [
  {
    name: "capacity.fit-1m",
    unit: "ms",
    peerName: "simple-statistics linearRegression, no forecast",
    async run({ quick, progress }) {
      const { x, y, pairs } = millionPoints();
      const end = x.at(-1) as number;
      const forecast = (): number => {
        const line = fitLine({ x, y });
        let total = 0;
        for (let step = 1; step <= AHEAD; step += 1) total += line.predictionInterval(end + step * STEP_MS).upper;
        return total;
      };
      // Both have to be about the same line before their speed is of interest.
      const slope = fitLine({
        x: x.subarray(0, 1_000).map((at) => at - (x[0] as number)),
        y: y.subarray(0, 1_000),
      }).slope;
      const theirs = linearRegression(pairs.slice(0, 1_000).map(([at, value]) => [at - (x[0] as number), value])).m;
      if (Math.abs(slope / theirs - 1) > 1e-6)
        throw new Error(`different lines: ${String(slope)} and ${String(theirs)}`);
      const repeat =
        (work: () => unknown) =>
        (iterations: number): void => {
          for (let index = 0; index < iterations; index += 1) keep(work());
        };
      const { ours, peer } = await paired(
        repeat(forecast),
        repeat(() => linearRegression(pairs)),
        { quick, progress, rounds: quick ? 5 : 61, batchMs: 60 },
      );
      return { ours: ours / 1e6, peer: peer / 1e6 };
    },
  },
  {
    name: "capacity.services-1k",
    unit: "ms/service",
    peerName: "arima: one seasonal model of the hourly means, no backtest",
    async run(options) {
      const { secondsEach, peerSecondsEach } = await fleet(options);
      return { ours: secondsEach * 1_000, peer: peerSecondsEach * 1_000 };
    },
  },
];
