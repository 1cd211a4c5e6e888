import { describe, expect, it } from "vitest";

import { incidentProbe, noteOnIncidents, type NoteOnIncidentsOptions } from "../../../src/chaos/links/incident-link.ts";
import type { ChaosRunner } from "../../../src/chaos/runner.ts";
import { ConfigurationError } from "../../../src/core/errors.ts";
import type { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";

import { passing, runnerOf, settled, Strike } from "../support.ts";

interface World {
  readonly runner: ChaosRunner;
  readonly clock: ManualClock;
  readonly incidents: IncidentManager;
  readonly strike: Strike;
  readonly off: () => Promise<void>;
  readonly errors: unknown[];
}

async function worldOf(options: NoteOnIncidentsOptions = {}, strikes: readonly string[] = ["cart"]): Promise<World> {
  const { runner, clock } = await runnerOf();
  const incidents = new IncidentManager({ clock });
  const strike = new Strike({ services: strikes, name: "a strike" });
  const errors: unknown[] = [];
  const off = noteOnIncidents(runner, incidents, {
    onError: (error) => errors.push(error),
    ...options,
  });
  return { runner, clock, incidents, strike, off, errors };
}

const open = async (incidents: IncidentManager, ...services: string[]): Promise<string> =>
  (await incidents.createIncident({ title: "it fails", severity: "SEV2", services, by: "ann" })).id;

async function notes(incidents: IncidentManager, id: string): Promise<string[]> {
  const events = await incidents.timeline(id);
  return events.flatMap((event) => (event.type === "noted" ? [`${event.kind}: ${event.message}`] : []));
}

const cleaned = (texts: readonly string[]): string[] =>
  texts.map((text) => text.replace(/chaos-\w+-\w+-\d+/g, "RUN").replace(/web-\d/g, "web-N"));

describe("runs on the timelines of incidents", () => {
  it("are noted when they begin to strike and when they have ended, where a service is the same", async () => {
    const { runner, clock, incidents, strike, off, errors } = await worldOf();
    const ids = [
      await open(incidents, "cart", "search"),
      await open(incidents, "search"),
      await open(incidents, "cart"),
    ];
    await incidents.resolve(ids[2]!, { by: "ann" });
    const report = await passing(clock, runner.run(strike, { by: "ann" }));
    await off();
    expect(report.outcome).toBe("completed");
    expect(cleaned(await notes(incidents, ids[0]!))).toEqual([
      "chaos: the chaos experiment a strike (RUN) strikes: the steady state holds; web-N is struck",
      "chaos: the chaos experiment a strike (RUN) has ended: completed; struck: web-N; nothing is left to be undone",
    ]);
    expect([await notes(incidents, ids[1]!), await notes(incidents, ids[2]!)]).toEqual([[], []]);
    const events = await incidents.timeline(ids[0]!);
    expect(events.at(-1)).toMatchObject({
      by: "chaos",
      data: { run: report.id, experiment: "a strike", outcome: "completed" },
    });
    expect(errors).toEqual([]);
  });

  it("are noted at their end on what was resolved meanwhile, too", async () => {
    const { runner, clock, incidents, strike, off } = await worldOf();
    const id = await open(incidents, "cart");
    const run = runner.run(strike);
    await settled();
    await incidents.resolve(id, { by: "ann" });
    await passing(clock, run);
    await off();
    expect(cleaned(await notes(incidents, id))).toHaveLength(2);
  });

  it("are not noted where nothing is struck: dry runs, what is refused, and after listening was given up", async () => {
    const { runner, clock, incidents, strike, off } = await worldOf();
    const id = await open(incidents, "cart");
    runner.disarm();
    await passing(clock, runner.run(strike));
    runner.arm();
    runner.killSwitch.pull({ by: "ann", reason: "no" });
    await passing(clock, runner.run(strike));
    runner.killSwitch.release();
    await off();
    await passing(clock, runner.run(strike));
    expect(await notes(incidents, id)).toEqual([]);
  });

  it("say what is not undone", async () => {
    const { runner, clock, incidents, strike, off } = await worldOf();
    const id = await open(incidents, "cart");
    strike.undoing = () => Promise.reject(new Error("no"));
    await passing(clock, runner.run(strike));
    await off();
    expect(cleaned(await notes(incidents, id)).at(-1)).toMatch(/not undone yet: web-N; web-N is not undone yet/);
  });

  it("go on when a note cannot be kept, which is told", async () => {
    const { runner, clock } = await runnerOf();
    const errors: unknown[] = [];
    const incidents = new IncidentManager({ clock });
    const id = await open(incidents, "cart");
    let tries = 0;
    const deaf = {
      on: incidents.on.bind(incidents),
      list: incidents.list.bind(incidents),
      note: ((...args: Parameters<IncidentManager["note"]>) => {
        tries += 1;
        return tries === 1 ? Promise.reject(new Error("full")) : incidents.note(...args);
      }) as IncidentManager["note"],
    };
    const strike = new Strike({ services: ["cart"] });
    const off = noteOnIncidents(runner, deaf, { onError: (error) => errors.push(error) });
    expect((await passing(clock, runner.run(strike))).outcome).toBe("completed");
    await off();
    expect(errors).toEqual([new Error("full")]);
    expect(await notes(incidents, id)).toHaveLength(1);
  });
});

describe("an incident that opens while a run strikes", () => {
  async function during(world: World, act: () => Promise<unknown>) {
    const run = world.runner.run(world.strike);
    for (let turn = 0; turn < 5; turn += 1) await settled();
    expect(world.strike.faults.size).toBe(1);
    await act();
    const report = await passing(world.clock, run);
    await world.off();
    return report;
  }

  it.each<[string, NoteOnIncidentsOptions, string[], string[], boolean]>([
    ["on its service ends it", {}, ["cart"], ["cart"], true],
    ["on another service does not", {}, ["cart"], ["search"], false],
    ["on another service does if any is to", { killOn: "any" }, ["cart"], ["search"], true],
    ["on its service does not if none is to", { killOn: "none" }, ["cart"], ["cart"], false],
    ["on no service does: nobody can tell", {}, ["cart"], [], true],
    ["on any service does where the run names none", {}, [], ["search"], true],
  ])("%s", async (_title, options, ofRun, ofIncident, isEnded) => {
    const world = await worldOf(options, ofRun);
    const { runner, incidents, strike } = world;
    let id = "";
    const report = await during(world, async () => (id = await open(incidents, ...ofIncident)));
    expect(report.outcome).toBe(isEnded ? "aborted" : "completed");
    expect(strike.faults.size).toBe(0);
    expect(runner.killSwitch.pulled).toEqual(
      isEnded ? { by: "chaos", reason: `${id} was opened: it fails` } : undefined,
    );
    if (!isEnded) return;
    expect(report.reasons[0]).toEqual({
      code: "killed",
      message: `chaos pulled the kill switch: ${id} was opened: it fails`,
    });
    expect(cleaned(await notes(incidents, id))).toEqual([
      expect.stringMatching(
        /a strike \(RUN\) was striking when this was opened: .*web-N.*; the kill switch was pulled$/,
      ),
      expect.stringMatching(/has ended: aborted; struck: web-N; nothing is left to be undone; chaos pulled/),
    ]);
  });

  it("again ends it, too", async () => {
    const world = await worldOf();
    const id = await open(world.incidents, "cart");
    await world.incidents.resolve(id, { by: "ann" });
    const report = await during(world, () => world.incidents.reopen(id, { by: "ann" }));
    expect(report.outcome).toBe("aborted");
  });

  it("before or after it pulls nothing", async () => {
    const { runner, clock, incidents, strike, off } = await worldOf({ killOn: "any" });
    await open(incidents, "cart");
    expect((await passing(clock, runner.run(strike))).outcome).toBe("completed");
    await open(incidents, "cart");
    await off();
    expect(runner.killSwitch.pulled).toBeUndefined();
  });
});

describe("a probe of incidents", () => {
  it("holds while none is open on its services", async () => {
    const incidents = new IncidentManager();
    const probes = [incidentProbe({ incidents }), incidentProbe({ incidents, services: ["cart"] })];
    const oks = (): Promise<boolean[]> => Promise.all(probes.map(async (one) => (await one.check({})).ok));
    expect(await oks()).toEqual([true, true]);
    const id = await open(incidents, "search");
    expect(await oks()).toEqual([false, true]);
    await open(incidents, "cart");
    expect(await probes[1]!.check({})).toEqual({ ok: false, message: "INC-0002 is open: it fails" });
    await incidents.resolve(id, { by: "ann" });
    expect(await oks()).toEqual([false, false]);
  });
});

describe("a link is refused", () => {
  it("with options that there are not", async () => {
    await expect(worldOf({ killOn: "all" } as never)).rejects.toThrow(/killOn: "all" is not possible/);
    await expect(worldOf({ killOm: "any" } as never)).rejects.toThrow(/did you mean "killOn"/);
  });

  it("without what it links", async () => {
    const { runner, incidents } = await worldOf();
    const makes: [() => unknown, string][] = [
      [() => incidentProbe({} as never), "incidents: is missing"],
      [() => incidentProbe(undefined as never), "takes an object of options"],
      [() => incidentProbe({ incidents: 5 } as never), "incidents: 5 has no method list()"],
      [() => incidentProbe({ incidents, services: "cart" } as never), 'services: "cart" is no list'],
      [() => noteOnIncidents(runner, undefined as never), "incidents: is missing"],
      [() => noteOnIncidents(undefined as never, incidents), "runner: is missing"],
      [() => noteOnIncidents({ on: runner.on.bind(runner) } as never, incidents), "killSwitch: is missing"],
    ];
    for (const [make, message] of makes) {
      expect(make).toThrow(ConfigurationError);
      expect(make).toThrow(message);
    }
  });
});
