import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";

import { afterEach, describe, expect, it } from "vitest";

import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import { ALERT, executing, FakeRunner, outputOf, standing, stepOf } from "./support.ts";

describe("an executor runs only what it is allowed to", () => {
  const register = (options: ConstructorParameters<typeof RunbookExecutor>[0], step: object) => () =>
    new RunbookExecutor(options).registerRunbook(ALERT, [step]);

  it.each([
    [
      "programs",
      { runner: new FakeRunner(), programs: ["kubectl"] },
      { name: "a", command: "rm -rf /srv" },
      'steps[0].command: a: the program "rm" is not allowed here; allowed: kubectl',
    ],
    [
      "shells",
      { runner: new FakeRunner() },
      { name: "a", command: "ls | wc -l", shell: true },
      "steps[0].command: a: is for a shell; an executor runs such steps only with allowShell: true",
    ],
    [
      "runners",
      { runners: { local: new FakeRunner() } },
      { name: "a", command: "ls", runner: "ansible" },
      'steps[0].command: a: there is no runner "ansible"; there are: local',
    ],
    [
      "commands",
      {},
      { name: "a", command: "ls" },
      "steps[0].command: a: needs something to run commands; give the executor a runner",
    ],
    [
      "actions",
      { actions: { one: () => 1 } },
      { name: "a", action: "two" },
      'steps[0].action: a: there is no action "two"; there are: one',
    ],
    [
      "hosts",
      { hosts: ["api.example.com"] },
      { name: "a", http: { url: "http://169.254.169.254/latest" } },
      'steps[0].http: a: the host "169.254.169.254" is not allowed here; allowed: api.example.com',
    ],
    [
      "rollbacks",
      { runner: new FakeRunner(), programs: ["ls"] },
      { name: "a", command: "ls", rollback: { command: "rm -rf /" } },
      'steps[0].rollback[0].command: a.rollback: the program "rm" is not allowed here; allowed: ls',
    ],
    [
      "parts",
      { runner: new FakeRunner(), programs: ["ls"] },
      { name: "a", parallel: [{ name: "b", command: "rm x" }] },
      'steps[0].parallel[0].command: b: the program "rm" is not allowed here; allowed: ls',
    ],
  ])("%s", (_title, options, step, message) => {
    expect(register(options, step)).toThrow(message);
  });

  it("and tells all of it at once, secrets that it has not too", () => {
    const executor = new RunbookExecutor({
      runner: new FakeRunner(),
      programs: ["kubectl"],
      secrets: { token: "abcdef" },
    });
    const steps = [
      { name: "a", command: "echo hi" },
      { name: "b", action: "nope" },
      { name: "c", command: ["kubectl", "{{ secrets.tokn }}"] },
    ];
    expect(() => executor.registerRunbook(ALERT, steps)).toThrow(
      /3 faults\n.*a: the program "echo".*\n.*b: there is no action "nope".*\n.*there is no secret "tokn"; did you mean "token"\?/,
    );
  });

  it.each([
    [{ runner: {} }, "runner"],
    [{ runner: new FakeRunner(), runners: {} }, "runners"],
    [{ secrets: { token: "abc" } }, "secrets.token: is shorter than 4 characters"],
    [{ secrets: { "a b": "abcdef" } }, "secrets"],
    [{ environment: { PATH: 1 } }, "environment.PATH"],
    [{ programs: "kubectl" }, "programs"],
    [{ hosts: null }, "hosts: null is not a list of at most 1000 names"],
    [{ hosts: "api.example.com" }, 'hosts: "api.example.com" is not a list'],
    [{ hosts: ["https://api.example.com"] }, 'hosts: "https://api.example.com" is no host; write it as in'],
    [{ random: 5 }, "random: 5 has no method integer()"],
    [{ onListenerError: 5 }, "onListenerError: 5 is not a function"],
    [{ leaseMs: 10 }, "leaseMs: 10 is not possible; write a whole number from 1000 to 86400000"],
    [{ maxRun: 3 }, "maxRun: is no option of RunbookExecutor; did you mean"],
    [{ approver: {} }, "approver: a mapping is not a function"],
    [{ store: {} }, "store"],
    [{ incidents: {} }, "incidents"],
  ])("and says what of %j it cannot take", (options, message) => {
    expect(() => new RunbookExecutor(options as never)).toThrow(message);
  });

  it.each([
    [{}, "by"],
    [{ by: "ann", label: {} }, "label: is no option of executeRunbook; did you mean"],
    [{ by: "ann", labels: { a: 1 } }, "labels.a: 1 is not possible; allowed: string"],
    [{ by: "ann", parameters: { a: NaN } }, "parameters.a"],
    [{ by: "ann", dryRun: "no" }, 'dryRun: "no" is neither true nor false'],
    [{ by: "ann", incident: "" }, "incident"],
    [{ by: "ann", key: "x".repeat(151) }, "key"],
  ])("nor runs for %j", async (context, message) => {
    const { executor } = executing([{ name: "a", command: "ls" }]);
    await expect(executor.executeRunbook(ALERT, context as never)).rejects.toThrow(message);
  });

  it("knows a value by its own name only", async () => {
    const { run } = executing([{ name: "a", command: ["echo", "{{ labels.constructor }}"], continueOnFailure: true }]);
    expect(stepOf(await run(), "a").reason).toContain("labels.constructor");
    expect(outputOf(await run({ labels: { constructor: "x" } }), "a")).toBe("x\n");
    const proto = JSON.parse('{"__proto__":"polluted"}') as Record<string, string>;
    expect((await run({ labels: proto })).status).toBe("succeeded");
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("a step that asks a server", () => {
  let server: Server | undefined;
  afterEach(() => server?.close());

  async function serving(
    answer: (
      request: IncomingMessage,
      body: string,
    ) => { status?: number; text?: string; headers?: Record<string, string> },
  ) {
    const asked: { method?: string; url?: string; headers: IncomingMessage["headers"]; body: string }[] = [];
    server = createServer((request, response) => {
      let body = "";
      request.setEncoding("utf8").on("data", (piece: string) => (body += piece));
      request.on("end", () => {
        const { method, url, headers } = request;
        asked.push({
          ...(method === undefined ? {} : { method }),
          ...(url === undefined ? {} : { url }),
          headers,
          body,
        });
        const { status = 200, text = "", headers: more = {} } = answer(request, body);
        response.writeHead(status, more).end(text);
      });
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    return { asked, url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
  }

  it("sends what is filled in as data, and has the answer as its output", async () => {
    const { asked, url } = await serving(() => ({ text: '{"ok":true}' }));
    const { run } = executing(
      [
        {
          name: "scale",
          http: {
            method: "POST",
            url: `${url}/apps/{{ labels.app }}/scale?by={{ run.by }}`,
            headers: { Authorization: "Bearer {{ secrets.token }}" },
            json: { replicas: 3, why: "{{ annotations.summary }}" },
          },
        },
        { name: "use", run: ({ values }) => values.steps.scale?.json },
      ],
      { secrets: { token: "s3cr3t-t0ken" } },
    );
    const ended = await run({
      labels: { app: "../admin?x=1#y" },
      annotations: { summary: '"}, "replicas": 0, "x": "' },
    });
    expect(asked).toMatchObject([
      {
        method: "POST",
        url: "/apps/..%2Fadmin%3Fx%3D1%23y/scale?by=ann",
        headers: {
          authorization: "Bearer s3cr3t-t0ken",
          "idempotency-key": "RUN-0001/scale",
          "content-type": "application/json",
        },
      },
    ]);
    expect(JSON.parse(asked[0]?.body ?? "")).toEqual({ replicas: 3, why: '"}, "replicas": 0, "x": "' });
    expect(stepOf(ended, "scale").attempts).toMatchObject([{ status: "succeeded", httpStatus: 200 }]);
    expect(outputOf(ended, "use")).toBe('{"ok":true}');
  });

  it("fails with a status that is not among those wanted, and follows no redirect", async () => {
    const { asked, url } = await serving(({ url: path }) =>
      path === "/gone" ? { status: 410, text: "gone" } : { status: 302, headers: { location: "/elsewhere" } },
    );
    const { run } = executing([
      { name: "gone", http: { url: `${url}/gone` }, continueOnFailure: true },
      { name: "fine", http: { url: `${url}/gone`, okStatuses: [410] } },
      { name: "away", http: { url: `${url}/away` } },
    ]);
    const ended = await run();
    expect(standing(ended)).toEqual({ gone: "failed", fine: "succeeded", away: "failed" });
    expect(stepOf(ended, "gone")).toMatchObject({
      reason: "answered with 410",
      attempts: [{ httpStatus: 410, stdout: { text: "gone" } }],
    });
    expect(asked.map(({ url: path }) => path)).toEqual(["/gone", "/gone", "/away"]);
  });

  it("ends when its time is up, with what had come by then", async () => {
    server = createServer((_request, response) => {
      response.write("a beginning");
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    const { run } = executing([{ name: "slow", http: { url }, timeout: "1s" }]);
    const ended = await run();
    expect(stepOf(ended, "slow")).toMatchObject({
      status: "timed_out",
      attempts: [{ stdout: { text: "a beginning" } }],
    });
    server.closeAllConnections();
  });

  it("is sent nowhere in a dry run", async () => {
    const { asked, url } = await serving(() => ({}));
    const { run } = executing([{ name: "a", http: { method: "DELETE", url: `${url}/all` }, destructive: true }]);
    const ended = await run();
    expect(stepOf(ended, "a").status).toBe("dry");
    expect(outputOf(ended, "a")).toBe(`would ask DELETE ${url}/all`);
    expect(asked).toEqual([]);
  });
});
