import { setTimeout as sleep } from "node:timers/promises";

import { describe, expect, it } from "vitest";

import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import type { ApprovalRequest } from "../../src/runbook/engine/approval.ts";
import { approveByRules } from "../../src/runbook/engine/approval.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import { ALERT, executing, FakeRunner, standing, stepOf } from "./support.ts";

const GATED = [
  { name: "look", command: "echo look" },
  {
    name: "drop",
    command: ["redis-cli", "FLUSHALL"],
    title: "Drop the cache",
    approval: { message: "Drop the cache of {{ labels.app }}?", timeout: "5s" },
  },
];

const request: ApprovalRequest = {
  ...{ run: "RUN-0001", runbook: ALERT, step: "drop", message: "drop?", command: [], alert: ALERT, by: "ann" },
  ...{ isDestructive: true, isRepeat: false, expiresAt: 0 },
};
const { signal } = new AbortController();

describe("a step that needs an approval", () => {
  it("waits for a person, who says yes", async () => {
    const { run, executor, runner } = executing(GATED);
    const told: unknown[] = [];
    executor.on("approvalRequested", ({ run: { id }, step }) => {
      told.push(step.approval?.message, runner.lines.length);
      void executor.answer(id, { step: step.name, approved: true, by: "bob", reason: "it is stale" });
    });
    const ended = await run({ labels: { app: "web" } });
    expect(told).toEqual(["Drop the cache of web?", 1]);
    expect(ended.status).toBe("succeeded");
    expect(stepOf(ended, "drop").approval).toMatchObject({ approved: true, by: "bob", reason: "it is stale" });
  });

  it("is refused by a person, and then the run has failed", async () => {
    const { run, executor, runner } = executing(GATED);
    executor.on("approvalRequested", ({ run: { id } }) =>
      executor.answer(id, { step: "drop", approved: false, by: "bob", reason: "not now" }),
    );
    const ended = await run();
    expect(ended).toMatchObject({ status: "failed", reason: "step drop refused: refused by bob: not now" });
    expect(runner.lines).toEqual(["echo look"]);
  });

  it("is refused when nobody answers in time", async () => {
    const { run } = executing([{ name: "drop", command: "echo", approval: { timeout: "1s" } }]);
    const ended = await run();
    expect(stepOf(ended, "drop").approval).toMatchObject({
      approved: false,
      by: "nobody",
      reason: "nobody answered within 1 s, which is taken as no",
    });
    expect(ended.reason).toBe("step drop refused: nobody answered within 1 s, which is taken as no");
  });

  it("is answered by a policy, which sees what will be run, without its secrets", async () => {
    const requests: ApprovalRequest[] = [];
    const { run } = executing(
      [
        {
          name: "drop",
          command: ["redis-cli", "-a", "{{ secrets.redis }}", "FLUSHALL"],
          destructive: true,
          approval: true,
        },
      ],
      {
        secrets: { redis: "hunter2-hunter2" },
        approver: (asked) => {
          requests.push(asked);
          return Promise.resolve({ approved: true, by: "policy" });
        },
      },
    );
    await run({ dryRun: false });
    expect(requests).toMatchObject([
      {
        ...{ run: "RUN-0001", runbook: ALERT, step: "drop", by: "ann", isDestructive: true, isRepeat: false },
        command: ["redis-cli", "-a", "[redacted]", "FLUSHALL"],
      },
    ]);
  });

  it("waits for people if the policy has nothing to say, fails, hangs, or answers nonsense", async () => {
    const approvers = [
      () => undefined,
      () => {
        throw new Error("down");
      },
      () => new Promise<undefined>(() => undefined),
      () => "yes" as never,
    ];
    for (const approver of approvers) {
      const { run, executor } = executing(GATED, { approver });
      executor.on("approvalRequested", async ({ run: { id } }) => {
        await sleep(5);
        await executor.answer(id, { step: "drop", approved: true, by: "bob" });
      });
      expect((await run()).status).toBe("succeeded");
    }
  });

  it("is answered in another process over the same store", async () => {
    const store = new MemoryIncidentStore();
    const { run, executor } = executing(GATED, { store });
    const elsewhere = new RunbookExecutor({ store });
    executor.on("approvalRequested", async ({ run: { id } }) => {
      const waiting = [];
      for await (const listed of elsewhere.list({ open: true }))
        waiting.push(...listed.waiting.map(({ step }) => step));
      expect(waiting).toEqual(["drop"]);
      await elsewhere.answer(id, { step: "drop", approved: true, by: "bob" });
    });
    const ended = await run();
    expect(stepOf(ended, "drop").approval).toMatchObject({ approved: true, by: "bob" });
  });

  it("ends at once when the run is cancelled", async () => {
    const { run, executor } = executing(GATED);
    executor.on("approvalRequested", ({ run: { id } }) => executor.cancel(id, { by: "bob" }));
    const ended = await run();
    expect(standing(ended)).toEqual({ look: "succeeded", drop: "cancelled" });
    expect(ended.status).toBe("cancelled");
  });

  it("takes no answer for what does not wait, and says what does", async () => {
    const { run, executor } = executing(GATED);
    const refusals: string[] = [];
    executor.on("approvalRequested", async ({ run: { id } }) => {
      await executor
        .answer(id, { step: "look", approved: true, by: "bob" })
        .catch((error: unknown) => refusals.push((error as Error).message));
      await executor.answer(id, { step: "drop", approved: true, by: "bob" });
      await executor
        .answer(id, { step: "drop", approved: false, by: "eve" })
        .catch((error: unknown) => refusals.push((error as Error).message));
    });
    const ended = await run();
    expect(refusals).toEqual([
      '"answer look" is not possible while it is succeeded; possible: answer drop',
      "step drop of RUN-0001 was approved by bob already",
    ]);
    expect(ended.status).toBe("succeeded");
  });

  it("may be a group, which is asked about once", async () => {
    const asked: string[] = [];
    const { run } = executing(
      [
        {
          name: "both",
          parallel: [
            { name: "a", command: "echo a" },
            { name: "b", command: "echo b" },
          ],
          approval: true,
        },
      ],
      {
        approver: ({ step }) => {
          asked.push(step);
          return { approved: true, by: "policy" };
        },
      },
    );
    expect((await run()).status).toBe("succeeded");
    expect(asked).toEqual(["both"]);
  });
});

describe("rules that approve", () => {
  it.each([
    [[{ approve: true }], {}, true],
    [[{ steps: ["drop"], approve: false }], {}, false],
    [[{ steps: ["other"], approve: false }], {}, undefined],
    [
      [
        { runbooks: ["other"], approve: false },
        { destructive: true, approve: true },
      ],
      {},
      true,
    ],
    [[{ destructive: false, approve: true }], {}, undefined],
    [[{ approve: true }], { isRepeat: true }, undefined],
  ])("%j, asked about %j, say %s", async (rules, asked, expected) => {
    const answer = await approveByRules("night", rules)({ ...request, ...asked }, { signal });
    expect(answer?.approved).toBe(expected);
  });
});

it("an approval that was given holds for the retries of its step", async () => {
  let tries = 0;
  let asked = 0;
  const runner = new FakeRunner({ flaky: () => ({ exitCode: (tries += 1) < 3 ? 1 : 0 }) });
  const executor = new RunbookExecutor({
    runner,
    approver: () => {
      asked += 1;
      return { approved: true, by: "policy" };
    },
  });
  executor.registerRunbook(ALERT, [
    { name: "a", command: "flaky", approval: true, retries: { attempts: 3, delay: "1ms" } },
  ]);
  expect((await executor.executeRunbook(ALERT, { by: "ann" })).status).toBe("succeeded");
  expect([tries, asked]).toEqual([3, 1]);
});
