import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, it } from "vitest";

import { cleanEnvironment, ROOT, runNode } from "../support/spawn.ts";

/** Runs a script that has `RunbookExecutor` and `began`; what it prints, and the milliseconds until its process ended. */
async function script(body: string) {
  const source = pathToFileURL(join(ROOT, "src", "runbook", "executor", "executor.ts")).href;
  const text = `
    import { setTimeout as sleep } from "node:timers/promises";
    import { RunbookExecutor } from ${JSON.stringify(source)};
    const began = performance.now();
    process.on("exit", (code) => console.log("exit", code, Math.round(performance.now() - began)));
    ${body}
  `;
  const flags = ["--unhandled-rejections=strict", "--import", "tsx", "--input-type=module", "--eval", text];
  const { code, stdout, stderr } = await runNode(flags, { env: cleanEnvironment() });
  const lines = stdout.trim().split("\n");
  return { code, stderr, lines, ms: Number(lines.at(-1)?.split(" ")[2]) };
}

describe("a process that runs a runbook", () => {
  it("stays alive until the run is done, through its retries and an approval, and then ends by itself", async () => {
    const { code, stderr, lines, ms } = await script(`
      const fails = ({ attempt }) => {
        if (attempt < 3) throw new Error("not yet");
      };
      const approver = async () => (await sleep(300), { approved: true, by: "policy" });
      const executor = new RunbookExecutor({ actions: { fails, works: () => 1 }, approver });
      executor.registerRunbook("A", [
        { name: "a", action: "fails", retries: { attempts: 3, delay: "300ms" } },
        { name: "b", action: "works", approval: true },
      ]);
      const stop = executor.start();
      const run = await executor.executeRunbook("A", { by: "ann" });
      console.log(run.status, run.steps.map(({ status }) => status).join());
      stop();
    `);
    expect([code, stderr, lines[0]]).toEqual([0, "", "succeeded succeeded,succeeded"]);
    expect(lines[1]).toMatch(/^exit 0 /);
    expect(ms).toBeGreaterThan(1_100);
    expect(ms).toBeLessThan(6_000);
  });

  it("ends at once when the run is cancelled during a long wait for a retry", async () => {
    const { code, stderr, lines, ms } = await script(`
      const fails = () => {
        throw new Error("no");
      };
      const executor = new RunbookExecutor({ actions: { fails } });
      executor.registerRunbook("A", [
        { name: "a", action: "fails", retries: { attempts: 2, delay: "20s", maxDelay: "20s" } },
      ]);
      const going = executor.executeRunbook("A", { by: "ann" });
      await sleep(200);
      await executor.cancel("RUN-0001", { by: "bob" });
      console.log((await going).status);
      await executor.close();
    `);
    expect([code, stderr, lines[0]]).toEqual([0, "", "cancelled"]);
    expect(lines[1]).toMatch(/^exit 0 /);
    expect(ms).toBeLessThan(5_000);
  });

  it("ends when its executor is closed, though it waits for a run whose own process died", async () => {
    const { code, stderr, lines, ms } = await script(`
      import { MemoryIncidentStore } from ${JSON.stringify(
        pathToFileURL(join(ROOT, "src", "incident", "memory-store.ts")).href,
      )};
      const [before, store] = [new MemoryIncidentStore(), new MemoryIncidentStore()];
      const executorOf = (kept) => {
        const executor = new RunbookExecutor({ store: kept, actions: { x: () => 1 } });
        executor.registerRunbook("A", [{ name: "a", action: "x" }]);
        return executor;
      };
      await executorOf(before).executeRunbook("A", { by: "ann", key: "k" });
      // What a process that died right after the beginning of its run has left.
      const [events, [{ summary }]] = [(await before.read(1)).slice(0, 1), await before.rows({ limit: 1 })];
      const claims = [{ key: "lock/A" }, { key: "key/k" }];
      await store.commit([{ expectedVersion: 0, events, summary, open: true, dueAt: Date.now() + 30_000, claims }]);
      const executor = executorOf(store);
      const { run } = await executor.startRunbook("A", { by: "bob", key: "k" });
      await executor.close();
      console.log(run.id, run.status);
    `);
    expect([code, stderr, lines[0]]).toEqual([0, "", "RUN-0001 running"]);
    expect(lines[1]).toMatch(/^exit 0 /);
    expect(ms).toBeLessThan(5_000);
  });
});
