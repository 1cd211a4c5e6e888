/** Chaos Toolkit experiments as they are read and written. */
import { readFileSync } from "node:fs";

import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { parseChaosToolkit } from "../../../src/chaos/toolkit/document.ts";
import { ignoredParts } from "../../../src/chaos/toolkit/model.ts";
import { writeChaosToolkit } from "../../../src/chaos/toolkit/write.ts";
import { ConfigurationError } from "../../../src/core/errors.ts";
import { wellFormed } from "../../../src/core/well-formed.ts";

const data = (name: string): string =>
  readFileSync(new URL(`../../data/chaos-toolkit/${name}`, import.meta.url), "utf8");

describe("a document", () => {
  it("is read from YAML, with references replaced by what they mean", () => {
    const read = parseChaosToolkit(data("cache-loss.yaml"), { file: "cache-loss.yaml" });
    expect(read.tags).toEqual(["shop", "cache"]);
    expect(read.method.map(({ name }) => name)).toEqual(["stop the cache", "the front page answers"]);
    expect(read.method[1]).toEqual(read["steady-state-hypothesis"]?.probes?.[0]);
    expect(ignoredParts(read)).toEqual([]);
  });

  it("is read from JSON", () => {
    const read = parseChaosToolkit(data("queue-disk.json"));
    expect(read.version).toBeUndefined();
    expect(read.rollbacks).toHaveLength(1);
  });

  it("tells all its faults at once, each with its place", () => {
    let error: unknown;
    try {
      parseChaosToolkit(data("faulty.yaml"), { file: "faulty.yaml" });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ConfigurationError);
    const { issues, message } = error as ConfigurationError;
    expect(issues.map(({ path, line }) => `${String(line)} ${path.join(".")}`)).toEqual([
      "1 title",
      "2 descripton",
      "4 configuration.secret_of.type",
      "11 steady-state-hypothesis.probes.0.provider.type",
      "12 steady-state-hypothesis.probes.1.tolerance",
      "14 steady-state-hypothesis.probes.1.provider.url",
      "17 steady-state-hypothesis.probes.2.tolerance.pattern",
      "22 method.0.provider.arguments",
      "23 method.1.ref",
    ]);
    expect(message).toContain('"python" is not run here: there is no Python; allowed: http, process');
    expect(message).toContain('did you mean "description"?');
  });

  const base = { title: "t", description: "d" };
  const http = { type: "http", url: "http://shop.example/" };
  const probe = { type: "probe", name: "p", tolerance: 200, provider: http };
  it.each<[string, object, string]>([
    ["no method", base, "method: is missing"],
    ["an unknown provider", { ...base, method: [{ ...probe, provider: { type: "htpp" } }] }, 'did you mean "http"?'],
    [
      "certificates that are not checked",
      { ...base, method: [{ ...probe, provider: { ...http, verify_tls: false } }] },
      "certificates are always checked",
    ],
    [
      "a header with a line end",
      { ...base, method: [{ ...probe, provider: { ...http, headers: { a: "b\r\nc: d" } } }] },
      "is no header, or its value has a line end",
    ],
    [
      "a tolerance of no sort",
      { ...base, method: [{ ...probe, tolerance: { type: "regexp" } }] },
      '"regexp" is no tolerance',
    ],
    ["a broken number", { ...base, method: [{ ...probe, tolerance: 200.5 }] }, "write type: range"],
    [
      "a target that is not answered",
      { ...base, method: [{ ...probe, tolerance: { type: "range", range: [0, 1], target: "stdout" } }] },
      "is nothing that is answered",
    ],
    [
      "a range that ends before it begins",
      { ...base, method: [{ ...probe, tolerance: { type: "range", range: [2, 1], target: "body" } }] },
      "above its end",
    ],
    [
      "a path that is none",
      { ...base, method: [{ ...probe, tolerance: { type: "jsonpath", path: "a.b" } }] },
      "is no path that is known",
    ],
    [
      "a secret that there is not",
      { ...base, secrets: { shop: { t: "x" } }, method: [{ ...probe, secrets: ["shopp"] }] },
      'did you mean "shop"?',
    ],
    [
      "an action as a steady state",
      { ...base, method: [], "steady-state-hypothesis": { title: "s", probes: [{ ...probe, type: "action" }] } },
      "has only probes",
    ],
    [
      "a program with a variable",
      { ...base, method: [{ ...probe, provider: { type: "process", path: "${shell}" } }] },
      "is no program",
    ],
    ["an endless pause", { ...base, method: [{ ...probe, pauses: { after: 1e9 } }] }, "out of range"],
    [
      "a variable without its key",
      { ...base, configuration: { a: { type: "env" } }, method: [] },
      "configuration.a.key: is missing",
    ],
  ])("refuses %s", (_, document, message) => {
    expect(() => parseChaosToolkit(document)).toThrow(message);
  });

  it("says of a time that is none what it may be", () => {
    const make = (): unknown => parseChaosToolkit({ ...base, method: [{ ...probe, pauses: { after: "soon" } }] });
    expect(make).toThrow('method[0].pauses.after: "soon"');
    expect(make).toThrow("write a number of seconds from 0 to 3600, or ${name}");
    expect(make).not.toThrow("pattern");
  });

  it.each(["good.yaml", "/etc/chaos/good.YML", "C:\\chaos\\good.json"])("wants text, and not its file %s", (file) => {
    expect(() => parseChaosToolkit(file)).toThrow(ConfigurationError);
    expect(() => parseChaosToolkit(file)).toThrow("looks like the name of a file");
    expect(() => parseChaosToolkit(`title: ${file}`)).not.toThrow("looks like the name of a file");
  });

  it("is refused in our words where it throws when it is looked at", () => {
    const fail = (): never => {
      throw new Error("foreign");
    };
    for (const hostile of [
      {
        ...base,
        get method(): never {
          return fail();
        },
      },
      new Proxy({}, { get: fail, ownKeys: fail }),
    ]) {
      expect(() => parseChaosToolkit(hostile)).toThrow(ConfigurationError);
      expect(() => parseChaosToolkit(hostile)).not.toThrow("foreign");
    }
  });

  it("names what is kept and does nothing", () => {
    const read = parseChaosToolkit({
      ...base,
      controls: [{ name: "trace", provider: { type: "python", module: "chaostracing.control" } }],
      runtime: { rollbacks: { strategy: "always" } },
      method: [{ ...probe, controls: [] }],
    });
    expect(ignoredParts(read)).toEqual(["controls", "runtime", "method[0].controls"]);
  });

  it("is the same when it is written and read again, in either format", () => {
    fc.assert(
      fc.property(document, fc.constantFrom<("json" | "yaml")[]>("json", "yaml"), (written, format) => {
        const read = parseChaosToolkit(written);
        expect(parseChaosToolkit(writeChaosToolkit(read, format))).toEqual(read);
        expect(read).toEqual(written);
      }),
      { numRuns: 300 },
    );
  });
});

const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 }).map(wellFormed);
const name = fc.stringMatching(/^[a-z_]{1,8}$/);
const scalar = fc.oneof(
  words,
  fc.integer({ min: -1e9, max: 1e9 }),
  fc.boolean(),
  fc.constant("no"),
  fc.constant("1e3"),
);
const provider = fc.oneof(
  fc.record(
    {
      type: fc.constant("http"),
      url: fc.constantFrom("http://shop.example/a?b=c", "${base}/x"),
      method: fc.constantFrom("GET", "post"),
      headers: fc.dictionary(name, fc.stringMatching(/^[ -~]{0,10}$/)),
      arguments: fc.dictionary(name, scalar),
      timeout: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.constant("${patience}")),
    },
    { requiredKeys: ["type", "url"] },
  ),
  fc.record(
    {
      type: fc.constant("process"),
      path: fc.constantFrom("ls", "/bin/echo"),
      arguments: fc.oneof(fc.array(scalar), fc.dictionary(name, scalar), fc.constant("a 'b c' \"d\"")),
      timeout: fc.double({ min: 0, max: 10, noNaN: true }).map((value) => Math.round(value * 100) / 100),
    },
    { requiredKeys: ["type", "path"] },
  ),
);
const tolerance = fc.oneof(
  fc.boolean(),
  fc.integer({ min: 0, max: 599 }),
  fc.array(fc.integer({ min: 0, max: 599 }), { minLength: 1, maxLength: 3 }),
  fc.constant({ type: "regex", pattern: "^\\d+$", target: "status" }),
  fc.record({ type: fc.constant("range"), range: fc.constant([0, 1.5]), target: fc.constant("status") }),
  fc.record(
    { type: fc.constant("jsonpath"), path: fc.constantFrom("$.a", "$..b[0]"), count: fc.nat(9), expect: scalar },
    { requiredKeys: ["type", "path"] },
  ),
);
const activity = (type: fc.Arbitrary<string>, required: readonly "tolerance"[]) =>
  fc.record(
    {
      type,
      name: words,
      provider,
      tolerance,
      background: fc.boolean(),
      pauses: fc.record({ before: fc.nat(9), after: fc.nat(9) }, { requiredKeys: [] }),
    },
    { requiredKeys: ["type", "name", "provider", ...required] },
  );
const document = fc.record(
  {
    version: fc.constant("1.0.0"),
    title: words,
    description: words,
    tags: fc.array(words, { maxLength: 3 }),
    contributions: fc.dictionary(name, fc.constantFrom("high", "none")),
    configuration: fc.dictionary(
      name,
      fc.oneof(
        scalar,
        fc.record({ type: fc.constant("env"), key: name, default: scalar }, { requiredKeys: ["type", "key"] }),
      ),
    ),
    secrets: fc.dictionary(
      name,
      fc.dictionary(
        name.map((key) => `s_${key}`),
        words,
      ),
    ),
    "steady-state-hypothesis": fc.record({
      title: words,
      probes: fc.array(activity(fc.constant("probe"), ["tolerance"]), { maxLength: 3 }),
    }),
    method: fc.array(activity(fc.constantFrom("probe", "action"), []), { maxLength: 3 }),
    rollbacks: fc.array(activity(fc.constant("action"), []), { maxLength: 3 }),
    runtime: fc.constant({ rollbacks: { strategy: "always" } }),
  },
  { requiredKeys: ["title", "description", "method"] },
);
