import { describe, expect, it } from "vitest";

import { ConfigurationError, IllegalTransitionError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import type { IncidentEvent } from "../../src/incident/events.ts";
import type { RunEvent, RunOccurrence } from "../../src/runbook/events.ts";
import { type RunIncidents, RunTimeline } from "../../src/runbook/executor/timeline.ts";
import { foldRun, type RunState } from "../../src/runbook/fold.ts";
import { journalOf, STARTED } from "./journal.ts";
import { Heard, ticks } from "./support.ts";

const asking: RunOccurrence = { type: "approval_requested", step: "look", message: "Look?", expiresAt: 9_000 };
const answer: RunOccurrence = { type: "approval_answered", step: "look", approved: true, by: "bob" };
const down = (): Error => new RangeError("secret");

/** A timeline of a run for an incident that may fail to be written. */
function timing({ isPolicyAsked = false, now = 100_000 } = {}) {
  const clock = new ManualClock(now);
  const heard = new Heard();
  const notes: [string, { kind: string; by: string; at?: number; message: string; data?: unknown }][] = [];
  const failures: (Error | undefined)[] = [];
  const kept: { isKept: boolean; read: (() => Promise<readonly unknown[]>) | undefined } = {
    isKept: false,
    read: undefined,
  };
  const incidents = {
    note: async (id: string, note: (typeof notes)[number][1]) => {
      const failure = failures.shift();
      if (failure === undefined || kept.isKept) notes.push([id, note]);
      if (failure !== undefined) throw failure;
    },
    timeline: async () =>
      kept.read === undefined ? notes.map(([, note]) => ({ type: "noted", ...note })) : kept.read(),
  } as unknown as RunIncidents;
  const { logger } = heard;
  const timeline = new RunTimeline({ incidents, incident: "INC-0001", clock, logger, isPolicyAsked });
  const events: [RunState, RunEvent][] = [];
  let state: RunState | undefined;
  const happens = (...occurrences: readonly RunOccurrence[]): void => {
    for (const occurrence of occurrences) {
      const event = { ...journalOf(occurrence)[0]!, at: 1_000 * (events.length + 1) };
      const next = foldRun(state, event, "RUN-0001");
      if (next === undefined) throw new Error(`${event.type} cannot follow`);
      state = next;
      events.push([next, event]);
      timeline.add(next, event);
    }
  };
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 100) {
      await ticks(30);
      clock.advance(Math.min(left, 100));
    }
    await ticks(30);
  };
  const messages = (): string[] => notes.map(([, { message }]) => message);
  return { clock, heard, notes, failures, kept, timeline, happens, pass, messages, events };
}

describe("the timeline of an incident", () => {
  it("has a line for each thing that is told of a run, with facts for machines", async () => {
    const { happens, timeline, notes } = timing();
    happens(STARTED, { type: "renewed" }, { type: "cancel_requested", by: "bob" });
    expect(await timeline.settled()).toBe(0);
    const about = { run: "RUN-0001", runbook: "Slow" };
    expect(notes).toStrictEqual([
      [
        "INC-0001",
        {
          ...{ kind: "runbook", by: "ann", at: 1_000 },
          message: "Runbook Slow began (RUN-0001): 3 steps, for Latency",
          data: { ...about, version: 1, event: "started" },
        },
      ],
      [
        "INC-0001",
        {
          ...{ kind: "runbook", by: "ann", at: 3_000, message: "bob cancels Runbook Slow" },
          data: { ...about, version: 3, event: "cancel_requested" },
        },
      ],
    ]);
  });

  it("has nothing that is yet to come, though its clock was set back", async () => {
    const { happens, timeline, notes } = timing({ now: 400 });
    happens(STARTED);
    await timeline.settled();
    expect(notes[0]?.[1].at).toBe(400);
  });

  it("has no line that is longer than one may be", async () => {
    const { happens, timeline, messages } = timing();
    happens(STARTED, { type: "cancel_requested", by: "bob", reason: "x".repeat(10_000) });
    await timeline.settled();
    expect(messages()[1]).toHaveLength(10_000);
    expect(messages()[1]?.endsWith("x…")).toBe(true);
  });

  it("is written to again, after longer and longer waits", async () => {
    const { happens, pass, failures, messages, clock, timeline } = timing();
    failures.push(down(), down(), down());
    happens(STARTED);
    const began = clock.monotonic();
    let tookMs = -1;
    void timeline.settled().then(() => (tookMs = clock.monotonic() - began));
    await pass(1_200);
    expect(messages()).toEqual([]);
    await pass(100);
    expect(messages()).toHaveLength(1);
    expect(tookMs).toBe(1_300);
  });

  it("has a line once, though the answer to it was lost", async () => {
    const { happens, pass, failures, messages, kept, heard } = timing();
    kept.isKept = true;
    failures.push(down());
    happens(STARTED);
    await pass(200);
    expect([messages().length, heard.lines]).toEqual([1, []]);
  });

  it("is given up within twenty seconds in all, and it is said what is missing there", async () => {
    const { happens, pass, failures, messages, heard, timeline } = timing();
    failures.push(...Array.from({ length: 8 }, down));
    happens(STARTED);
    await pass(18_900);
    expect(heard.lines).toEqual([]);
    // 100, 300, 900, 2,700 and three times 5,000: one more wait would be too long.
    await pass(100);
    expect(heard.lines).toEqual([
      `a step of a run is missing in its incident's timeline {"incident":"INC-0001","run":"RUN-0001","version":1,"error":"RangeError"}`,
    ]);
    expect(await timeline.settled()).toBe(1);
    // What is left of the patience is for the next lines.
    failures.length = 0;
    failures.push(down(), down());
    happens({ type: "cancel_requested", by: "bob" });
    await pass(500);
    expect(messages()).toEqual(["bob cancels Runbook Slow"]);
    expect(await timeline.settled()).toBe(1);
  });

  it.each([
    ["does not exist", new ConfigurationError([{ path: ["id"], message: "there is no incident" }])],
    ["is closed", new IllegalTransitionError("closed", "note", [])],
  ])("is not written to again if its incident %s", async (_title, error) => {
    const { happens, failures, heard, timeline } = timing();
    failures.push(error);
    happens(STARTED);
    expect(await timeline.settled()).toBe(1);
    expect(heard.lines).toHaveLength(1);
    expect(heard.lines[0]).toContain(JSON.stringify(error.message));
  });
});

describe("what an earlier process has written", () => {
  it("is not written again", async () => {
    const { happens, timeline, kept, notes, events } = timing();
    const note = (data: object, more: object = {}) => ({ type: "noted", kind: "runbook", data, ...more }) as unknown;
    kept.read = async () => [
      note({ run: "RUN-0001", version: 2 }),
      ...[note({ run: "RUN-0002", version: 1 }), note({ run: "RUN-0001", version: "3" })],
      ...[
        note({ run: "RUN-0001", version: 3 }, { kind: "chat" }),
        note({ run: "RUN-0001", version: 4 }, { type: "other" }),
      ],
      ...([{ type: "noted", kind: "runbook" }, { type: "acknowledged" }] as unknown as IncidentEvent[]),
    ];
    const early = timing();
    early.happens(STARTED);
    timeline.catchUp(early.events[0]![0]);
    happens(STARTED, { type: "resumed" }, asking, answer);
    await timeline.settled();
    expect(notes.map(([, { data }]) => (data as { version: number }).version)).toEqual([1, 3, 4]);
    expect(events).toHaveLength(4);
  });

  it("is unknown where it cannot be read, which is said", async () => {
    const { happens, timeline, kept, messages, heard } = timing();
    kept.read = () => Promise.reject(down());
    const early = timing();
    early.happens(STARTED);
    timeline.catchUp(early.events[0]![0]);
    happens(STARTED);
    await timeline.settled();
    expect(messages()).toHaveLength(1);
    expect(heard.lines).toEqual([
      'the incident of a run could not be read {"incident":"INC-0001","run":"RUN-0001","error":"RangeError"}',
    ]);
  });
});

describe("a question in the timeline", () => {
  const asked = (notes: ReturnType<typeof timing>["notes"]): unknown =>
    notes.map(([, { data }]) => (data as { isAnswered?: boolean }).isAnswered);

  it("is there at once where only people answer", async () => {
    const { happens, notes, pass } = timing();
    happens(STARTED, asking);
    await pass(0);
    expect(notes[1]?.[1].data).toEqual({
      ...{ run: "RUN-0001", runbook: "Slow", version: 2, event: "approval_requested", step: "look" },
      ...{ status: "waiting", asks: "Look?", expiresAt: 9_000 },
    });
  });

  it("is there after a second where a policy may answer before", async () => {
    const { happens, notes, pass } = timing({ isPolicyAsked: true });
    happens(STARTED, asking);
    await pass(900);
    expect(asked(notes)).toEqual([undefined]);
    await pass(100);
    expect(asked(notes)).toEqual([undefined, undefined]);
  });

  it.each<[string, RunOccurrence, boolean]>([
    ["it was answered", answer, true],
    ["its step was settled", { type: "step_settled", step: "look", status: "cancelled" }, true],
    ["the run was cancelled", { type: "cancel_requested", by: "bob" }, true],
    ["the run is over", { type: "ended", status: "failed" }, true],
    ["another step went on", { type: "step_settled", step: "part", status: "skipped" }, false],
    ["the run was renewed", { type: "renewed" }, false],
  ])("is one no more only if it was answered or lost its sense: %s", async (_title, occurrence, isAnswered) => {
    const { happens, notes, pass } = timing({ isPolicyAsked: true });
    happens(STARTED, asking);
    await pass(200);
    happens(occurrence);
    await pass(0);
    expect(asked(notes)).toEqual(isAnswered ? [undefined, true, undefined] : [undefined]);
  });
});
