import { describe, expect, it } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { soundContext } from "../../src/runbook/executor/call.ts";

const faultOf = (context: unknown): string => {
  try {
    soundContext(context as never);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  return "none";
};
const many = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`n${String(index)}`, ""]));
const incident = { id: "INC-0001", title: "memory is full", severity: "SEV2" };

describe("what a runbook is run with", () => {
  it("is empty but for who has it run", () => {
    const { labels, annotations, parameters, ...rest } = soundContext({ by: "ann" });
    expect(rest).toEqual({ by: "ann", dryRun: undefined, key: undefined, signal: undefined, incident: undefined });
    for (const values of [labels, annotations, parameters]) expect({ ...values }).toEqual({});
  });

  it("is copied; of an incident no more is kept than a run needs", () => {
    const given = {
      ...{ by: "ann", labels: { app: "web" }, annotations: { summary: "slow" }, dryRun: false, key: "k" },
      parameters: { replicas: 3, isBig: true, zone: "a" },
      ...{ incident: { ...incident, more: 1 }, signal: new AbortController().signal },
    };
    const { labels, annotations, parameters, ...rest } = soundContext(given as never);
    expect(rest).toEqual({ by: "ann", dryRun: false, key: "k", signal: given.signal, incident });
    expect([{ ...labels }, { ...annotations }, { ...parameters }]).toEqual([
      given.labels,
      given.annotations,
      given.parameters,
    ]);
    expect(labels).not.toBe(given.labels);
    // What is called like something that every object has is missing where nobody gave it.
    for (const values of [labels, annotations, parameters]) expect(Object.getPrototypeOf(values)).toBeNull();
  });

  it.each([
    ["by", { by: "x".repeat(200) }, { by: "x".repeat(201) }, "by: has 201 characters; write 1 to 200 characters"],
    ["key", { key: "x".repeat(150) }, { key: "x".repeat(151) }, "key: has 151 characters; write 1 to 150 characters"],
    [
      "incident.id",
      { incident: { ...incident, id: "x".repeat(40) } },
      { incident: { ...incident, id: "x".repeat(41) } },
      "incident.id: has 41 characters; write 1 to 40 characters",
    ],
    [
      "incident.title",
      { incident: { ...incident, title: "x".repeat(20_000) } },
      { incident: { ...incident, title: "x".repeat(20_001) } },
      "incident.title: has 20001 characters; write 1 to 20000 characters",
    ],
    ["labels", { labels: many(500) }, { labels: many(501) }, "labels: has 501 entries; at most 500"],
    [
      "labels.a",
      { labels: { a: "x".repeat(100_000) } },
      { labels: { a: "x".repeat(100_001) } },
      "labels.a: has 100001 characters; at most 100000",
    ],
  ])("may be so long and no longer: %s", (path, fits, more, message) => {
    expect(faultOf({ by: "ann", ...fits })).toBe("none");
    expect(faultOf({ by: "ann", ...more })).toContain(
      path.includes(".") ? message.slice(message.indexOf(":")) : message,
    );
  });

  it.each<[unknown, string]>([
    [{}, "by: is missing; write 1 to 200 characters"],
    [{ by: " " }, 'by: " "; write 1 to 200 characters'],
    [{ by: "ann", key: "" }, 'key: ""; write 1 to 150 characters'],
    [
      { by: "ann", incident: "INC-0001" },
      'incident: "INC-0001" is no incident; hand in the incident itself, or { id, title, severity }',
    ],
    [
      { by: "ann", incident: null },
      "incident: null is no incident; hand in the incident itself, or { id, title, severity }",
    ],
    [{ by: "ann", incident: { ...incident, id: 5 } }, "5; write 1 to 40 characters"],
    [{ by: "ann", incident: { ...incident, title: "" } }, '""; write 1 to 20000 characters'],
    [
      { by: "ann", incident: { ...incident, severity: "SEV7" } },
      'incident.severity: "SEV7" is not possible; did you mean "SEV1"? allowed: SEV1, SEV2, SEV3, SEV4',
    ],
    [{ by: "ann", dryRun: 1 }, "dryRun: 1 is neither true nor false"],
    [{ by: "ann", labels: "app=web" }, 'labels: "app=web" is no mapping of names to string'],
    [{ by: "ann", labels: null }, "labels: null is no mapping of names to string"],
    [{ by: "ann", labels: ["web"] }, "labels: a list of 1 is no mapping of names to string"],
    [{ by: "ann", parameters: 5 }, "parameters: 5 is no mapping of names to string, number, boolean"],
    [{ by: "ann", labels: { a: 1 } }, "labels.a: 1 is not possible; allowed: string"],
    [{ by: "ann", annotations: { a: true } }, "annotations.a: true is not possible; allowed: string"],
    [
      { by: "ann", parameters: { a: Infinity } },
      "parameters.a: Infinity is not possible; allowed: string, number, boolean",
    ],
    [{ by: "ann", parameters: { a: null } }, "parameters.a: null is not possible; allowed: string, number, boolean"],
    [
      { by: "ann", label: {} },
      'label: is no option of executeRunbook; did you mean "labels"? allowed: by, labels, annotations, incident, parameters, dryRun, key, signal',
    ],
    ["ann", 'executeRunbook takes an object of options, not "ann"'],
  ])("is not %j", (context, message) => {
    expect(faultOf(context)).toContain(message);
  });
});
