/** The ways in which a run is ended from within its own process. */
import { MemoryStateStore } from "../../../src/adapters/memory/index.ts";
import type { ChaosReport } from "../../../src/chaos/model.ts";
import { probe } from "../../../src/chaos/probes.ts";
import { ChaosRunner } from "../../../src/chaos/runner.ts";
import { seededRandom } from "../../../src/core/random.ts";
import type { ServiceStatus, StatusTeller } from "../../../src/status/model.ts";
import { Course, someExperiment } from "./chaos-course.ts";

export const WAYS = [
  ...(["signal", "kill switch", "guard", "failing probe", "exception in a probe", "runner.stop()"] as const),
  "an answer is lost",
] as const;
export type Way = (typeof WAYS)[number];

/** When it is ended: at a step, or so long after its beginning. */
export interface Instant {
  readonly step?: number;
  readonly afterMs?: number;
}

export interface Ended {
  readonly report: ChaosReport;
  readonly course: Course;
  readonly tookMs: number;
}

/** Runs an experiment through the Toxiproxy at `url`, which is ended in a way at an instant. Throws if the journal is not empty. */
export async function runAndEnd(url: string, way: Way, instant: Instant, seed: string): Promise<Ended> {
  const random = seededRandom(seed);
  const ending = new AbortController();
  let isIll = false;
  const fires: Readonly<Record<Way, () => void>> = {
    signal: () => ending.abort(),
    "kill switch": () => runner.killSwitch.pull({ by: "ada", reason: "it is enough" }),
    guard: () => (isIll = true),
    "failing probe": () => (isIll = true),
    "exception in a probe": () => (isIll = true),
    "runner.stop()": () => void runner.stop(),
    "an answer is lost": () => (course.losesAnswer = true),
  };
  const course = new Course({ random, at: instant.step, fire: () => fires[way]() });
  const kept = new MemoryStateStore();
  const statuses = { getSloStatus: async () => statusOf(way === "guard" && isIll) } satisfies StatusTeller;
  const runner = await ChaosRunner.open({
    ...{ store: course.store(kept), random, armed: true, blastRadius: { maxTargets: 2, maxShare: 1 } },
    guard: way === "guard" ? { statuses, every: "2ms" } : "none",
    ...{ probeEvery: "2ms", recovery: "2ms" },
  });
  course.begin();
  const watched = probe("it is watched", () => {
    course.step("probe");
    if (isIll && way === "exception in a probe") throw new Error("the probe broke");
    return !(isIll && way === "failing probe");
  });
  const startedAt = performance.now();
  const timer = instant.afterMs === undefined ? undefined : setTimeout(() => course.fire(), instant.afterMs);
  const experiment = someExperiment(url, { random, fetch: course.fetch, steadyState: [watched], longestMs: 40 });
  const report = await runner.run(experiment, { signal: ending.signal });
  clearTimeout(timer);
  const journal = (await kept.load("chaos")) ?? '"open":[]';
  if (!journal.includes('"open":[]') || runner.open.length > 0) throw new Error(`${journal} is left (${seed})`);
  const notUndone = report.injections.filter(({ undo }) => undo !== "done");
  if (notUndone.length > 0) throw new Error(`${JSON.stringify(notUndone)} (${seed})`);
  return { report, course, tookMs: performance.now() - startedAt };
}

/** As far as a guard looks at it. */
function statusOf(isSpent: boolean): ServiceStatus {
  const burnRates = [{ windowMs: 60_000, rate: 1 }];
  const budget = { state: "measured", remainingRatio: isSpent ? 0.1 : 0.9, burnRates };
  return {
    summary: { text: "it is fine" },
    slos: [{ slo: { id: "availability" }, budget }],
  } as unknown as ServiceStatus;
}
