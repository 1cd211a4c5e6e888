/**
 * A process that runs experiments, one after the other, until it is ended: killed from outside or, if it is told a step, by itself
 * at that; told to stop by SIGTERM, it undoes what it has done. As `recover` it only opens the journal of another one.
 */
import { FileStateStore } from "../../../src/adapters/file/state-store.ts";
import { probe } from "../../../src/chaos/probes.ts";
import { ChaosRunner } from "../../../src/chaos/runner.ts";
import { seededRandom } from "../../../src/core/random.ts";
import { Course, oneOfEach, someExperiment } from "./chaos-course.ts";
import { tell } from "./tell.ts";

const [url = "", folder = "", seed = "", what = "run", step = "0"] = process.argv.slice(2);
const random = seededRandom(seed);
const course = new Course({
  random,
  at: what === "run" ? Number(step) : undefined,
  fire: () => process.kill(process.pid, "SIGKILL"),
});
const runner = await ChaosRunner.open({
  ...{ store: course.store(new FileStateStore(folder)), guard: "none", armed: true, random },
  ...{ experiments: oneOfEach(url), blastRadius: { maxTargets: 2, maxShare: 1 }, probeEvery: "25ms", recovery: "5ms" },
});
course.begin();
if (what === "recover") {
  tell(`open ${String(runner.open.length)}`);
} else {
  let isStopped = false;
  process.once("SIGTERM", () => {
    isStopped = true;
    void runner.stop("SIGTERM").then(() => tell("stopped"));
  });
  tell("go");
  while (!isStopped) {
    const steadyState = [probe("it is watched", () => (course.step("probe"), true))];
    await runner.run(someExperiment(url, { random, fetch: course.fetch, steadyState, longestMs: 150 }));
  }
}
