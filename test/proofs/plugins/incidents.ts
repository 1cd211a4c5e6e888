/** Incidents whose store, channels or listeners misbehave: what was acknowledged is kept, and everybody else is told. */
import { IncidentManager } from "../../../src/incident/manager.ts";
import { MemoryIncidentStore } from "../../../src/incident/memory-store.ts";
import type { Notification, Notifier } from "../../../src/ports/notifier.ts";
import { NotificationPlan } from "../../../src/response/telling/notify-plan.ts";
import { NotificationOutbox } from "../../../src/response/telling/outbox.ts";
import { IncidentWorker } from "../../../src/response/worker.ts";
import { AdapterError } from "../../../src/core/errors.ts";
import { seededRandom } from "../../../src/core/random.ts";

import type { Stage } from "./stage.ts";
import { goesOn, type Scenario } from "./types.ts";

const METHODS = ["commit", "read", "rows", "due", "holderOf"] as const;

/** Declares, works on and resolves two incidents, and lists them. */
async function work(stage: Stage, incidents: IncidentManager, direct: IncidentManager): Promise<void> {
  const acknowledged: string[] = [];
  const attempt = async (doing: string, call: () => Promise<{ readonly id: string }>): Promise<string | undefined> => {
    const done = await stage.attempt(doing, call);
    if (done !== undefined) acknowledged.push(`${done.id} ${doing}`);
    return done?.id;
  };
  const declared = async (title: string): Promise<string | undefined> =>
    attempt("created", () => incidents.createIncident({ title, severity: "SEV2", by: "ann" }));
  // A plugin that fails once must not make what comes after it fail.
  const ids = [await declared("first"), await declared("second"), await declared("third")].filter(
    (id) => id !== undefined,
  );
  goesOn(ids.length >= 2, `${String(ids.length)} of 3 incidents were declared`);
  for (const id of ids) {
    await attempt("acknowledged", () => incidents.acknowledge(id, { by: "bob" }));
    await attempt("resolved", () => incidents.resolve(id, { by: "bob" }));
  }
  await stage.attempt("correlating", async () => {
    await incidents.correlate("key", { by: "ann" }, () => ({
      create: { title: "by key", severity: "SEV3", by: "ann" },
    }));
    return incidents.correlate("key", { by: "ann" }, () => ({ events: [] }));
  });
  for (let time = 0; time < 3; time += 1) {
    await stage.attempt("listing", async () => {
      for await (const { id } of incidents.list()) goesOn(typeof id === "string", "a listed incident has an id");
    });
    await stage.attempt("asking what is due", () => incidents.due({ at: stage.clock.now(), limit: 10 }));
  }
  await stage.settle();
  for (const line of acknowledged) {
    const [id = "", what] = line.split(" ");
    const timeline = await stage.play(direct.timeline(id));
    goesOn(
      timeline.some(({ type }) => type === what),
      `${line} was acknowledged, and is kept`,
    );
  }
}

/** Two channels, of which one misbehaves. */
async function deliver(stage: Stage, bad: Notifier, options: { readonly onGivenUp?: () => void } = {}): Promise<void> {
  const good: string[] = [];
  const incidents = new IncidentManager({
    clock: stage.clock,
    planner: new NotificationPlan({ rules: [{ on: "all", to: ["bad", "good"] }] }),
  });
  const outbox = new NotificationOutbox({
    ...{ incidents, clock: stage.clock, logger: stage.logger, random: seededRandom("plugins"), ...options },
    channels: { bad, good: { notify: async ({ kind }) => void good.push(kind) } },
  });
  const worker = new IncidentWorker({ incidents, work: [outbox], clock: stage.clock, logger: stage.logger });
  worker.start();
  const { id } = await stage.play(incidents.createIncident({ title: "shop fails", severity: "SEV1", by: "ann" }));
  await stage.play(incidents.acknowledge(id, { by: "bob" }));
  await stage.play(incidents.resolve(id, { by: "bob" }));
  await stage.pass(600_000);
  await stage.play(worker.close());
  const timeline = await stage.play(incidents.timeline(id));
  const ends = timeline.filter(({ type }) => type === "notification_delivered" || type === "notification_given_up");
  goesOn(good.length === 3, `the other channel was told of ${good.join()}`);
  goesOn(ends.length === 6, `${String(ends.length)} of 6 messages were delivered or given up`);
  for (const event of timeline) if (event.type === "notification_failed") stage.tell("a message failed", event);
}

export const INCIDENTS: readonly Scenario[] = [
  ...METHODS.map((method): Scenario => ({
    ...{ plugin: "incident-store", method, by: "IncidentManager", answers: true, names: /store|incident/ },
    fine: ({ name }) =>
      (method === "holderOf" && /undefined$|number$/.test(name)) ||
      // There is nothing new, or no such incident.
      (method === "read" && name.includes("empty list")) ||
      (method === "due" && name.includes("empty list")) ||
      (method === "rows" && name.includes("empty list")),
    play: async (stage) => {
      const store = new MemoryIncidentStore();
      const incidents = new IncidentManager({ store: stage.spoiling(store, method), clock: stage.clock });
      await work(stage, incidents, new IncidentManager({ store, clock: stage.clock }));
    },
  })),
  {
    ...{ plugin: "notifier", method: "notify", by: "NotificationOutbox", answers: false, names: /bad|message/ },
    play: (stage) => {
      const seen: Notification[] = [];
      return deliver(stage, { notify: stage.plugin(async (one: Notification) => void seen.push(one)) });
    },
  },
  {
    ...{ plugin: "onGivenUp", method: "onGivenUp", by: "NotificationOutbox", answers: false, names: /onGivenUp/ },
    fine: ({ kind }) => kind === "hangs" || kind === "late",
    play: (stage) => {
      const failed = { adapter: "bad", operation: "notify", retryable: false };
      return deliver(
        stage,
        { notify: () => Promise.reject(new AdapterError("no such room", failed)) },
        { onGivenUp: stage.plugin(() => undefined) },
      );
    },
  },
  {
    ...{ plugin: "IncidentPlanner", method: "follow", by: "IncidentManager", answers: true, atOnce: true },
    names: /planner|no event of an incident/,
    fine: ({ name }) => /empty list|undefined$| null$/.test(name),
    play: async (stage) => {
      const store = new MemoryIncidentStore();
      const planner = { follow: stage.plugin(() => []) };
      const incidents = new IncidentManager({ store, planner, clock: stage.clock });
      await work(stage, incidents, new IncidentManager({ store, clock: stage.clock }));
    },
  },
];
