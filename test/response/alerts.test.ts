import { describe, expect, it } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { readAlerts } from "../../src/response/alerts/body.ts";
import { alertFingerprint } from "../../src/response/alerts/fingerprint.ts";
import { AT, message, recorded } from "./support.ts";

const BODIES = ["0.25.0-firing", "0.25.0-resolved", "0.33.1-firing", "0.33.1-resolved"];

describe("a message of Alertmanager", () => {
  it.each(BODIES)("is read as %s sent it", (name) => {
    const [group, ...others] = readAlerts(recorded(name));
    expect(others).toEqual([]);
    expect(group).toMatchObject({
      source: "alertmanager",
      key: '{}:{alertname="ErrorBudgetBurn", service="api"}',
      receiver: "hook",
      labels: { alertname: "ErrorBudgetBurn", service: "api" },
      truncated: 0,
    });
    const [alert] = group?.alerts ?? [];
    expect(alert?.status).toBe(name.split("-")[1]);
    expect(alert?.endsAt === undefined).toBe(alert?.status === "firing");
    expect(alert?.labels).toMatchObject({ severity: "page", cluster: "test" });
    expect(alert?.url).toContain("/graph?g0.expr=");
  });

  it.each(BODIES)("has in %s the fingerprint that is computed where one is missing", (name) => {
    const { fingerprint, ...older } = JSON.parse(recorded(name)).alerts[0];
    expect(fingerprint).toBe("aaadeff80e6e6325");
    expect(alertFingerprint(older.labels)).toBe(fingerprint);
    const [group] = readAlerts({ groupKey: 17, alerts: [older] });
    expect(group).toMatchObject({ key: "17", receiver: "", truncated: 0, alerts: [{ fingerprint }] });
  });

  it("sorts names by their bytes, and hashes nothing to the offset basis", () => {
    expect(alertFingerprint({})).toBe("cbf29ce484222325");
    const [astral, high] = ["\u{10000}", "\uffff"];
    expect(alertFingerprint({ [astral]: "1", [high]: "2" })).toBe(slowFingerprint([high, "2", astral, "1"]));
    expect(alertFingerprint({ b: "2", a: "ü" })).toBe(slowFingerprint(["a", "ü", "b", "2"]));
  });

  it("takes Go's nothing for nothing: null for an empty map, the year 1 for no time", () => {
    const body = message([{}]);
    const [group] = readAlerts({ ...body, groupLabels: null, alerts: [{ ...body.alerts[0], annotations: null }] });
    expect(group).toMatchObject({ labels: {}, alerts: [{ annotations: {} }] });
    expect(readAlerts({ ...body, alerts: null })).toMatchObject([{ alerts: [] }]);
  });

  it("keeps labels that are named like parts of an object, as labels", () => {
    const body = JSON.stringify(message([{}])).replace('"instance":', '"__proto__":"p","constructor":"c","instance":');
    const labels = readAlerts(body)[0]?.alerts[0]?.labels ?? {};
    expect(Object.getPrototypeOf(labels)).toBe(Object.prototype);
    expect(Object.entries(labels)).toContainEqual(["__proto__", "p"]);
    expect(Object.entries(labels)).toContainEqual(["constructor", "c"]);
    expect(({} as Record<string, unknown>).p).toBeUndefined();
  });

  it("cuts what is longer than anybody reads, and never in the middle of a letter", () => {
    const text = "x".repeat(19_998) + "😀😀";
    const [group] = readAlerts(message([{ annotations: { summary: text } }]));
    expect(group?.alerts[0]?.annotations.summary).toBe(`${"x".repeat(19_998)}…`);
  });

  it("holds 10,000 alerts", () => {
    const alerts = Array.from({ length: 10_000 }, (_, index) => ({ instance: String(index) }));
    expect(readAlerts(JSON.stringify(message(alerts)))[0]?.alerts).toHaveLength(10_000);
  });
});

it("knows a message of Grafana by what it has beside", () => {
  const alert = { ...message([{}]).alerts[0], silenceURL: "http://x", values: { A: 1 }, dashboardURL: "" };
  const body = { ...message([]), version: "1", orgId: 1, title: "[FIRING:1]", state: "alerting", alerts: [alert] };
  expect(readAlerts(body)).toMatchObject([{ source: "grafana", key: '{}:{alertname="Slow"}', alerts: [{}] }]);
  expect(readAlerts(body, { source: "alertmanager" })).toMatchObject([{ source: "alertmanager" }]);
});

describe("a plain alert", () => {
  it("needs a name or labels, and nothing else", () => {
    expect(readAlerts({ name: "DiskFull" })).toMatchObject([
      {
        source: "plain",
        key: alertFingerprint({ alertname: "DiskFull" }),
        alerts: [{ status: "firing", startsAt: undefined, labels: { alertname: "DiskFull" } }],
      },
    ]);
    expect(readAlerts({ labels: { a: "b" } })).toHaveLength(1);
  });

  it.each([AT, new Date(AT).toISOString(), "2026-11-22T11:00:00.000000000+01:00"])(
    "may have begun at %s",
    (startsAt) => {
      expect(readAlerts({ name: "x", startsAt })[0]?.alerts[0]?.startsAt).toBe(AT);
    },
  );

  it("comes alone or in a list, with a group or by itself", () => {
    const groups = readAlerts([{ name: "x", group: "disks" }, { name: "y", group: "disks" }, { name: "z" }]);
    expect(groups.map(({ key }) => key)).toEqual(["group disks", "group disks", alertFingerprint({ alertname: "z" })]);
  });
});

describe("what is not a message is refused with its place", () => {
  const alert = message([{}]).alerts[0];
  const withAlert = (more: object): object => ({ ...message([]), alerts: [alert, { ...alert, ...more }] });
  it.each<readonly [what: unknown, problem: string]>([
    ["", "is not JSON"],
    ["[", "is not JSON"],
    ['{"alerts":', "is not JSON"],
    ["[".repeat(100_000), "is more than 64 lists and mappings deep"],
    ["null", "null is not a mapping"],
    ["7", "7 is not a mapping"],
    [{}, "name: is missing; write what is wrong, such as DiskFull, or send a list of alerts"],
    [{ alerts: {} }, "alerts: a mapping is not a list"],
    [{ alerts: [7] }, "alerts[0]: 7 is not a mapping"],
    [{ ...message([]), groupKey: {} }, "groupKey: a mapping is neither text nor a number"],
    [{ ...message([]), truncatedAlerts: -1 }, "truncatedAlerts: -1 is not a count; a whole number from 0 is"],
    [{ ...message([]), receiver: 7 }, "receiver: 7 is not text"],
    [withAlert({ status: "maybe" }), 'alerts[1].status: "maybe" is not possible; allowed: firing, resolved'],
    [withAlert({ startsAt: "yesterday" }), 'alerts[1].startsAt: "yesterday" is not a time'],
    [withAlert({ startsAt: "2026-13-22T05:57:48Z" }), 'alerts[1].startsAt: "2026-13-22T05:57:48Z" is not a time'],
    [withAlert({ startsAt: null }), "alerts[1].startsAt: is missing"],
    [withAlert({ labels: [] }), "alerts[1].labels: a list of 0 is not a mapping"],
    [withAlert({ labels: { a: 7 } }), "alerts[1].labels.a: 7 is not text"],
    [withAlert({ annotations: { ["x".repeat(1_001)]: "" } }), "alerts[1].annotations: has a name of 1001 characters"],
    [withAlert({ fingerprint: "f".repeat(201) }), "alerts[1].fingerprint: has 201 characters; at most 200"],
    [[{ name: 7 }], "[0].name: 7 is not text"],
    [{ ...message([]), alerts: new Array(50_001).fill(alert) }, "alerts: has 50001 entries; at most 50000"],
  ])("%#", (body, problem) => {
    expect(() => readAlerts(body)).toThrow(ConfigurationError);
    expect(() => readAlerts(body)).toThrow(problem);
  });

  it("does not quote a body that is no JSON", () => {
    expect(() => readAlerts('{"password": hunter2}')).toThrow(/^is not JSON$/);
  });

  it("does not look at what an object inherits", () => {
    expect(() => readAlerts(Object.create({ name: "x" }))).toThrow("name: is missing");
  });
});

/** FNV-1a 64 as its authors write it. */
function slowFingerprint(parts: readonly string[]): string {
  let hash = 0xcbf29ce484222325n;
  for (const part of parts) {
    for (const byte of [...Buffer.from(part, "utf8"), 0xff]) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
    }
  }
  return hash.toString(16).padStart(16, "0");
}
