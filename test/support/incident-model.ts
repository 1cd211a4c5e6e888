/** Random commands to incidents, beside a model that is written another way than the machine. */
import { isDeepStrictEqual } from "node:util";

import fc from "fast-check";

import { isReliabilityError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import {
  INCIDENT_ROLES,
  INCIDENT_STATUSES,
  type Incident,
  type IncidentStatus,
  SEVERITIES,
} from "../../src/incident/model.ts";
import { fold } from "../../src/incident/transition.ts";
import type { IncidentStore } from "../../src/ports/incident-store.ts";

/** How much {@link runIncidentModel} tries. */
export interface IncidentModelSize {
  readonly runs: number;
  readonly seed: number;
  /** Most commands a run. */
  readonly commands: number;
}

/** What was seen, so that a run that saw nothing can be told. */
export interface IncidentModelFigures {
  runs: number;
  incidents: number;
  accepted: number;
  refused: number;
  races: number;
  merges: number;
  reopenings: number;
  /** Pairs of statuses that followed each other. */
  readonly edges: Set<string>;
}

const START = Date.UTC(2026, 0, 1);
const INCIDENTS = 4;

/** Every way that there is, written down once more. */
const WAYS = new Set(
  `investigating>identified investigating>monitoring investigating>resolved identified>investigating
   identified>monitoring identified>resolved monitoring>investigating monitoring>identified monitoring>resolved
   resolved>investigating`.split(/\s+/),
);

/** One incident as a note on paper: facts that are written over. */
interface Note {
  version: number;
  recorded: number;
  stays: [status: IncidentStatus, from: number][];
  grades: [severity: string, from: number][];
  started: number;
  detected: number;
  declared: number;
  acknowledged: number | undefined;
  holders: Map<string, [person: string, from: number]>;
  services: string[];
  tasks: boolean[];
  links: Set<string>;
  into: number | undefined;
  cause: string | undefined;
  returns: number;
}

interface Real {
  readonly clock: ManualClock;
  readonly managers: readonly [IncidentManager, IncidentManager];
  readonly store: IncidentStore;
}

interface Paper {
  readonly notes: Note[];
  readonly figures: IncidentModelFigures;
}

type Answer = "ok" | "illegal_transition" | "configuration" | "conflict";

/** What is common to all commands: to which incident, through which manager, how long ago, and how fresh the version. */
interface Common {
  readonly target: number;
  readonly via: 0 | 1;
  readonly agoMs: number | undefined;
  readonly stale: boolean;
}

type Act =
  | {
      readonly do: "create";
      readonly severity: number;
      readonly services: readonly string[];
      readonly startedAgo: number;
      readonly detectedAgo: number;
    }
  | { readonly do: "tick"; readonly ms: number }
  | { readonly do: "move"; readonly to: IncidentStatus }
  | { readonly do: "reopen" | "acknowledge" | "update" | "task" }
  | { readonly do: "grade"; readonly severity: number }
  | { readonly do: "assume" | "hand over"; readonly role: number; readonly person: string }
  | { readonly do: "services"; readonly added: readonly string[]; readonly removed: readonly string[] }
  | { readonly do: "cause"; readonly cause: string }
  | { readonly do: "check"; readonly task: number; readonly done: boolean }
  | { readonly do: "link" | "unlink"; readonly kind: "duplicate_of" | "related_to"; readonly other: number }
  | { readonly do: "merge"; readonly other: number }
  | { readonly do: "correct"; readonly ms: Readonly<Record<string, number>> }
  | { readonly do: "race"; readonly severities: readonly [number, number] };

const person = fc.constantFrom("ann", "bob", "cid");
const service = fc.constantFrom("cart", "shop", "pay");
const some = fc.uniqueArray(service, { maxLength: 2 });
/** Mostly the first ones, so that much happens to them; the last one is never there. */
const index = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(0, 1) },
  { weight: 1, arbitrary: fc.nat({ max: INCIDENTS }) },
);
const linking = { kind: fc.constantFrom("duplicate_of" as const, "related_to" as const), other: index };
const backMs = fc.oneof(fc.integer({ min: -2, max: 20 }), fc.integer({ min: 0, max: 300 }));
const TIMES = ["startedAt", "detectedAt", "acknowledgedAt", "resolvedAt"] as const;

const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("create" as const),
      severity: fc.nat({ max: 3 }),
      services: some,
      startedAgo: fc.integer({ min: 15, max: 60 }),
      detectedAgo: fc.integer({ min: -2, max: 20 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("tick" as const), ms: fc.integer({ min: -50, max: 200 }) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("move" as const), to: fc.constantFrom(...INCIDENT_STATUSES) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom("reopen" as const, "acknowledge" as const, "update" as const, "task" as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("grade" as const), severity: fc.nat({ max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("assume" as const, "hand over" as const),
      role: fc.nat({ max: 3 }),
      person,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("services" as const), added: some, removed: some }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("cause" as const),
      cause: fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text.trim() !== ""),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("check" as const), task: fc.nat({ max: 3 }), done: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom("link" as const, "unlink" as const), ...linking }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("merge" as const), other: index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("correct" as const),
      ms: fc.dictionary(fc.constantFrom(...TIMES), backMs, { minKeys: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("race" as const),
      severities: fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 })),
    }),
  },
);

const common: fc.Arbitrary<Common> = fc.record({
  target: index,
  via: fc.constantFrom(0 as const, 1 as const),
  agoMs: fc.oneof({ weight: 3, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: backMs }),
  stale: fc.nat({ max: 9 }).map((chance) => chance === 0),
});

/** One command; `run` asks the paper what must come of it, and then the manager what does. */
class Said implements fc.AsyncCommand<Paper, Real> {
  readonly #act: Act;
  readonly #common: Common;

  constructor(doing: Act, shared: Common) {
    this.#act = doing;
    this.#common = shared;
  }

  check(): boolean {
    return true;
  }

  async run(paper: Paper, real: Real): Promise<void> {
    const doing = this.#act;
    if (doing.do === "tick") {
      real.clock.stepWall(doing.ms);
      return;
    }
    if (doing.do === "create" && paper.notes.length >= INCIDENTS) return;
    if (doing.do === "race") {
      await this.#race(paper, real, doing.severities);
      return;
    }
    const now = real.clock.now();
    const version = paper.notes[this.#common.target]?.version ?? 0;
    const expected =
      doing.do === "create" ? create(paper, doing, this.#common, now) : predict(paper, doing, this.#common, now);
    const got = await answerOf(say(real, doing, this.#common, now, version));
    same(`the answer to ${this.toString()}`, got, expected);
    if (got === "ok") paper.figures.accepted += 1;
    else paper.figures.refused += 1;
    await compareAll(paper, real, this.#common.via === 0 ? 1 : 0);
  }

  /** Two managers, one version: one of them wins. */
  async #race(paper: Paper, real: Real, severities: readonly [number, number]): Promise<void> {
    const note = paper.notes[this.#common.target];
    if (note === undefined) return;
    const [severity] = note.grades.at(-1) as [string, number];
    const aims = severities.map((each) => SEVERITIES[each]).filter((each) => each !== severity);
    if (note.into !== undefined || aims.length < 2) return;
    const id = idOf(this.#common.target);
    const version = note.version;
    const made = await Promise.all(
      real.managers.map((manager, each) =>
        answerOf(manager.changeSeverity(id, { to: aims[each] as "SEV1", by: "racer", expectedVersion: version })),
      ),
    );
    same("the answers to a race", [...made].sort(), ["conflict", "ok"]);
    grade(note, aims[made.indexOf("ok")] as string, record(note, real.clock.now()));
    paper.figures.races += 1;
    await compareAll(paper, real, 0);
  }

  toString(): string {
    return `${JSON.stringify(this.#act)} ${JSON.stringify(this.#common)}`;
  }
}

/** Throws, with the commands that led there, if a manager over a store does anything that the model does not. */
export async function runIncidentModel(
  createStore: () => Promise<IncidentStore> | IncidentStore,
  { runs, seed, commands }: IncidentModelSize,
): Promise<IncidentModelFigures> {
  const figures: IncidentModelFigures = {
    runs: 0,
    incidents: 0,
    accepted: 0,
    refused: 0,
    races: 0,
    merges: 0,
    reopenings: 0,
    edges: new Set(),
  };
  const said = fc.tuple(act, common).map(([doing, shared]) => new Said(doing, shared));
  const lists = fc.commands([said], { maxCommands: commands, size: "max" });
  const property = fc.asyncProperty(lists, async (list) => {
    let end: (() => Promise<void>) | undefined;
    const setup = async (): Promise<{ model: Paper; real: Real }> => {
      const store = await createStore();
      const clock = new ManualClock(START);
      const real: Real = {
        clock,
        store,
        managers: [new IncidentManager({ store, clock }), new IncidentManager({ store, clock })],
      };
      const model: Paper = { notes: [], figures };
      end = () => checkRecord(model, real);
      return { model, real };
    };
    await fc.asyncModelRun(setup, list);
    await end?.();
    figures.runs += 1;
  });
  await fc.assert(property, { numRuns: runs, seed, endOnFailure: runs > 1_000 });
  return figures;
}

/** What the record says at the end: the sum of the events is the incident, and nothing went a way that there is not. */
async function checkRecord({ notes, figures }: Paper, { managers: [manager], store }: Real): Promise<void> {
  const rows = await store.rows({ limit: 1_000 });
  same(
    "numbers of the rows",
    rows.map(({ number }) => number),
    notes.map((_, each) => each + 1),
  );
  const openIds: string[] = [];
  for await (const { id } of manager.list({ open: true })) openIds.push(id);
  same(
    "open ones",
    openIds.sort(),
    notes.flatMap((note, each) => (statusOf(note) === "resolved" ? [] : [idOf(each)])),
  );
  for (const [each, note] of notes.entries()) {
    const { id, ...state } = await manager.get(idOf(each));
    const timeline = await manager.timeline(id);
    same("number of events", timeline.length, note.version);
    same("version of the row", rows[each]?.version, note.version);
    same("the sum of the events", fold(timeline), state);
    timeline.reduce((last, { recordedAt, at }) => {
      if (recordedAt < last || at > recordedAt) throw new Error(`${id} is recorded out of order`);
      return recordedAt;
    }, -Infinity);
    const { visits } = state;
    visits.forEach(({ status, enteredAt, leftAt }, index) => {
      const next = visits[index + 1];
      if (leftAt !== next?.enteredAt) throw new Error(`${id} left ${status} at another time than it entered the next`);
      if (next === undefined) return;
      if (next.enteredAt < enteredAt) throw new Error(`${id} has visits out of order`);
      const edge = `${status}>${next.status}`;
      if (!WAYS.has(edge)) throw new Error(`${id} went from ${status} to ${next.status}`);
      figures.edges.add(edge);
    });
    if ((state.resolvedAt !== undefined) !== (state.status === "resolved")) throw new Error(`${id} is half resolved`);
    if (state.mergedInto !== undefined && state.status !== "resolved") throw new Error(`${id} is merged and open`);
    if (rows[each]?.open !== (state.status !== "resolved")) throw new Error(`the row of ${id} is open or not`);
    checkRoots(notes, each);
    figures.incidents += 1;
  }
}

/** Merging goes upwards, and comes to an end. */
function checkRoots(notes: readonly Note[], from: number): void {
  let at: number | undefined = from;
  for (let steps = 0; at !== undefined; steps += 1) {
    if (steps > notes.length) throw new Error("incidents are merged in a ring");
    at = notes[at]?.into;
  }
}

// What must come of a command, and the notes of it.

function create({ notes }: Paper, doing: Extract<Act, { do: "create" }>, shared: Common, now: number): Answer {
  const at = now - (shared.agoMs ?? 0);
  const [started, detected] = [at - doing.startedAgo, at - doing.detectedAgo];
  if (started > detected || detected > at || at > now) return "configuration";
  const grades: Note["grades"] = [[SEVERITIES[doing.severity] as string, at]];
  const tasks: boolean[] = [];
  const none = { acknowledged: undefined, into: undefined, cause: undefined, returns: 0, version: 1 };
  const held = { holders: new Map(), links: new Set<string>(), tasks, services: [...doing.services] };
  notes.push({
    ...none,
    ...held,
    recorded: now,
    stays: [["investigating", at]],
    grades,
    started,
    detected,
    declared: at,
  });
  return "ok";
}

function predict(paper: Paper, doing: Act, shared: Common, now: number): Answer {
  const { notes, figures } = paper;
  const note = notes[shared.target];
  const twofold = doing.do === "link" || doing.do === "unlink" || doing.do === "merge";
  if (twofold && (doing.other === shared.target || notes[doing.other] === undefined))
    return note !== undefined && shared.stale && doing.other !== shared.target ? "conflict" : "configuration";
  if (note === undefined) return "configuration";
  if (shared.stale) return "conflict";
  const recorded = Math.max(now, note.recorded);
  const at = shared.agoMs === undefined ? recorded : now - shared.agoMs;
  const late = at > recorded;
  const merged = note.into !== undefined;
  const since = (note.stays.at(-1) as [string, number])[1];
  const done = (change: () => void): Answer => {
    change();
    record(note, now);
    return "ok";
  };
  switch (doing.do) {
    case "move":
      if (!WAYS.has(`${statusOf(note)}>${doing.to}`) || statusOf(note) === "resolved") return "illegal_transition";
      if (late || at < since) return "configuration";
      if (doing.to === "resolved" && at < (note.acknowledged ?? at)) return "configuration";
      return done(() => note.stays.push([doing.to, at]));
    case "reopen":
      if (statusOf(note) !== "resolved") return "illegal_transition";
      if (late || at < since) return "configuration";
      figures.reopenings += 1;
      return done(() => {
        note.stays.push(["investigating", at]);
        note.returns += 1;
        for (const link of note.links) if (link.startsWith("merged_into")) note.links.delete(link);
        note.into = undefined;
      });
    case "acknowledge":
      if (statusOf(note) === "resolved") return "illegal_transition";
      if (late || at < note.detected) return "configuration";
      return done(() => (note.acknowledged = Math.min(note.acknowledged ?? at, at)));
    case "check":
      if (late || note.tasks[doing.task] === undefined) return "configuration";
      return done(() => (note.tasks[doing.task] = doing.done));
    case "merge":
      return merge(paper, note, shared, doing.other, now);
    case "link":
    case "unlink":
      return link(paper, note, shared, doing, now);
    default:
  }
  if (merged) return "illegal_transition";
  const [severity, graded] = note.grades.at(-1) as [string, number];
  switch (doing.do) {
    case "grade":
      if (late) return "configuration";
      if (SEVERITIES[doing.severity] === severity) return "illegal_transition";
      if (at < graded) return "configuration";
      return done(() => note.grades.push([SEVERITIES[doing.severity] as string, at]));
    case "assume":
    case "hand over": {
      if (late) return "configuration";
      const role = INCIDENT_ROLES[doing.role] as string;
      const holder = note.holders.get(role);
      if ((holder === undefined) !== (doing.do === "assume")) return "illegal_transition";
      if (at < (holder?.[1] ?? at)) return "configuration";
      return done(() => note.holders.set(role, [doing.person, at]));
    }
    case "correct":
      if (late) return "configuration";
      return correct(note, doing.ms, now, recorded);
    default:
      if (late) return "configuration";
      return done(() => {
        if (doing.do === "task") note.tasks.push(false);
        if (doing.do === "cause") note.cause = doing.cause;
        if (doing.do === "services") {
          const kept = note.services.filter((each) => !doing.removed.includes(each));
          note.services = [...kept, ...doing.added.filter((each) => !kept.includes(each))];
        }
      });
  }
}

function correct(note: Note, ago: Readonly<Record<string, number>>, now: number, recorded: number): Answer {
  const to = (name: string): number | undefined => (ago[name] === undefined ? undefined : now - ago[name]);
  const over = statusOf(note) === "resolved";
  if (to("resolvedAt") !== undefined && !over) return "configuration";
  const started = to("startedAt") ?? note.started;
  const detected = to("detectedAt") ?? note.detected;
  const acknowledged = to("acknowledgedAt") ?? note.acknowledged;
  const last = note.stays.at(-1) as [IncidentStatus, number];
  const resolved = over ? (to("resolvedAt") ?? last[1]) : undefined;
  const orders = [
    [started, detected],
    [detected, note.declared],
    [detected, acknowledged],
    [acknowledged, resolved],
    [note.declared, resolved],
    [to("acknowledgedAt"), recorded],
    [to("resolvedAt"), recorded],
    [over ? note.stays.at(-2)?.[1] : undefined, resolved],
  ];
  if (orders.some(([earlier, later]) => earlier !== undefined && later !== undefined && earlier > later))
    return "configuration";
  Object.assign(note, { started, detected, acknowledged });
  if (resolved !== undefined) last[1] = resolved;
  record(note, now);
  return "ok";
}

function merge({ notes, figures }: Paper, note: Note, shared: Common, other: number, now: number): Answer {
  const whole = notes[other] as Note;
  const time = (of: Note): number => (shared.agoMs === undefined ? Math.max(now, of.recorded) : now - shared.agoMs);
  const open = statusOf(note) !== "resolved";
  const at = time(note);
  if (note.into !== undefined) return "illegal_transition";
  if (at > Math.max(now, note.recorded)) return "configuration";
  if (open && at < Math.max((note.stays.at(-1) as [string, number])[1], note.acknowledged ?? at))
    return "configuration";
  if (whole.into !== undefined) return "illegal_transition";
  if (time(whole) > Math.max(now, whole.recorded)) return "configuration";
  if (open) note.stays.push(["resolved", at]);
  note.into = other;
  note.links.add(`merged_into ${idOf(other)}`);
  whole.links.add(`merged_from ${idOf(shared.target)}`);
  const added = note.services.filter((each) => !whole.services.includes(each));
  whole.services.push(...added);
  record(note, now, open ? 2 : 1);
  record(whole, now, added.length > 0 ? 2 : 1);
  figures.merges += 1;
  return "ok";
}

function link(
  { notes }: Paper,
  note: Note,
  shared: Common,
  { do: doing, kind, other }: Extract<Act, { do: "link" | "unlink" }>,
  now: number,
): Answer {
  const there = notes[other] as Note;
  for (const end of [note, there]) {
    if (end.into !== undefined) return "illegal_transition";
    if (shared.agoMs !== undefined && now - shared.agoMs > Math.max(now, end.recorded)) return "configuration";
  }
  const back = kind === "duplicate_of" ? "duplicated_by" : kind;
  const change = (of: Note, text: string): void => {
    if (doing === "link") of.links.add(text);
    else of.links.delete(text);
  };
  change(note, `${kind} ${idOf(other)}`);
  change(there, `${back} ${idOf(shared.target)}`);
  record(note, now);
  record(there, now);
  return "ok";
}

function grade(note: Note, to: string, at: number): void {
  note.grades.push([to, at]);
}

function record(note: Note, now: number, events = 1): number {
  note.version += events;
  note.recorded = Math.max(note.recorded, now);
  return note.recorded;
}

function statusOf(note: Note): IncidentStatus {
  return (note.stays.at(-1) as [IncidentStatus, number])[0];
}

function idOf(target: number): string {
  return `INC-000${String(target + 1)}`;
}

// The same command, said to a manager.

function say({ managers }: Real, doing: Act, shared: Common, now: number, version: number): Promise<unknown> {
  const manager = managers[shared.via];
  const id = idOf(shared.target);
  const at = shared.agoMs === undefined ? {} : { at: now - shared.agoMs };
  const how = { by: "ann", ...at, ...(shared.stale ? { expectedVersion: version + 1 } : {}) };
  switch (doing.do) {
    case "create": {
      const told = now - (shared.agoMs ?? 0);
      const times = { startedAt: told - doing.startedAgo, detectedAt: told - doing.detectedAgo };
      const severity = SEVERITIES[doing.severity] as "SEV1";
      return manager.createIncident({ title: "t", severity, services: doing.services, ...times, by: "ann", ...at });
    }
    case "move":
      return manager.changeStatus(id, { to: doing.to, ...how });
    case "reopen":
      return manager.reopen(id, how);
    case "acknowledge":
      return manager.acknowledge(id, how);
    case "update":
      return manager.addUpdate(id, { message: "m", ...how });
    case "task":
      return manager.addTask(id, { text: "t", ...how });
    case "grade":
      return manager.changeSeverity(id, { to: SEVERITIES[doing.severity] as "SEV1", ...how });
    case "assume":
    case "hand over": {
      const role = INCIDENT_ROLES[doing.role] as "scribe";
      const said = { role, person: doing.person, ...how };
      return doing.do === "assume" ? manager.assumeRole(id, said) : manager.handOverRole(id, said);
    }
    case "services":
      return manager.changeServices(id, { added: doing.added, removed: doing.removed, ...how });
    case "cause":
      return manager.setRootCause(id, { rootCause: doing.cause, ...how });
    case "check":
      return manager.changeTask(id, { task: `T${String(doing.task + 1)}`, done: doing.done, ...how });
    case "link":
      return manager.link(id, { kind: doing.kind, other: idOf(doing.other), ...how });
    case "unlink":
      return manager.unlink(id, { kind: doing.kind, other: idOf(doing.other), ...how });
    case "merge":
      return manager.merge(id, { into: idOf(doing.other), ...how });
    case "correct": {
      const times = Object.entries(doing.ms).map(([name, ago]) => [name, now - ago]);
      return manager.correctTimes(id, { ...(Object.fromEntries(times) as object), ...how });
    }
    default:
      throw new Error(`nobody says ${doing.do}`);
  }
}

async function answerOf(work: Promise<unknown>): Promise<Answer> {
  try {
    await work;
    return "ok";
  } catch (error) {
    if (isReliabilityError(error)) return error.code as Answer;
    throw error;
  }
}

async function compareAll({ notes }: Paper, { managers }: Real, via: 0 | 1): Promise<void> {
  for (const [each, note] of notes.entries()) {
    same(`the view of ${idOf(each)}`, viewOf(await managers[via].get(idOf(each))), paperView(note));
  }
}

function viewOf(incident: Incident): unknown {
  const { visits, severities, roles, links, tasks, version, services, startedAt, detectedAt, declaredAt, recordedAt } =
    incident;
  const { status, severity, acknowledgedAt, resolvedAt, reopened, mergedInto, rootCause } = incident;
  return {
    stays: visits.map((visit) => [visit.status, visit.enteredAt]),
    grades: severities.map((visit) => [visit.severity, visit.since]),
    holders: Object.entries(roles)
      .map(([role, { person: holder, since }]) => [role, holder, since])
      .sort(),
    links: links.map(({ kind, incident: other }) => `${kind} ${other}`).sort(),
    tasks: tasks.map(({ id, done }) => [id, done]),
    ...{
      version,
      services,
      startedAt,
      detectedAt,
      declaredAt,
      recordedAt,
      acknowledgedAt,
      resolvedAt,
      reopened,
      mergedInto,
    },
    ...{ status, severity, rootCause },
  };
}

function paperView(note: Note): unknown {
  const last = note.stays.at(-1) as [IncidentStatus, number];
  return {
    stays: note.stays,
    grades: note.grades,
    holders: [...note.holders].map(([role, [holder, since]]) => [role, holder, since]).sort(),
    links: [...note.links].sort(),
    tasks: note.tasks.map((done, each) => [`T${String(each + 1)}`, done]),
    version: note.version,
    services: note.services,
    startedAt: note.started,
    detectedAt: note.detected,
    declaredAt: note.declared,
    recordedAt: note.recorded,
    acknowledgedAt: note.acknowledged,
    resolvedAt: last[0] === "resolved" ? last[1] : undefined,
    reopened: note.returns,
    mergedInto: note.into === undefined ? undefined : idOf(note.into),
    status: last[0],
    severity: note.grades.at(-1)?.[0],
    rootCause: note.cause,
  };
}

function same(what: string, got: unknown, expected: unknown): void {
  if (isDeepStrictEqual(got, expected)) return;
  throw new Error(`${what}: ${JSON.stringify(got)} and not ${JSON.stringify(expected)}`);
}
