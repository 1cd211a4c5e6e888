import { describe, expect, it } from "vitest";

import type { IncidentOccurrence } from "../../src/incident/events.ts";
import { askedApproval } from "../../src/runbook/engine/approval-note.ts";
import { approveByRules, type Refusal, refusalText, wasNobody } from "../../src/runbook/engine/approval.ts";

const data = {
  ...{ event: "approval_requested", run: "RUN-0001", runbook: "Slow", step: "drop", asks: "Drop it?" },
  ...{ expiresAt: 9_000, status: "waiting", version: 3 },
};
const asked = (more: object = {}, event: object = {}): unknown =>
  askedApproval({
    ...{ type: "noted", kind: "runbook", message: "m", by: "ann", data: { ...data, ...more } },
    ...event,
  } as unknown as IncidentOccurrence);

describe("a note of a run", () => {
  it("asks for an approval: which, and until when", () => {
    expect(asked()).toEqual({
      ...{ run: "RUN-0001", runbook: "Slow", step: "drop", message: "Drop it?", expiresAt: 9_000 },
    });
    expect(asked({ isAnswered: false })).toBeDefined();
  });

  it.each<[string, object, object?]>([
    ["was answered before it was written", { isAnswered: true }],
    ["tells of something else", { event: "step_ended" }],
    ["is of another kind", {}, { kind: "chat" }],
    ["is no note", {}, { type: "acknowledged" }],
    ["has no facts", {}, { data: undefined }],
    ["has no run", { run: undefined }],
    ["has a number for its runbook", { runbook: 5 }],
    ["has no step", { step: null }],
    ["has no question", { asks: undefined }],
    ["has no time", { expiresAt: undefined }],
    ["has a text for its time", { expiresAt: "9000" }],
    ["has a time that is none", { expiresAt: Infinity }],
  ])("asks nothing if it %s", (_title, more, event) => {
    expect(asked(more, event)).toBeUndefined();
  });
});

describe("a no", () => {
  it.each<[Refusal, string, boolean]>([
    [{ by: "bob" }, "refused by bob", false],
    [{ by: "bob", reason: "not now" }, "refused by bob: not now", false],
    [{ by: "nobody", reason: "nobody answered within 5 s" }, "nobody answered within 5 s", true],
    [{ by: "nobody" }, "nobody answered", true],
    [{}, "nobody answered", true],
    [{ reason: "too late" }, "too late", true],
  ])("%j is told", (refusal, text, isNobody) => {
    expect(refusalText(refusal)).toBe(text);
    expect(wasNobody(refusal)).toBe(isNobody);
  });
});

describe("rules that approve", () => {
  const request = {
    ...{ run: "RUN-0001", runbook: "Slow", step: "drop", message: "drop?", command: [], alert: "Slow", by: "ann" },
    ...{ isDestructive: false, isRepeat: false, expiresAt: 0 },
  };
  const { signal } = new AbortController();

  it("answer in their own name, with a reason where they have one", () => {
    expect(approveByRules("night", [{ approve: true, reason: "safe" }])(request, { signal })).toStrictEqual({
      ...{ approved: true, by: "night", reason: "safe" },
    });
    expect(approveByRules("night", [{ approve: false }])(request, { signal })).toStrictEqual({
      ...{ approved: false, by: "night" },
    });
  });

  it.each([
    [{ runbooks: ["Slow"] }, {}, true],
    [{ runbooks: ["Slow"], steps: ["drop"], destructive: false }, {}, true],
    [{ runbooks: ["Slow"], steps: ["look"] }, {}, false],
    [{ runbooks: ["Fast"], steps: ["drop"] }, {}, false],
    [{ runbooks: [] }, {}, false],
    [{ destructive: true }, {}, false],
    [{ destructive: true }, { isDestructive: true }, true],
    [{ destructive: false }, { isDestructive: true }, false],
    [{}, { isDestructive: true }, true],
    [{}, { isRepeat: true }, false],
  ])("%j, asked about %j, answer: %s", (rule, more, answers) => {
    const answer = approveByRules("night", [{ ...rule, approve: true }])({ ...request, ...more }, { signal });
    expect(answer !== undefined).toBe(answers);
  });
});
