import { describe, expect, it } from "vitest";

import { systemClock } from "../../src/core/time/clock.ts";
import { ConfigurationError } from "../../src/core/errors.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { type RunbookExecutorOptions, soundOptions } from "../../src/runbook/executor/options.ts";
import { FakeRunner, incidentOf } from "./support.ts";

const faultOf = (options: unknown): string => {
  try {
    soundOptions(options as RunbookExecutorOptions);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    return (error as Error).message;
  }
  return "none";
};
const names = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${String(index)}`);

describe("an executor that is told nothing", () => {
  it("has everything in memory, no runner, and the usual limits", () => {
    const { settings, store, owner, ...rest } = soundOptions({});
    expect(rest).toEqual({
      ...{ incidents: undefined, approver: undefined, prefix: "RUN" },
      ...{ maxRunOutput: 4_000_000, maxRuns: 20, leaseMs: 30_000, patienceMs: 30_000 },
    });
    expect(store).toBeInstanceOf(MemoryIncidentStore);
    expect(owner).toMatch(/^[0-9a-f]{16}$/);
    const { redactor, logger, ...plain } = settings;
    expect(plain).toEqual({
      ...{ runners: new Map(), actions: new Map(), fetch: globalThis.fetch, programs: undefined, allowShell: false },
      ...{ hosts: undefined, environment: {}, workingDirectory: undefined, secrets: {}, maxOutput: 32_768 },
      clock: systemClock,
    });
    expect(redactor.text("anything")).toBe("anything");
    expect(() => {
      logger.error("nobody hears it");
    }).not.toThrow();
  });
});

describe("an executor that is told everything", () => {
  it("has it all, copied, and hides what is secret", async () => {
    const { incidents } = await incidentOf();
    const given = {
      runners: { first: new FakeRunner(), second: new FakeRunner() },
      ...{ actions: { act: () => 1 }, fetch: () => Promise.reject(new Error("no")), programs: ["ls", "ps", "ls"] },
      ...{ allowShell: true, hosts: ["API.example.com:8443", "localhost"], workingDirectory: "/srv" },
      environment: { DB_PASSWORD: "tr0ub4dor", PLAIN: "visible" },
      secrets: { token: "k-12" },
      ...{ approver: () => undefined, store: new MemoryIncidentStore(), incidents, prefix: "JOB", maxOutput: 0 },
      ...{ maxRunOutput: 0, maxRuns: 1, leaseMs: 1_000, patienceMs: 0, clock: new ManualClock() },
      random: { integer: (least: number, most: number) => (least === 0 && most === 15 ? 11 : 0) },
      ...{ logger: { warn: () => undefined, error: () => undefined }, onListenerError: () => undefined },
    };
    const { settings, ...rest } = soundOptions(given as unknown as RunbookExecutorOptions);
    expect(rest).toEqual({
      ...{ store: given.store, incidents, approver: given.approver, prefix: "JOB", maxRunOutput: 0, maxRuns: 1 },
      ...{ leaseMs: 1_000, patienceMs: 0, owner: "b".repeat(16) },
    });
    const { redactor, logger: _logger, ...plain } = settings;
    expect(plain).toEqual({
      runners: new Map(Object.entries(given.runners)),
      actions: new Map(Object.entries(given.actions)),
      ...{ fetch: given.fetch, programs: new Set(["ls", "ps"]), allowShell: true, workingDirectory: "/srv" },
      hosts: new Set(["api.example.com:8443", "localhost"]),
      ...{ environment: given.environment, secrets: given.secrets, maxOutput: 0, clock: given.clock },
    });
    expect(plain.environment).not.toBe(given.environment);
    expect(plain.secrets).not.toBe(given.secrets);
    expect(redactor.text("tr0ub4dor, k-12, visible")).toBe("[redacted], [redacted], visible");
  });

  it("calls a single runner local", () => {
    const runner = new FakeRunner();
    expect(soundOptions({ runner }).settings.runners).toEqual(new Map([["local", runner]]));
  });
});

describe("a limit", () => {
  it.each([
    ["maxOutput", 0, 1_000_000],
    ["maxRunOutput", 0, 100_000_000],
    ["maxRuns", 1, 10_000],
    ["leaseMs", 1_000, 86_400_000],
    ["patienceMs", 0, 86_400_000],
  ])("%s is a whole number from %i to %i", (name, least, most) => {
    const allowed = `write a whole number from ${String(least)} to ${String(most)}`;
    for (const value of [least, most]) expect(faultOf({ [name]: value })).toBe("none");
    for (const value of [least - 1, most + 1, least + 0.5, NaN])
      expect(faultOf({ [name]: value })).toBe(`${name}: ${String(value)} is not possible; ${allowed}`);
    expect(faultOf({ [name]: "5" })).toBe(`${name}: "5" is not possible; ${allowed}`);
  });

  it.each(["programs", "hosts"])("of %s is a thousand names", (name) => {
    expect(faultOf({ [name]: names(1_000) })).toBe("none");
    expect(faultOf({ [name]: [] })).toBe("none");
    const said = (what: string): string => `${name}: ${what} is not a list of at most 1000 names`;
    expect(faultOf({ [name]: names(1_001) })).toBe(said("a list of 1001"));
    expect(faultOf({ [name]: ["a", ""] })).toBe(said("a list of 2"));
    expect(faultOf({ [name]: ["a", 5] })).toBe(said("a list of 2"));
    expect(faultOf({ [name]: "abc" })).toBe(said('"abc"'));
    expect(faultOf({ [name]: { length: 1 } })).toBe(said("a mapping"));
  });

  it("of the names of runners and secrets is a hundred characters, of those of variables two hundred", () => {
    const long = (length: number): string => "a".repeat(length);
    expect(faultOf({ runners: { [long(100)]: new FakeRunner() } })).toBe("none");
    expect(faultOf({ runners: { [long(101)]: new FakeRunner() } })).toBe(
      `runners.${long(101)}: is no name; write letters, digits, _ and -`,
    );
    expect(faultOf({ secrets: { [long(100)]: "abcd" } })).toBe("none");
    expect(faultOf({ secrets: { [long(101)]: "abcd" } })).toBe(
      `secrets.${long(101)}: is no name; write letters, digits and _`,
    );
    expect(faultOf({ environment: { [long(200)]: "" } })).toBe("none");
    expect(faultOf({ environment: { [long(201)]: "" } })).toBe(
      `environment.${long(201)}: is no name; write letters, digits and _`,
    );
  });
});

describe("an executor takes no", () => {
  it.each<[string, unknown, string]>([
    ["options that are none", null, "RunbookExecutor takes an object of options, not null"],
    [
      "two kinds of runners",
      { runner: new FakeRunner(), runners: {} },
      "runners: is told together with runner; tell one of them",
    ],
    ["text for runners", { runners: "local" }, 'runners: "local" is no mapping of names to runners'],
    ["nothing for runners", { runners: null }, "runners: null is no mapping of names to runners"],
    ["runner without a run", { runner: {} }, "runner: a mapping has no method run()"],
    ["named runner that is missing", { runners: { far: undefined } }, "runners.far: is missing"],
    [
      "runner of a name that is none",
      { runners: { "a b": new FakeRunner() } },
      'runners["a b"]: is no name; write letters, digits, _ and -',
    ],
    [
      "runner of a name that begins so",
      { runners: { "1a": new FakeRunner() } },
      'runners["1a"]: is no name; write letters, digits, _ and -',
    ],
    ["text for actions", { actions: "act" }, 'actions: "act" is no mapping'],
    ["nothing for actions", { actions: null }, "actions: null is no mapping"],
    ["action that is no function", { actions: { fine: () => 1, act: "x" } }, 'actions.act: "x" is not a function'],
    ["text for an approver", { approver: "x" }, 'approver: "x" is not a function'],
    ["text for fetch", { fetch: "x" }, 'fetch: "x" is not a function'],
    ["text for a listener", { onListenerError: "x" }, 'onListenerError: "x" is not a function'],
    ["folder without a name", { workingDirectory: "" }, 'workingDirectory: "" is no path'],
    ["folder that is a number", { workingDirectory: 5 }, "workingDirectory: 5 is no path"],
    ["text for a switch", { allowShell: "no" }, 'allowShell: "no" is neither true nor false'],
    ["list of variables", { environment: ["a"] }, "environment: a list of 1 is no mapping of names to texts"],
    ["text for variables", { environment: "a" }, 'environment: "a" is no mapping of names to texts'],
    ["nothing for variables", { environment: null }, "environment: null is no mapping of names to texts"],
    ["list of secrets", { secrets: ["abcd"] }, "secrets: a list of 1 is no mapping of names to texts"],
    [
      "variable with a dash",
      { environment: { "A-B": "x" } },
      "environment.A-B: is no name; write letters, digits and _",
    ],
    [
      "variable that begins with a digit",
      { environment: { "1A": "x" } },
      'environment["1A"]: is no name; write letters, digits and _',
    ],
    ["variable that is a number", { environment: { A: 5 } }, "environment.A: is not a text without NUL"],
    ["variable with a NUL", { environment: { A: "a\0b" } }, "environment.A: is not a text without NUL"],
    ["secret that is a number", { secrets: { token: 12345 } }, "secrets.token: is not a text without NUL"],
    [
      "secret of three characters",
      { secrets: { token: "abc" } },
      "secrets.token: is shorter than 4 characters; hiding it would hide other text",
    ],
    [
      "host with its scheme",
      { hosts: ["fine", "http://a"] },
      'hosts: "http://a" is no host; write it as in api.example.com or api.example.com:8443',
    ],
    [
      "host with white space",
      { hosts: ["a b"] },
      'hosts: "a b" is no host; write it as in api.example.com or api.example.com:8443',
    ],
    [
      "host with a user",
      { hosts: ["me@a"] },
      'hosts: "me@a" is no host; write it as in api.example.com or api.example.com:8443',
    ],
    [
      "host with a question",
      { hosts: ["a?b"] },
      'hosts: "a?b" is no host; write it as in api.example.com or api.example.com:8443',
    ],
    [
      "host with a place",
      { hosts: ["a#b"] },
      'hosts: "a#b" is no host; write it as in api.example.com or api.example.com:8443',
    ],
    ["clock that stands", { clock: { now: () => 1, monotonic: () => 1 } }, "clock: a mapping has no method schedule()"],
    [
      "clock without a monotonic one",
      { clock: { now: () => 1, schedule: () => 1 } },
      "clock: a mapping has no method monotonic()",
    ],
    [
      "clock without a time",
      { clock: { monotonic: () => 1, schedule: () => 1 } },
      "clock: a mapping has no method now()",
    ],
    ["randomness without numbers", { random: {} }, "random: a mapping has no method integer()"],
    ["incidents without notes", { incidents: { timeline: () => [] } }, "incidents: a mapping has no method note()"],
    ["incidents without timelines", { incidents: { note: () => 1 } }, "incidents: a mapping has no method timeline()"],
    ["logger that cannot warn", { logger: { error: () => undefined } }, "logger: a mapping has no method warn()"],
  ])("%s", (_title, options, message) => {
    expect(faultOf(options)).toContain(message);
  });

  it("named runner without a run, and names it", () => {
    const message = faultOf({ runners: { near: new FakeRunner(), far: {} } });
    expect(message).toBe("runners.far: a mapping has no method run(); needed: run()");
  });

  it.each(["commit", "read", "rows", "due", "holderOf"])("store that has no %s", (name) => {
    const whole = { commit: () => 1, read: () => 1, rows: () => 1, due: () => 1, holderOf: () => 1 };
    expect(faultOf({ store: whole })).toBe("none");
    expect(faultOf({ store: { ...whole, [name]: undefined } })).toContain(`store: a mapping has no method ${name}()`);
  });

  it("secret by a misspelt name: it says which options there are", () => {
    expect(faultOf({ secret: {} })).toBe(
      'secret: is no option of RunbookExecutor; did you mean "secrets"? allowed: runner, runners, actions, fetch, ' +
        "programs, allowShell, hosts, environment, workingDirectory, secrets, approver, store, incidents, prefix, " +
        "maxOutput, maxRunOutput, maxRuns, leaseMs, patienceMs, clock, random, logger, onListenerError",
    );
  });
});
