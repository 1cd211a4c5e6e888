import { describe, expect, it } from "vitest";

import { AdapterError } from "../../src/core/errors.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { AutomatedResponse } from "../../src/response/automated-response.ts";
import { AT, message, MINUTE, recorded, responding } from "./support.ts";

const firing = message([{}]);
const resolved = message([{ status: "resolved" }]);

describe("alerts become incidents", () => {
  it("that say what the alerts say", async () => {
    const { incidents, response } = responding();
    const outcome = await response.receive(recorded("0.25.0-firing"));
    expect(outcome).toEqual({ incidents: [{ id: "INC-0001", action: "opened" }], alerts: 1 });
    expect(await incidents.get("INC-0001")).toMatchObject({
      title: "api burns its budget: 16.67%",
      severity: "SEV2",
      services: ["api"],
      slos: ["api-availability"],
      runbook: "https://example.invalid/rb",
      labels: { alertname: "ErrorBudgetBurn", cluster: "test", alert_source: "alertmanager" },
      startedAt: Date.parse("2026-11-22T05:57:48.256Z"),
      detectedAt: AT,
      firing: 1,
    });
  });

  it("once for each group, whoever delivers and how often", async () => {
    const { clock, store, incidents } = responding();
    const receivers = [1, 2, 3].map(
      () => new AutomatedResponse({ incidents: new IncidentManager({ clock, store }), clock }),
    );
    const bodies = ["a", "b"].flatMap((key) => [1, 2, 3, 4].map(() => ({ ...firing, groupKey: key })));
    await Promise.all(bodies.map((body, index) => (receivers[index % 3] as AutomatedResponse).receive(body)));
    for (const id of ["INC-0001", "INC-0002"]) expect(await incidents.get(id)).toMatchObject({ firing: 1, version: 2 });
    await expect(incidents.get("INC-0003")).rejects.toThrow("there is no incident");
  });

  it("another for another receiver, and for a sender of another kind", async () => {
    const { response } = responding();
    await response.receive(firing);
    const other = await response.receive({ ...firing, receiver: "other" });
    const grafana = await response.receive({ ...firing, version: "1", orgId: 1 });
    expect([other, grafana].map(({ incidents }) => incidents[0]?.id)).toEqual(["INC-0002", "INC-0003"]);
  });

  it("by their own labels, whatever the sender's groups are", async () => {
    const { incidents, response } = responding({ groupBy: ["service", "cluster"] });
    const alerts = ["cart", "shop", "cart"].map((service, index) => ({
      instance: String(index),
      labels: { service, cluster: "eu" },
    }));
    const { incidents: made } = await response.receive(message(alerts));
    expect(made).toHaveLength(2);
    const again = await response.receive({ ...message(alerts.slice(2)), groupKey: "other", version: "1", orgId: 1 });
    expect(again.incidents).toEqual([{ id: made[0]?.id, action: "unchanged" }]);
    expect(await incidents.get(String(made[0]?.id))).toMatchObject({ firing: 2, services: ["cart"] });
  });

  it("with what the first rule that fits says, and a commander", async () => {
    const { incidents, response } = responding({
      routes: [{ match: { service: "shop" }, severity: "SEV1", commander: "ann", title: "{service} is down" }],
    });
    await response.receive(firing);
    expect(await incidents.get("INC-0001")).toMatchObject({
      title: "shop is down",
      severity: "SEV1",
      roles: { commander: { person: "ann" } },
    });
  });

  it("even where an alert's start is not to be believed", async () => {
    const { incidents, response } = responding();
    await response.receive(message([{ start: 600 }]));
    expect(await incidents.get("INC-0001")).toMatchObject({ startedAt: AT, detectedAt: AT });
  });

  it("even where names of labels are longer than those of an incident", async () => {
    const { incidents, response } = responding();
    const [long, longest] = ["l".repeat(200), "l".repeat(201)] as const;
    await response.receive(message([{ labels: { [long]: "yes", [longest]: "no" } }]));
    const { labels, alerts } = await incidents.get("INC-0001");
    expect([Object.hasOwn(labels, long), Object.hasOwn(labels, longest)]).toEqual([true, false]);
    expect([...alerts.values()][0]?.labels).toMatchObject({ [longest]: "no" });
  });

  it("none from a message without alerts", async () => {
    const { response } = responding();
    expect(await response.receive(message([]))).toEqual({ incidents: [], alerts: 0 });
  });
});

describe("the same alert again", () => {
  it("is not stored, and noted once it was quiet for long", async () => {
    const { clock, incidents, response } = responding();
    await response.receive(firing);
    expect((await response.receive(firing)).incidents[0]?.action).toBe("unchanged");
    clock.advance(5 * MINUTE);
    expect((await response.receive(firing)).incidents[0]?.action).toBe("updated");
    expect((await response.receive(firing)).incidents[0]?.action).toBe("unchanged");
    const timeline = await incidents.timeline("INC-0001");
    expect(timeline.at(-1)).toMatchObject({ type: "updated", message: "still firing: 1 alert", by: "alerts" });
    expect(timeline).toHaveLength(3);
  });

  it("is news where it says something else", async () => {
    const { incidents, response } = responding();
    await response.receive(firing);
    await response.receive(message([{ annotations: { summary: "worse" } }]));
    const { alerts, version } = await incidents.get("INC-0001");
    expect([...alerts.values()].map(({ annotations }) => annotations)).toEqual([{ summary: "worse" }]);
    expect(version).toBe(3);
  });

  it("does not fire again by a message that comes late", async () => {
    const { clock, incidents, response } = responding();
    for (const body of [firing, resolved]) await response.receive(body);
    const before = await incidents.get("INC-0001");
    clock.advance(MINUTE);
    for (const body of [firing, resolved, firing]) {
      expect((await response.receive(body)).incidents[0]?.action).toBe("unchanged");
    }
    expect(await incidents.get("INC-0001")).toEqual(before);
  });

  it("is over even where its end came first", async () => {
    const { incidents, response } = responding();
    await response.receive(resolved);
    expect((await response.receive(firing)).incidents[0]?.action).toBe("unchanged");
    expect(await incidents.get("INC-0001")).toMatchObject({ firing: 0, status: "monitoring" });
  });

  it("is told with what the sender left out", async () => {
    const { incidents, response } = responding();
    await response.receive({ ...firing, truncatedAlerts: 40 });
    expect((await incidents.timeline("INC-0001")).at(-1)).toMatchObject({
      message: "the message left out 40 alerts: the sender's limit on alerts in a message was reached",
    });
  });
});

describe("an incident whose last alert is over", () => {
  it.each([
    ["monitoring", "monitoring", "monitoring"],
    ["resolve", "monitoring", "resolved"],
    ["nothing", "investigating", "investigating"],
  ] as const)("is by the rule %s first %s, then %s", async (onResolved, first, then) => {
    const { clock, incidents, response } = responding({ onResolved });
    for (const body of [firing, resolved]) await response.receive(body);
    expect((await incidents.get("INC-0001")).status).toBe(first);
    clock.advance(5 * MINUTE - 1);
    expect(await response.settle()).toEqual([]);
    clock.advance(1);
    await response.settle();
    expect((await incidents.get("INC-0001")).status).toBe(then);
    expect(await response.settle()).toEqual([]);
  });

  it("is resolved at once without a hold", async () => {
    const { response } = responding({ onResolved: "resolve", holdMs: 0 });
    await response.receive(firing);
    expect((await response.receive(resolved)).incidents[0]?.action).toBe("resolved");
  });

  it("is not moved while another one fires", async () => {
    const { incidents, response } = responding();
    await response.receive(message([{}, { instance: "b" }]));
    await response.receive(resolved);
    expect(await incidents.get("INC-0001")).toMatchObject({ firing: 1, status: "investigating" });
  });

  it("is left to whoever changed its status since", async () => {
    const { clock, incidents, response } = responding({ onResolved: "resolve" });
    for (const body of [firing, resolved]) await response.receive(body);
    await incidents.changeStatus("INC-0001", { to: "identified", by: "ann" });
    clock.advance(60 * MINUTE);
    expect(await response.settle()).toEqual([]);
    expect((await incidents.get("INC-0001")).status).toBe("identified");
  });

  it("is moved by the clock once that was started, in any process", async () => {
    const { clock, store, incidents, response } = responding({ onResolved: "resolve" });
    for (const body of [firing, resolved]) await response.receive(body);
    const other = new AutomatedResponse({
      incidents: new IncidentManager({ clock, store }),
      clock,
      onResolved: "resolve",
    });
    const stop = other.start();
    for (let minute = 0; minute < 7; minute += 1) {
      clock.advance(MINUTE);
      await new Promise(setImmediate);
    }
    stop();
    expect((await incidents.get("INC-0001")).status).toBe("resolved");
  });
});

describe("an alert that comes and goes", () => {
  const flap = (index: number, status: "firing" | "resolved") =>
    message([{ status, start: index * 0.5, end: index * 0.5 + 0.2 }]);

  it("changes the status twice, and then waits until it is quiet", async () => {
    const { clock, incidents, response } = responding({ onResolved: "resolve" });
    for (let index = 0; index < 100; index += 1) {
      await response.receive(flap(index, "firing"));
      clock.advance(15_000);
      await response.receive(flap(index, "resolved"));
      clock.advance(15_000);
      await response.settle();
    }
    // Monitoring and back, and the same again only when the hold has passed: twice in five minutes, for fifty minutes.
    const moves = (await incidents.timeline("INC-0001")).filter(({ type }) => type !== "alerts_received");
    expect(moves.length).toBeLessThanOrEqual(25);
    expect(moves.every(({ type }) => type === "created" || type === "status_changed")).toBe(true);
    clock.advance(5 * MINUTE);
    expect(await response.settle()).toEqual(["INC-0001"]);
    expect(await incidents.get("INC-0001")).toMatchObject({ status: "resolved", reopened: 0 });
    await expect(incidents.get("INC-0002")).rejects.toThrow("there is no incident");
  });

  it("opens its incident again within the hour, and a new one later that names the old one", async () => {
    const { clock, incidents, response } = responding({ onResolved: "resolve", holdMs: 0 });
    for (const body of [firing, resolved]) await response.receive(body);
    clock.advance(60 * MINUTE);
    expect((await response.receive(message([{ start: 60 }]))).incidents).toEqual([
      { id: "INC-0001", action: "reopened" },
    ]);
    await response.receive(message([{ start: 60, status: "resolved", end: 61 }]));
    clock.advance(60 * MINUTE + 1);
    expect((await response.receive(message([{ start: 120 }]))).incidents).toEqual([
      { id: "INC-0002", action: "opened" },
    ]);
    expect((await incidents.get("INC-0002")).links).toEqual([{ kind: "related_to", incident: "INC-0001" }]);
    // What the old one knows to be over is not new to the new one.
    expect((await response.receive(firing)).incidents).toEqual([{ id: "INC-0002", action: "unchanged" }]);
  });

  it("joins an open incident only within the window, if there is one", async () => {
    const { clock, response } = responding({ windowMs: 30 * MINUTE });
    for (const body of [firing, resolved]) await response.receive(body);
    clock.advance(30 * MINUTE);
    expect((await response.receive(message([{ start: 29 }]))).incidents[0]?.id).toBe("INC-0001");
    await response.receive(message([{ start: 29, status: "resolved", end: 30 }]));
    clock.advance(31 * MINUTE);
    expect((await response.receive(message([{ start: 61 }]))).incidents[0]?.id).toBe("INC-0002");
  });
});

describe("people and alerts", () => {
  it("go on together where an incident was merged into another", async () => {
    const { incidents, response } = responding();
    await response.receive(firing);
    const whole = await incidents.createIncident({ title: "all is down", severity: "SEV1", by: "ann" });
    await incidents.merge("INC-0001", { into: whole.id, by: "ann" });
    const more = message([
      { instance: "b", labels: { service: "cart" } },
      { instance: "a", status: "resolved" },
    ]);
    expect((await response.receive(more)).incidents).toEqual([{ id: whole.id, action: "updated" }]);
    expect(await incidents.get(whole.id)).toMatchObject({ firing: 1, services: ["shop", "cart"], severity: "SEV1" });
    expect((await response.receive(firing)).incidents).toEqual([{ id: whole.id, action: "unchanged" }]);
    await incidents.reopen("INC-0001", { by: "ann" });
    expect((await response.receive(firing)).incidents).toEqual([{ id: "INC-0001", action: "unchanged" }]);
  });

  it("take what was merged into an incident for as long as it fires", async () => {
    const { clock, incidents, response } = responding({ onResolved: "resolve" });
    const [one, other] = ["a", "b"].map((instance) => ({ ...message([{ instance }]), groupKey: instance }));
    await response.receive(one);
    await response.receive(other);
    await incidents.merge("INC-0001", { into: "INC-0002", by: "ann" });
    expect((await incidents.get("INC-0002")).firing).toBe(2);
    await response.receive({ ...message([{ instance: "b", status: "resolved" }]), groupKey: "b" });
    clock.advance(10 * MINUTE);
    expect(await response.settle()).toEqual([]);
    await response.receive({ ...message([{ instance: "a", status: "resolved" }]), groupKey: "a" });
    clock.advance(10 * MINUTE);
    expect(await response.settle()).toEqual(["INC-0002"]);
  });

  it("go on in a new incident where the one that it was merged into is long over", async () => {
    const { clock, incidents, response } = responding();
    await response.receive(firing);
    const whole = await incidents.createIncident({ title: "all is down", severity: "SEV1", by: "ann" });
    await incidents.merge("INC-0001", { into: whole.id, by: "ann" });
    await response.receive(resolved);
    await incidents.resolve(whole.id, { by: "ann" });
    clock.advance(61 * MINUTE);
    expect((await response.receive(message([{ start: 61 }]))).incidents).toEqual([
      { id: "INC-0003", action: "opened" },
    ]);
    expect((await response.receive(firing)).incidents).toEqual([{ id: "INC-0003", action: "unchanged" }]);
  });

  it("agree that it is over when a person says so, until an alert begins", async () => {
    const { clock, incidents, response } = responding();
    await response.receive(firing);
    await incidents.resolve("INC-0001", { by: "ann" });
    clock.advance(MINUTE);
    expect((await response.receive(firing)).incidents[0]?.action).toBe("unchanged");
    expect((await response.receive(message([{ instance: "b" }]))).incidents[0]?.action).toBe("reopened");
  });

  it("agree on how grave it is: only an alert that is graver than all before says more", async () => {
    const { incidents, response } = responding();
    await response.receive(firing);
    await incidents.changeSeverity("INC-0001", { to: "SEV4", by: "ann" });
    await response.receive(message([{ instance: "b" }]));
    expect((await incidents.get("INC-0001")).severity).toBe("SEV4");
    await response.receive(message([{ instance: "c", labels: { severity: "emergency" } }]));
    expect((await incidents.get("INC-0001")).severity).toBe("SEV1");
  });
});

describe("a plain alert without a start", () => {
  it("is the same one until it is over", async () => {
    const { clock, incidents, response } = responding();
    const alert = { name: "DiskFull", labels: { service: "db" } };
    await response.alert(alert);
    clock.advance(MINUTE);
    expect((await response.alert(alert)).incidents[0]?.action).toBe("unchanged");
    await response.alert({ ...alert, status: "resolved" });
    expect((await response.alert({ ...alert, status: "resolved" })).incidents[0]?.action).toBe("unchanged");
    clock.advance(MINUTE);
    await response.alert(alert);
    expect(await incidents.get("INC-0001")).toMatchObject({ firing: 1, title: "DiskFull: db" });
    expect([...(await incidents.get("INC-0001")).alerts.values()].map(({ startsAt }) => startsAt)).toEqual([
      AT,
      AT + 2 * MINUTE,
    ]);
  });

  it("that ends without having begun is nothing", async () => {
    const { response } = responding();
    expect(await response.alert({ name: "DiskFull", status: "resolved" })).toEqual({ incidents: [], alerts: 1 });
  });
});

describe("a store that fails", () => {
  it("is told, and what was stored before it is not stored twice", async () => {
    const { clock, store } = responding();
    let calls = 0;
    const failing = Object.assign(Object.create(store) as typeof store, {
      commit: async (...args: Parameters<typeof store.commit>) => {
        calls += 1;
        if (calls % 2 === 0) throw new Error("disk full");
        return store.commit(...args);
      },
      read: store.read.bind(store),
      rows: store.rows.bind(store),
      due: store.due.bind(store),
      holderOf: store.holderOf.bind(store),
    });
    const incidents = new IncidentManager({ store: failing, clock });
    const response = new AutomatedResponse({ incidents, clock, groupBy: ["instance"] });
    const body = message(["a", "b", "c", "d", "e"].map((instance) => ({ instance })));
    await expect(response.receive(body)).rejects.toThrow(AdapterError);
    for (let attempt = 0; attempt < 6; attempt += 1) await response.receive(body).catch(() => undefined);
    const listed = [];
    for await (const incident of incidents.list()) listed.push(incident.id);
    expect(listed).toHaveLength(5);
    expect((await response.receive(body)).incidents.map(({ action }) => action)).toEqual(
      new Array(5).fill("unchanged"),
    );
  });
});

it.each<readonly [object, string]>([
  [{}, "incidents: undefined is no IncidentManager"],
  [{ incidents: {} }, "incidents: a mapping has no method correlate()"],
  [{ onResolved: "close" }, 'onResolved: "close" is not possible; allowed: monitoring, resolve, nothing'],
  [{ holdMs: -1 }, "holdMs: -1 is not a length of time; milliseconds from 0 are"],
  [{ groupBy: [] }, "groupBy: a list of 0 is not a list of 1 to 50 names of labels"],
  [{ hold: 1 }, "hold: is no option of AutomatedResponse"],
  [{ webhook: {} }, "webhook: says nobody who may post"],
  [{ webhook: { bearer: "short" } }, "webhook.bearer[0]: is not a secret; text of 8 to 1,000 characters"],
  [{ webhook: { open: true, timeoutMs: 10_000 } }, "webhook.timeoutMs: 10000 is not possible; allowed: 1 to 9500"],
  [{ webhook: { hmac: { header: "a b", secrets: "long enough" } } }, 'webhook.hmac.header: "a b" is not the name'],
])("options are checked: %o", (options, problem) => {
  const incidents = problem.startsWith("incidents") ? {} : { incidents: new IncidentManager() };
  expect(() => new AutomatedResponse({ ...incidents, ...options } as never)).toThrow(problem);
});
