import { describe, expect, it, test } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { EscalationPlanner } from "../../src/response/escalation/planner.ts";
import { parseOnCallDocument } from "../../src/response/on-call-document.ts";

const TEXT = `
on_call:
  primary:
    layers:
      - name: weeks
        people: [ann, bob]
        handover: { every: week, on: mon, at: 09:00, zone: Europe/Berlin }
        starts_at: 2026-01-05
      - name: office
        people: [dee]
        handover: { every: day, at: "09:00", zone: America/New_York }
        starts_at: 2026-01-05
        during: &office
          zone: America/New_York
          hours: [{ days: [mon, tue, wed, thu, fri], from: "09:00", until: "17:00" }]
          holidays: [2026-12-25]
    overrides:
      - { person: cy, from: 2026-12-24T09:00+01:00, until: 2026-12-25T09:00+01:00 }
escalation:
  policies:
    critical:
      steps:
        - to: [{ channel: pager, schedule: primary }]
          wait: 10m
        - to: [{ channel: pager, person: boss }, { channel: chat }]
          wait: 20m
      repeat: 2
    relaxed:
      steps: [{ to: [{ channel: chat }], wait: 1h }]
      business_hours: *office
  rules:
    - { severities: [SEV1, SEV2], policy: critical }
    - { labels: { drill: "yes" }, policy: null }
    - { policy: relaxed }
`;

/** `TEXT` with one thing changed. */
function changed(from: string, to: string): string {
  expect(TEXT).toContain(from);
  return TEXT.replace(from, to);
}

function faultsOf(text: string): string[] {
  try {
    parseOnCallDocument(text, { file: "on-call.yaml" });
  } catch (error) {
    if (error instanceof ConfigurationError) {
      return error.message.split("\n").map((line) => line.trim());
    }
    throw error;
  }
  return [];
}

describe("an on-call document", () => {
  it("is read, and is what a planner takes", () => {
    const document = parseOnCallDocument(TEXT);
    const [primary] = document.schedules;
    expect(document.schedules.map(({ name }) => name)).toEqual(["primary"]);
    expect(primary?.whoIsOnCall(Date.parse("2026-12-23T15:00Z"))).toMatchObject({ person: "dee", layer: "office" });
    expect(primary?.whoIsOnCall(Date.parse("2026-12-24T15:00Z"))).toMatchObject({ person: "cy", override: true });
    expect(primary?.whoIsOnCall(Date.parse("2026-12-25T15:00Z"))).toMatchObject({ person: "ann", layer: "weeks" });
    const planner = new EscalationPlanner(document);
    expect(planner.selectPolicy({ severity: "SEV2", services: [], labels: {} })?.rounds).toBe(3);
    expect(planner.selectPolicy({ severity: "SEV3", services: [], labels: {} })?.name).toBe("relaxed");
    expect(planner.selectPolicy({ severity: "SEV3", services: [], labels: { drill: "yes" } })).toBeUndefined();
  });

  it("may have one of the sections only", () => {
    const { schedules, policies, rules } = parseOnCallDocument({ on_call: {} });
    expect([schedules, policies, rules]).toEqual([[], [], undefined]);
  });

  test.each([
    [
      "starts_at: 2026-01-05\n      - ",
      "starts_at: 2026-13-05\n      - ",
      /^on-call.yaml:8:20 on_call.primary.layers\[0\].starts_at: "2026-13-05" is not a date/,
    ],
    [
      "every: week,",
      "every: weeks,",
      /^on-call.yaml:7:28 on_call.primary.layers\[0\].handover.every: "weeks" is no length of turns/,
    ],
    ["people: [dee]", "peple: [dee]", /layers\[1\].peple: unknown key "peple"; did you mean "people"/],
    ['until: "17:00"', 'until: "17"', /layers\[1\].during.hours\[0\].until: "17" is not a time of day/],
    ["2026-12-24T09:00+01:00", "2026-12-24", /overrides\[0\].from: "2026-12-24" is not an instant/],
    [
      "2026-12-24T09:00+01:00",
      "2026-02-30T09:00+01:00",
      /overrides\[0\].from: "2026-02-30T09:00\+01:00" is not an instant; write one with its offset/,
    ],
    [
      "schedule: primary",
      "schedule: primry",
      /^on-call.yaml:23:44 escalation.policies.critical.steps\[0\].to\[0\].schedule: there is no schedule "primry"; did you mean "primary"/,
    ],
    [
      "wait: 20m",
      "wait: 20",
      /^on-call.yaml:26:17 escalation.policies.critical.steps\[1\].wait: 20 is no time to wait/,
    ],
    ["policy: relaxed", "policy: relax", /escalation.rules\[2\].policy: there is no policy "relax"/],
    ["on_call:", "oncall:", /oncall: unknown key "oncall"; did you mean "on_call"/],
    [
      "business_hours: *office",
      "business_hours: { zone: Mars/Base, hours: [] }",
      /relaxed.business_hours.zone: "Mars\/Base" is not a time zone/,
    ],
  ])("points to the fault when %j is %j", (from, to, message) => {
    expect(
      faultsOf(changed(from, to)).some((line) => message.test(line)),
      faultsOf(changed(from, to)).join("\n"),
    ).toBe(true);
  });

  it("tells the faults of layers, policies and rules at once", () => {
    const text = changed("people: [ann, bob]", "people: []")
      .replace("people: [dee]", "people: dee")
      .replace("repeat: 2", "repeat: -1")
      .replace("policy: relaxed", "policy: 7");
    expect(faultsOf(text)).toHaveLength(5);
  });

  it("tells all faults of each of them, whatever else is wrong", () => {
    const text = `
on_call:
  primary:
    layers:
      - { name: weeks, people: ann, handover: { every: fortnight, on: Monday, at: 9:00, zone: Berlin }, starts_at: 05.01.2026 }
    overrides: [{ person: "", from: tomorrow, until: 2026-12-24 }]
escalation:
  policies:
    c:
      steps:
        - { to: [{ channel: "", schedule: primry }, { channel: chat, person: ann, schedule: primary }], wait: 15 }
        - { to: chat, wait: 9d }
      repeat: 21
      business_hours: { zone: Mars, hours: [{ days: [monday, sun], from: 9, until: 17:00 }], holidays: [25.12.2026] }
  rules: [{ severities: [SEV0, SEV9], services: shop, labels: { drill: yes, of: 5 }, policy: d }]
escalations: {}
`;
    const layer = "on_call.primary.layers[0]";
    const [policy, rule] = ["escalation.policies.c", "escalation.rules[0]"];
    expect(faultsOf(text).map((line) => line.split(" ")[1]?.replace(/:$/, ""))).toEqual([
      "faults",
      ...["people", "handover.every", "handover.on", "handover.at", "handover.zone", "starts_at"].map(
        (field) => `${layer}.${field}`,
      ),
      ...["from", "until"].map((field) => `on_call.primary.overrides[0].${field}`),
      ...["to[0].channel", "to[0].schedule", "to[1]", "wait"].map((field) => `${policy}.steps[0].${field}`),
      ...["to", "wait"].map((field) => `${policy}.steps[1].${field}`),
      `${policy}.repeat`,
      ...["zone", "hours[0].days[0]", "hours[0].from", "holidays[0]"].map(
        (field) => `${policy}.business_hours.${field}`,
      ),
      ...["severities[0]", "severities[1]", "services", "labels.of", "policy"].map((field) => `${rule}.${field}`),
      "escalations",
    ]);
  });

  it("tells no key as missing that is there under another name", () => {
    const text = changed("people: [ann, bob]", "peple: [ann, bob]").replace("every: week,", "every: weeks,");
    expect(faultsOf(text)).toEqual([
      "2 faults",
      expect.stringContaining('layers[0].peple: unknown key "peple"; did you mean "people"?'),
      expect.stringContaining('layers[0].handover.every: "weeks" is no length of turns'),
    ]);
    expect(faultsOf(changed("  rules:", "  rles:"))).toEqual([
      expect.stringContaining('escalation.rles: unknown key "rles"; did you mean "rules"?'),
    ]);
  });

  it("asks for no schedule or policy of a section that cannot be found", () => {
    expect(faultsOf(changed("on_call:", "oncall:"))).toEqual([
      expect.stringContaining('oncall: unknown key "oncall"; did you mean "on_call"?'),
    ]);
    expect(faultsOf(changed("  policies:", "  polices:"))).toEqual([
      expect.stringContaining('escalation.polices: unknown key "polices"; did you mean "policies"?'),
    ]);
  });

  it("must have rules if it has several policies", () => {
    expect(faultsOf(TEXT.slice(0, TEXT.indexOf("  rules:")))).toEqual([
      expect.stringContaining("escalation.rules: is missing; with several policies"),
    ]);
  });
});
