import { describe, expect, it } from "vitest";

import { runEventFault, runSummaryFault } from "../../src/runbook/shapes.ts";
import { STARTED } from "./journal.ts";

const kept = { at: 1, id: "o:1" };
const planned = { name: "undo", kind: "command", title: "Undo", of: "look", isRollback: true };
const stream = { text: "x", bytes: 1, isCut: false };
const attempt = {
  ...{ number: 1, status: "failed", reason: "no", signal: "SIGKILL", url: "https://a", startedAt: 1, endedAt: 2 },
  ...{ durationMs: 1.5, isInterrupted: false, exitCode: -1, httpStatus: 500, stdout: stream, stderr: stream },
  leftovers: [{ pid: 1 }],
};
const WHOLE: Readonly<Record<string, object>> = {
  started: { ...STARTED, dryRun: true },
  resumed: {},
  renewed: {},
  step_started: { step: "look", attempt: 1, command: ["ls"], planned },
  step_ended: { step: "look", attempt, isFinal: true },
  step_settled: { step: "look", status: "skipped", reason: "only if", planned },
  approval_requested: { step: "look", message: "?", expiresAt: 1.5, planned },
  approval_answered: { step: "look", approved: true, by: "bob", reason: "fine" },
  cancel_requested: { by: "bob", reason: "why" },
  rollback_began: { reason: "no", outcome: "cancelled" },
  ended: { status: "failed", reason: "no", mustTell: true },
  telling: {},
  told: {},
};
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  started: ["runbook", "title", "alert", "by", "lock", "fingerprint", "labels", "annotations", "parameters", "steps"],
  step_started: ["step", "attempt"],
  step_ended: ["step", "attempt", "isFinal"],
  step_settled: ["step", "status"],
  approval_requested: ["step", "message", "expiresAt"],
  approval_answered: ["step", "approved", "by"],
  cancel_requested: ["by"],
  rollback_began: ["reason", "outcome"],
  ended: ["status"],
};
const faultOf = (type: string, more: object = {}): string | undefined =>
  runEventFault({ ...kept, ...WHOLE[type], type, ...more });

describe("an event of a run", () => {
  it.each(Object.keys(WHOLE))("%s is one if nothing of it is missing", (type) => {
    const needed = NEEDED[type] ?? [];
    expect(faultOf(type)).toBeUndefined();
    for (const name of ["at", "id", ...needed]) expect(faultOf(type, { [name]: undefined })).toBe(name);
    // What need not be there may be missing, and must be right if it is there.
    for (const name of Object.keys(WHOLE[type] ?? {}).filter((one) => one !== "type" && !needed.includes(one))) {
      expect(faultOf(type, { [name]: undefined })).toBeUndefined();
      expect(faultOf(type, { [name]: 5.5 })).toBe(name);
      expect(faultOf(type, { [name]: null })).toBe(name);
    }
  });

  it.each(["", "more", "toString", 5, null, undefined])("is none of the type %j", (type) => {
    expect(runEventFault({ ...kept, type })).toBe("type");
  });

  it.each<[string, string, unknown]>([
    ["resumed", "at", "1"],
    ["resumed", "at", Infinity],
    ["resumed", "id", 5],
    ["step_started", "attempt", -1],
    ["step_started", "attempt", 0.5],
    ["step_started", "attempt", "1"],
    ["step_started", "command", "ls"],
    ["step_started", "command", [1]],
    ["step_started", "planned", []],
    ["step_started", "planned", { ...planned, name: 5 }],
    ["step_started", "planned", { ...planned, isRollback: "yes" }],
    ["step_ended", "isFinal", "true"],
    ["step_ended", "attempt", { ...attempt, number: 1.5 }],
    ["step_ended", "attempt", { ...attempt, status: "done" }],
    ["step_ended", "attempt", { ...attempt, durationMs: Infinity }],
    ["step_ended", "attempt", { ...attempt, durationMs: "5" }],
    ["step_ended", "attempt", { ...attempt, stdout: { ...stream, bytes: -1 } }],
    ["step_ended", "attempt", { ...attempt, stderr: { ...stream, isCut: 0 } }],
    ["step_ended", "attempt", { ...attempt, leftovers: [5] }],
    ["step_ended", "attempt", { ...attempt, leftovers: [[]] }],
    ["step_ended", "attempt", { ...attempt, leftovers: [null] }],
    ["step_settled", "status", "ended"],
    ["approval_requested", "expiresAt", NaN],
    ["rollback_began", "outcome", "succeeded"],
    ["ended", "status", "ok"],
    ["started", "labels", { app: 5 }],
    ["started", "labels", ["web"]],
    ["started", "labels", "app"],
    ["started", "parameters", { a: null }],
    ["started", "parameters", { a: Infinity }],
    ["started", "incident", { id: "INC-0001", title: "t" }],
    ["started", "steps", [{ name: "a" }]],
    ["started", "steps", { length: 0 }],
  ])("%s is none if its %s is %j", (type, name, value) => {
    expect(faultOf(type, { [name]: value })).toBe(name);
  });

  it("may be of no steps and no labels, with parameters of each kind", () => {
    const parameters = { text: "x", isBig: false, replicas: 0.5 };
    expect(faultOf("started", { labels: {}, steps: [], parameters })).toBeUndefined();
    expect(faultOf("step_started", { attempt: 0, command: [] })).toBeUndefined();
  });

  it("has what is its own only", () => {
    const event: object = Object.assign(Object.create({ by: "bob" }) as object, { ...kept, type: "cancel_requested" });
    expect(runEventFault(event)).toBe("by");
  });
});

describe("a summary of a run", () => {
  const summary = {
    ...{ runbook: "r", alert: "a", incident: "INC-0001", status: "failed", by: "ann", startedAt: 1, endedAt: 2 },
    ...{ steps: 2, settled: 1, waiting: [{ step: "look", message: "?", expiresAt: 5 }] },
  };

  it("is one with all that it needs", () => {
    expect(runSummaryFault(summary)).toBeUndefined();
    expect(runSummaryFault({ ...summary, incident: undefined, endedAt: undefined, waiting: [] })).toBeUndefined();
    const needed = ["runbook", "alert", "status", "by", "startedAt", "steps", "settled", "waiting"];
    for (const name of needed) expect(runSummaryFault({ ...summary, [name]: undefined })).toBe(name);
  });

  it.each<[string, unknown]>([
    ["incident", 5],
    ["endedAt", "2"],
    ["status", "pending"],
    ["waiting", [{ step: "look", message: "?" }]],
    ["settled", -1],
  ])("is none if its %s is %j", (name, value) => {
    expect(runSummaryFault({ ...summary, [name]: value })).toBe(name);
  });
});
