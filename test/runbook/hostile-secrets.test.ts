import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { LocalCommandRunner } from "../../src/adapters/command/index.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import type { StepDefinition } from "../../src/runbook/definition/types.ts";
import { ALERT, executing, Heard, incidentOf, notesOf, standing, stepOf } from "./support.ts";

const SECRET = "tr0ub4dor-secret";

describe("a secret is not in the journal, nor in the timeline", () => {
  it("though a runner, an approver and who begins the run say it", async () => {
    const store = new MemoryIncidentStore();
    const { incidents, incident } = await incidentOf();
    const { run } = executing([{ name: "p", command: ["x", "{{ secrets.t }}"], approval: true }], {
      store,
      incidents,
      secrets: { t: SECRET },
      behaviours: {
        x: () => ({
          exitCode: 0,
          url: `https://example.com/?t=${SECRET}`,
          leftovers: [{ pid: 1, command: `x ${SECRET}`, ended: true }],
        }),
      },
      approver: () => ({ approved: true, by: `user-${SECRET}`, reason: `because ${SECRET}` }),
    });
    const ended = await run({ incident, by: `ann ${SECRET}` });
    const [row] = await store.rows({ limit: 1 });
    const all = [
      ...(await store.read(1)),
      row?.summary,
      ...(await notesOf(incidents, incident.id)),
      JSON.stringify(ended),
    ];
    expect(all.filter((text) => text?.includes(SECRET))).toEqual([]);
    expect(stepOf(ended, "p").attempts[0]?.leftovers).toHaveLength(1);
    expect(stepOf(ended, "p").approval?.reason).toMatch(/^because ./);
  });

  it("though a process that a command left has it among its arguments", async () => {
    const store = new MemoryIncidentStore();
    const executor = new RunbookExecutor({ store, runner: new LocalCommandRunner(), secrets: { t: SECRET } });
    const script = "setsid sh -c 'sleep 20; :' left \"$1\" > /dev/null 2>&1 < /dev/null & sleep 0.3";
    executor.registerRunbook(ALERT, [{ name: "x", command: ["sh", "-c", script, "sh", "{{ secrets.t }}"] }]);
    const ended = await executor.executeRunbook(ALERT, { by: "ann" });
    const leftovers = stepOf(ended, "x").attempts[0]?.leftovers ?? [];
    for (const { pid } of leftovers) process.kill(pid, "SIGKILL");
    expect([ended.status, leftovers.length > 0]).toEqual(["succeeded", true]);
    expect((await store.read(1)).filter((event) => event.includes(SECRET))).toEqual([]);
  });

  const named: StepDefinition[] = [
    { name: "x", command: "x", environment: { DB_PASSWORD: "{{ labels.pw }}" } },
    { name: "y", command: ["echo", "{{ labels.pw }}"] },
    { name: "z", when: { step: "y", output: { contains: "zz" } }, command: "x" },
  ];

  it("though only the name of a variable says that it is one, and other steps use it too", async () => {
    const store = new MemoryIncidentStore();
    const ended = await executing(named, { store }).run({ labels: { pw: "hunter2222" } });
    expect(standing(ended)).toEqual({ x: "succeeded", y: "succeeded", z: "skipped" });
    expect((await store.read(1)).filter((event) => event.includes("hunter2222"))).toEqual([]);
  });

  // Steps are filled in from the journal, where it is not: they get the words that stand for it.
  it("and yet the commands of a run that was not interrupted get it", async () => {
    const { run, runner } = executing(named);
    await run({ labels: { pw: "hunter2222" } });
    expect(runner.requests.map(({ args, environment }) => [args, environment])).toEqual([
      [[], { DB_PASSWORD: "hunter2222" }],
      [["hunter2222"], {}],
    ]);
  });
});

describe("a server that a step asks", () => {
  let server: Server;
  let base = "";

  beforeAll(async () => {
    server = createServer((request, response) => {
      const { url = "", headers } = request;
      const drip = (piece: string, everyMs: number): void => {
        const timer = setInterval(() => response.write(piece), everyMs);
        response.on("close", () => {
          clearInterval(timer);
        });
      };
      if (url.startsWith("/hang")) return;
      if (url.startsWith("/reset")) request.socket.destroy();
      else if (url.startsWith("/endless")) drip("x".repeat(65_536), 1);
      else if (url.startsWith("/drip")) drip("x", 20);
      else {
        const said = String(headers.authorization);
        response.writeHead(200, `OK ${said}`, { location: said });
        response.end(`${JSON.stringify(headers)} ${url}`);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it("may echo secrets, hang, break off, or answer without end: none is kept, and each step ends", async () => {
    const store = new MemoryIncidentStore();
    const heard = new Heard();
    const executor = new RunbookExecutor({ store, secrets: { t: SECRET }, logger: heard.logger });
    const step = (name: string, path = `/${name}`): StepDefinition => ({
      name,
      // What has no end is read to 10 MiB, which takes a busy machine a while.
      timeout: name === "endless" ? 4 : 1,
      continueOnFailure: true,
      http: {
        url: `${base}${path}`,
        headers: { authorization: "Bearer {{ secrets.t }}", "x-api-key": "literal-key-99" },
      },
    });
    executor.registerRunbook(ALERT, [
      step("ok", "/ok?t={{ secrets.t }}"),
      ...["hang", "reset", "endless", "drip"].map((name) => step(name)),
    ]);
    const began = performance.now();
    const ended = await executor.executeRunbook(ALERT, { by: "ann" });
    expect(performance.now() - began).toBeLessThan(6_000);
    expect(standing(ended)).toEqual({
      ok: "succeeded",
      hang: "timed_out",
      reset: "failed",
      endless: "succeeded",
      drip: "timed_out",
    });
    expect(stepOf(ended, "ok").attempts[0]?.stdout?.text).toContain('"authorization":"[redacted]"');
    const all = [...(await store.read(1)), ...heard.lines];
    expect(all.filter((text) => text.includes(SECRET) || text.includes("literal-key-99"))).toEqual([]);
  });
});
