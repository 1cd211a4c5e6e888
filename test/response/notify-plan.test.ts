import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import type { IncidentState } from "../../src/incident/model.ts";
import { combinePlanners, NotificationPlan } from "../../src/response/telling/notify-plan.ts";
import type { NotificationRule } from "../../src/response/telling/notify-plan-rules.ts";

const AT = Date.UTC(2026, 10, 22, 3);

function managed(...rules: NotificationRule[]) {
  const clock = new ManualClock(AT);
  const incidents = new IncidentManager({ clock, planner: new NotificationPlan({ rules }) });
  const declare = () =>
    incidents.createIncident({
      title: "checkout fails",
      severity: "SEV2",
      services: ["checkout"],
      labels: { team: "shop" },
      runbook: "https://wiki.example.com/c",
      startedAt: AT - 120_000,
      by: "ann",
    });
  return { clock, incidents, declare };
}

const told = ({ notifications }: IncidentState): string[] =>
  notifications.map(({ channel, kind, message }) => `${channel} ${kind}: ${message}`);

/** An incident's whole life, as it is told to a channel. */
async function life(rule: Partial<NotificationRule>): Promise<string[]> {
  const { clock, incidents, declare } = managed({ on: "all", to: ["c"], ...rule });
  const { id } = await declare();
  clock.advance(60_000);
  await incidents.acknowledge(id, { by: "bob" });
  await incidents.addUpdate(id, { by: "bob", message: "db-7 is full" });
  await incidents.addUpdate(id, { by: "bob", message: "Some orders fail.", audience: "public" });
  await incidents.changeStatus(id, { to: "identified", by: "bob", message: "bad release" });
  await incidents.changeSeverity(id, { to: "SEV1", by: "cara", reason: "all users" });
  clock.advance(3_600_000);
  await incidents.resolve(id, { by: "bob" });
  return told(await incidents.reopen(id, { by: "ann", message: "it came back" }));
}

describe("a notification plan", () => {
  it("tells those who work on it who did what", async () => {
    expect(await life({})).toEqual([
      "c opened: Declared by ann, affects checkout, since 2026-11-22 02:58 UTC. Runbook: https://wiki.example.com/c.",
      "c acknowledged: bob is on it.",
      "c updated: bob: db-7 is full",
      "c updated: bob: Some orders fail.",
      "c status_changed: investigating -> identified (bob): bad release",
      "c severity_changed: SEV2 -> SEV1 (cara): all users",
      "c resolved: Resolved by bob after 1 h 3 min.",
      "c reopened: Opened again by ann: it came back",
    ]);
  });

  it("tells everyone only what was meant for everyone", async () => {
    const public_ = await life({ audience: "public" });
    expect(public_).toEqual([
      "c opened: We are investigating a problem with checkout.",
      "c updated: Some orders fail.",
      "c status_changed: We have found the cause and are working on a repair.",
      "c severity_changed: We have assessed the impact of this problem again.",
      "c resolved: The problem is resolved.",
      "c reopened: The problem has come back. We are investigating.",
    ]);
    expect(public_.join()).not.toMatch(/ann|bob|cara|db-7|bad release|all users|came back/);
  });

  it.each<[string, Partial<NotificationRule>, boolean]>([
    ["a severity that it has", { severity: ["SEV2"] }, true],
    ["another severity", { severity: ["SEV1", "SEV3"] }, false],
    ["one of its services", { services: ["cart", "checkout"] }, true],
    ["other services", { services: ["cart"] }, false],
    ["its labels", { labels: { team: "shop" } }, true],
    ["a label with another value", { labels: { team: "data" } }, false],
    ["a label that it lacks", { labels: { toString: "x" } }, false],
    ["another kind", { on: ["resolved"] }, false],
  ])("with a rule for %s", async (_, rule, expected) => {
    const { declare } = managed({ on: "all", to: ["c"], ...rule });
    expect((await declare()).notifications.length > 0).toBe(expected);
  });

  it("tells whoever was told that it began that it is over, though it is less grave by then", async () => {
    const { incidents, declare } = managed({ on: ["opened", "resolved"], severity: ["SEV1", "SEV2"], to: ["pager"] });
    const { id } = await declare();
    await incidents.changeSeverity(id, { to: "SEV4", by: "ann" });
    expect(told(await incidents.resolve(id, { by: "ann" })).map((text) => text.split(":")[0])).toEqual([
      "pager opened",
      "pager resolved",
    ]);
  });

  it("tells a channel once, but each of its recipients", async () => {
    const rule = { on: "all", to: ["room"] } as const;
    const { declare } = managed(
      rule,
      rule,
      { ...rule, recipient: "ann" },
      { ...rule, recipient: "bob", to: ["room", "mail"] },
    );
    expect((await declare()).notifications.map(({ key, recipient }) => [key, recipient])).toEqual([
      ["1/room", undefined],
      ["1/room/2", "ann"],
      ["1/room/3", "bob"],
      ["1/mail", "bob"],
    ]);
  });

  it("tells of escalations only where it is asked to by name", async () => {
    const { incidents, declare } = managed({ on: "all", to: ["a"] }, { on: ["escalated"], to: ["b"] });
    const { id } = await declare();
    const escalated = await incidents.apply(id, { by: "nines" }, () => [
      { type: "escalated", message: "cara is paged" },
    ]);
    expect(told(escalated).slice(1)).toEqual(["b escalated: Escalation: cara is paged"]);
  });

  it.each<[object, string]>([
    [{ on: ["opend"], to: ["a"] }, 'rules[0].on: "opend" is not possible; did you mean "opened"?'],
    [{ on: ["escalated"], audience: "public", to: ["a"] }, 'rules[0].on: "escalated" is not possible'],
    [{ on: "all", to: [] }, "rules[0].to: a list of 0 is not a list of 1 to 1000 names"],
    [{ on: "all", to: ["a b"] }, 'rules[0].to[0]: "a b" cannot name a channel'],
    [{ on: "all", to: ["a"], severity: ["SEV9"] }, "rules[0].severity"],
    [{ on: "all", to: ["a"], audience: "all" }, 'rules[0].audience: "all" is not possible'],
    [{ on: "all", to: ["a"], service: ["x"] }, 'did you mean "services"?'],
    [{ on: "all", to: ["a"], labels: { x: 1 } }, "rules[0].labels"],
  ])("refuses the rule %j", (rule, message) => {
    expect(() => new NotificationPlan({ rules: [rule as NotificationRule] })).toThrow(message);
  });

  it("bounds what it says, and cuts no letter in two", async () => {
    const { incidents, declare } = managed({ on: ["updated"], to: ["c"] });
    const { id } = await declare();
    const { notifications } = await incidents.addUpdate(id, { by: "ann", message: `a${"😀".repeat(9_000)}` });
    expect(notifications[0]?.message.length).toBeLessThanOrEqual(4_000);
    expect(notifications[0]?.message).toMatch(/😀…$/u);
  });
});

describe("combined planners", () => {
  it("add what each adds, and one message of one key once", async () => {
    const plan = new NotificationPlan({ rules: [{ on: "all", to: ["a"] }] });
    const other = new NotificationPlan({ rules: [{ on: "all", to: ["b", "a"] }] });
    const incidents = new IncidentManager({ planner: combinePlanners(plan, other, { follow: () => [] }) });
    const { notifications } = await incidents.createIncident({ title: "t", severity: "SEV1", by: "ann" });
    expect(notifications.map(({ key }) => key)).toEqual(["1/a", "1/b"]);
    expect(() => combinePlanners({} as never)).toThrow("planners: a mapping has no method follow()");
  });

  it("tell each recipient of a channel, though their plans number alike", async () => {
    const plans = ["ann", "bob", "ann"].map((recipient) => {
      return new NotificationPlan({ rules: [{ on: "all", to: ["chat"], recipient }] });
    });
    const incidents = new IncidentManager({ planner: combinePlanners(...plans) });
    const { notifications } = await incidents.createIncident({ title: "t", severity: "SEV1", by: "ann" });
    expect(notifications.map(({ key, recipient }) => `${key} ${String(recipient)}`)).toEqual([
      "1/chat ann",
      "1/chat/2 bob",
    ]);
  });
});

it("keys are unique within an incident, whatever happens and however often", async () => {
  const action = fc.constantFrom("acknowledge", "update", "resolve", "reopen", "severity");
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 20 }), async (actions) => {
      const rules: NotificationRule[] = [
        { on: "all", to: ["a", "b"] },
        { on: "all", to: ["a"], recipient: "ann" },
      ];
      const { incidents, declare } = managed(...rules);
      const { id } = await declare();
      for (const what of actions) {
        const by = { by: "ann" };
        const done =
          what === "acknowledge"
            ? incidents.acknowledge(id, by)
            : what === "update"
              ? incidents.addUpdate(id, { ...by, message: "m" })
              : what === "resolve"
                ? incidents.resolve(id, by)
                : what === "reopen"
                  ? incidents.reopen(id, by)
                  : incidents.changeSeverity(id, { ...by, to: "SEV1" });
        await done.catch(() => undefined);
      }
      const keys = (await incidents.timeline(id)).flatMap((event) =>
        event.type === "notification_requested" ? [event.key] : [],
      );
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBeGreaterThan(0);
    }),
    { numRuns: 50 },
  );
});
