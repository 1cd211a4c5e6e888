import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { LocalCommandRunner } from "../../src/adapters/command/index.ts";
import { FileIncidentStore } from "../../src/adapters/file/incident-store.ts";
import { webhookListener } from "../../src/http/webhook.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { PostmortemGenerator } from "../../src/postmortem/generator.ts";
import { AutomatedResponse } from "../../src/response/automated-response.ts";
import { OnCallSchedule } from "../../src/response/on-call/on-call.ts";
import { parseRunbook } from "../../src/runbook/definition/document.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";

const SECRET = "tok-1234567890abcdef";
const HOSTILE = `web-1"; touch PWNED; $(touch PWNED) \`touch PWNED\` {{secrets.token}} <script>alert(1)</script> | # *`;

const RUNBOOK = `
title: Memory is full
severity: SEV2
triggers: [{ alert: HighMemoryUsage, threshold: "> 90 % for 5 m" }]
steps:
  - name: check
    command: [cat, "--", memory]
    timeout: 10
    continue_on_failure: true
  - name: say
    command: [node, -e, "console.log(process.argv[1], process.env.API_TOKEN)", "--", "{{ labels.pod }}"]
    environment: { API_TOKEN: "{{ secrets.token }}" }
  - name: restart
    when: { step: check, output: { contains: full } }
    command: [cp, "--", fine, memory]
    timeout: 10
  - name: verify
    command: [grep, -q, fine, memory]
    retries: { attempts: 3, delay: 100ms }
`;

/** What an Alertmanager sends. */
function body(status: "firing" | "resolved") {
  const labels = { alertname: "HighMemoryUsage", service: "web", severity: "critical", pod: HOSTILE };
  const annotations = { summary: "the memory of web is full", description: "95 % for 5 minutes" };
  const startsAt = new Date(Date.now() - 120_000).toISOString();
  return {
    ...{ version: "4", groupKey: "{}:{alertname=HighMemoryUsage}", truncatedAlerts: 0, status, receiver: "hook" },
    ...{ groupLabels: { alertname: "HighMemoryUsage" }, commonLabels: labels, commonAnnotations: annotations },
    externalURL: "http://alertmanager.example",
    alerts: [
      {
        ...{ status, labels, annotations, startsAt },
        endsAt: status === "firing" ? "0001-01-01T00:00:00Z" : new Date().toISOString(),
        generatorURL: "http://prometheus.example/graph?g0.expr=memory_usage_ratio+%3E+0.9",
        fingerprint: "f404ecabc8dd5cd7",
      },
    ],
  };
}

describe("from the webhook's socket to the postmortem", () => {
  let folder = "";
  let server: Server | undefined;
  const closing: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "nines-loop-"));
    await writeFile(join(folder, "memory"), "full\n");
    await writeFile(join(folder, "fine"), "fine\n");
  });
  afterEach(async () => {
    server?.close();
    for (const close of closing.splice(0).reverse()) await close();
    await rm(folder, { recursive: true, force: true });
  });

  it("a critical alert opens a SEV2 incident, is healed by a real command, and is told as it was", async () => {
    const kept = await FileIncidentStore.open(join(folder, "incidents"));
    const runs = await FileIncidentStore.open(join(folder, "runs"));
    closing.push(
      () => kept.close(),
      () => runs.close(),
    );
    const incidents = new IncidentManager({ store: kept });
    const executor = new RunbookExecutor({
      runner: new LocalCommandRunner(),
      programs: ["cat", "cp", "grep", "node"],
      workingDirectory: folder,
      secrets: { token: SECRET },
      store: runs,
      incidents,
    });
    executor.registerRunbook("HighMemoryUsage", parseRunbook(RUNBOOK));
    const primary = new OnCallSchedule({
      name: "primary",
      layers: [
        { name: "days", people: ["ann"], handover: { every: "day", at: "00:00", zone: "UTC" }, startsAt: "2020-01-01" },
      ],
    });
    const response = new AutomatedResponse({
      incidents,
      runbooks: executor,
      schedules: [primary],
      commander: { onCall: "primary" },
      webhook: { bearer: "what-alertmanager-sends" },
    });
    server = createServer(webhookListener(response)).listen(0, "127.0.0.1");
    await once(server, "listening");
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
    const post = async (status: "firing" | "resolved") => {
      const headers = { authorization: "Bearer what-alertmanager-sends", "content-type": "application/json" };
      return (await fetch(url, { method: "POST", headers, body: JSON.stringify(body(status)) })).json();
    };

    expect(await post("firing")).toMatchObject({ incidents: [{ id: "INC-0001", action: "opened" }] });
    await response.drain();
    const healed = await incidents.get("INC-0001");
    expect(healed).toMatchObject({ severity: "SEV2", status: "monitoring", roles: { commander: { person: "ann" } } });
    expect(await readFile(join(folder, "memory"), "utf8")).toBe("fine\n");
    await expect(readFile(join(folder, "PWNED"))).rejects.toThrow("ENOENT");
    const [run] = await executor.runsOf("INC-0001");
    expect(run?.steps.map(({ name, status }) => [name, status])).toEqual([
      ["check", "succeeded"],
      ["say", "succeeded"],
      ["restart", "succeeded"],
      ["verify", "succeeded"],
    ]);
    // The value came as it was, and the secret was taken out of the output.
    expect(run?.steps[1]?.attempts[0]?.stdout?.text).toBe(`${HOSTILE} [redacted]\n`);

    await incidents.acknowledge("INC-0001", { by: "ann" });
    await post("resolved");
    await incidents.resolve("INC-0001", { by: "ann", message: "the cache was too large" });

    const generator = new PostmortemGenerator({ incidents, runs: executor });
    const files = generator.renderFiles(await generator.generate("INC-0001", { authors: ["ann"] }));
    expect(Object.keys(files)).toEqual(expect.arrayContaining(["INC-0001.md", "INC-0001.html", "INC-0001.json"]));
    for (const text of Object.values(files)) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(Buffer.from(SECRET).toString("base64"));
    }
    const { "INC-0001.html": page = "", "INC-0001.md": markdown = "" } = files;
    expect(page).not.toContain("<script>alert");
    for (const told of ["the memory of web is full", "SEV2", "ann", "restart", "succeeded", "memory_usage_ratio"]) {
      expect(page).toContain(told);
    }
    for (const told of ["HighMemoryUsage", "the cache was too large", "SEV2"]) expect(markdown).toContain(told);
    const timeline = (await incidents.timeline("INC-0001")).map((event) => JSON.stringify(event)).join("\n");
    expect(timeline).not.toContain(SECRET);
    for (const step of ["check", "say", "restart", "verify"]) expect(timeline).toContain(`${step} succeeded`);
  });
});
