import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";

import { AlertmanagerNotifier, AlertmanagerSilences } from "../../../src/adapters/alertmanager/index.ts";
import { freePort } from "../../support/ports.ts";
import { describeWithService } from "../../support/services.ts";
import { type FakeServer, fakeServer, type Json, notificationOf, STARTED } from "../http/fake-server.ts";

const iso = (at: number): string => new Date(at).toISOString();

describe("an Alertmanager notifier", () => {
  let fake: FakeServer | undefined;
  afterEach(() => fake?.close());

  it("posts a firing alert that does not end by itself soon", async () => {
    fake = await fakeServer(200);
    const alerts = new AlertmanagerNotifier({
      baseUrl: `${fake.url}/am/`,
      token: "t1",
      labels: { cluster: "eu" },
      firesMs: 3_600_000,
    });
    await alerts.notify(notificationOf("opened", { labels: { "my-team": "shop", severity: "mine", "1st": "x" } }));
    expect(fake.seen[0]).toMatchObject({
      method: "POST",
      url: "/am/api/v2/alerts",
      headers: { authorization: "Bearer t1" },
    });
    expect(fake.seen[0]?.json).toEqual([
      {
        labels: {
          my_team: "shop",
          _1st: "x",
          cluster: "eu",
          alertname: "Incident",
          incident: "INC-0001",
          severity: "SEV2",
        },
        annotations: {
          summary: "INC-0001 SEV2: checkout fails",
          description: "it is opened",
          status: "investigating",
          services: "checkout, cart",
          runbook_url: "https://wiki.example.com/checkout",
        },
        startsAt: iso(STARTED),
        endsAt: iso(STARTED + 60_000 + 3_600_000),
      },
    ]);
  });

  it("ends the alerts of other severities when it changes, and all of them when it is over", async () => {
    fake = await fakeServer(200);
    const alerts = new AlertmanagerNotifier({ baseUrl: fake.url });
    await alerts.notify(notificationOf("severity_changed", { severity: "SEV1" }));
    await alerts.notify(notificationOf("resolved"));
    const ends = fake.seen.map(({ json }) =>
      json.map((alert: Json) => [alert.labels.severity, Date.parse(alert.endsAt) - STARTED]),
    );
    expect(ends[0]).toEqual([
      ["SEV1", 604_860_000],
      ["SEV2", 60_000],
      ["SEV3", 60_000],
      ["SEV4", 60_000],
    ]);
    expect(ends[1]).toEqual(["SEV1", "SEV2", "SEV3", "SEV4"].map((severity) => [severity, 60_000]));
  });

  it("refuses what cannot be a label, a time or a matcher", async () => {
    const baseUrl = "http://127.0.0.1:9";
    expect(() => new AlertmanagerNotifier({ baseUrl, labels: { "a-b": "c" } })).toThrow("is no name of a label");
    expect(() => new AlertmanagerNotifier({ baseUrl, firesMs: 0 })).toThrow("firesMs: 0 is out of range");
    const silences = new AlertmanagerSilences({ baseUrl });
    const silence = { matchers: [], startsAt: 1, endsAt: 2, createdBy: "ann", comment: "c" };
    await expect(silences.create(silence)).rejects.toThrow("matchers: a list of 0");
    await expect(silences.create({ ...silence, endsAt: 1 })).rejects.toThrow("endsAt: 1 must be after startsAt");
  });
});

describeWithService(["alertmanager"], "a real Alertmanager", ({ alertmanager = "" }) => {
  let folder = "";
  let child: ChildProcess;
  let baseUrl = "";

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "alertmanager-"));
    const file = join(folder, "alertmanager.yml");
    await writeFile(file, "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n");
    const port = await freePort();
    baseUrl = `http://127.0.0.1:${String(port)}`;
    child = spawn(
      alertmanager,
      [
        `--config.file=${file}`,
        `--storage.path=${folder}`,
        `--web.listen-address=127.0.0.1:${String(port)}`,
        "--cluster.listen-address=",
      ],
      { stdio: "ignore" },
    );
    const ready = async (): Promise<number> => (await fetch(`${baseUrl}/-/ready`).catch(() => undefined))?.status ?? 0;
    await vi.waitUntil(async () => (await ready()) === 200, { timeout: 30_000, interval: 100 });
  }, 40_000);

  afterAll(async () => {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  });

  /** Severities of the alerts that fire for INC-0001, and whether they are silenced. */
  async function firing(): Promise<string[]> {
    const listed = (await (await fetch(`${baseUrl}/api/v2/alerts`)).json()) as Json[];
    return listed.map(({ labels, status }) => `${labels.incident} ${labels.severity} ${status.state}`).sort();
  }

  it("has an alert while an incident lasts, of the severity that it has", async () => {
    const alerts = new AlertmanagerNotifier({ baseUrl });
    const startedAt = Date.now() - 600_000;
    const at = Date.now() - 1_000;
    await alerts.notify(notificationOf("opened", { startedAt }, { at }));
    await alerts.notify(notificationOf("opened", { startedAt }, { at }));
    await expect.poll(firing, { timeout: 5_000 }).toEqual(["INC-0001 SEV2 active"]);
    await alerts.notify(notificationOf("severity_changed", { startedAt, severity: "SEV1" }, { at }));
    await expect.poll(firing, { timeout: 5_000 }).toEqual(["INC-0001 SEV1 active"]);
    await alerts.notify(
      notificationOf("resolved", { startedAt, severity: "SEV1", resolvedAt: Date.now() - 500 }, { at }),
    );
    await expect.poll(firing, { timeout: 5_000 }).toEqual([]);
  });

  it("keeps quiet in a silence, made once, and speaks after it", async () => {
    const silences = new AlertmanagerSilences({ baseUrl });
    const startsAt = Date.now();
    const silence = {
      matchers: [{ name: "incident", value: "INC-00.*", isRegex: true }],
      startsAt,
      endsAt: startsAt + 3_600_000,
      createdBy: "ann",
      comment: "database upgrade",
      idempotencyKey: "window/7",
    };
    const id = await silences.create(silence);
    expect(await silences.create(silence)).toBe(id);
    const alerts = new AlertmanagerNotifier({ baseUrl });
    await alerts.notify(notificationOf("opened", { id: "INC-0002", startedAt: startsAt }, { at: startsAt }));
    await expect.poll(firing, { timeout: 10_000 }).toEqual(["INC-0002 SEV2 suppressed"]);
    await silences.expire(id);
    await silences.expire(id);
    await expect.poll(firing, { timeout: 10_000 }).toEqual(["INC-0002 SEV2 active"]);
    expect(await silences.create({ ...silence, endsAt: Date.now() + 60_000 })).not.toBe(id);
  });

  it("says what it refuses, without its words", async () => {
    const silences = new AlertmanagerSilences({ baseUrl });
    const silence = { startsAt: 1, endsAt: 2, createdBy: "ann", comment: "in the past" };
    await expect(silences.create({ ...silence, matchers: [{ name: "a", value: "b" }] })).rejects.toMatchObject({
      retryable: false,
      context: { status: 400 },
    });
  });
});
