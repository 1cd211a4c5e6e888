import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { dump } from "js-yaml";
import { expect, test } from "vitest";
import { formatDuration } from "../../src/core/time/duration.ts";
import { ConfigurationError } from "../../src/core/errors.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import { SLO_KINDS } from "../../src/slo/model.ts";
import type { SloDocumentInput } from "../../src/slo/written.ts";

const EXAMPLE = readFileSync(join(import.meta.dirname, "../data/slo/example.yaml"), "utf8");

/** An SLO as it is written, and as it is to be read. */
interface Pair {
  readonly written: Record<string, unknown>;
  readonly read: Record<string, unknown>;
}

const name = fc.stringMatching(/^[A-Za-z][\w.-]{0,20}$/).filter((text) => !["constructor", "prototype"].includes(text));
const text = fc
  .string({ minLength: 1, maxLength: 200, unit: "grapheme" })
  .filter((value) => value.trim() !== "" && !/(?![\n\r\t])[\p{Cc}\p{Cs}\u2028-\u202e\u2066-\u2069\uFEFF]/u.test(value));

/** Parts per billion from 1 to 999,999,999 as the percentage that means them. */
const percent = fc.integer({ min: 1, max: 999_999_999 }).map((ppb) => {
  const digits = String(ppb).padStart(8, "0");
  return { ppb, written: `${digits.slice(0, -7)}.${digits.slice(-7)}%` };
});

const window = fc.oneof(
  fc.integer({ min: 1, max: 365 * 24 }).map((hours) => ({
    written: formatDuration(hours * 3_600_000),
    read: { kind: "rolling", durationMs: hours * 3_600_000 },
  })),
  fc
    .record({
      unit: fc.constantFrom("day", "week", "month", "quarter", "year"),
      zone: fc.constantFrom("UTC", "Europe/Berlin", "Asia/Tokyo"),
    })
    .map(({ unit, zone }) => ({
      written: { calendar: unit, time_zone: zone },
      read: { kind: "calendar", unit, zone },
    })),
);

const optional = fc
  .record(
    {
      sli: text,
      description: text,
      minimum_events: fc.integer({ min: 1 }),
      select: fc.record({
        routes: fc.array(
          name.map((part) => `/${part}`),
          { minLength: 1, maxLength: 3 },
        ),
      }),
    },
    { requiredKeys: [] },
  )
  .map((written): Pair => ({
    written,
    read: {
      minimumEvents: written.minimum_events ?? 1,
      ...(written.sli === undefined ? {} : { expression: written.sli }),
      ...(written.description === undefined ? {} : { description: written.description }),
      ...(written.select === undefined ? {} : { selector: { routes: [...new Set(written.select.routes)] } }),
    },
  }));

const slo: fc.Arbitrary<Pair> = fc
  .record({
    kind: fc.constantFrom(...SLO_KINDS),
    percent,
    window,
    optional,
    number: fc.integer({ min: 1, max: 86_400_000 }),
  })
  .map(({ kind, percent: { ppb, written }, window, optional, number }) => {
    const own = {
      availability: { written: { target: written }, read: {}, ppb },
      latency: { written: { target: written, threshold: formatDuration(number) }, read: { thresholdMs: number }, ppb },
      throughput: {
        written: { target: number / 8, objective: written, slice: "10m" },
        read: { floorPerSecond: number / 8, sliceMs: 600_000 },
        ppb,
      },
      error_rate: { written: { target: written }, read: {}, ppb: 1_000_000_000 - ppb },
    }[kind];
    return {
      written: { kind, measurement_window: window.written, ...own.written, ...optional.written },
      read: { kind, window: window.read, ppb: own.ppb, ...own.read, ...optional.read },
    };
  });

const document = fc
  .dictionary(name, fc.dictionary(name, slo, { minKeys: 1, maxKeys: 4 }), { minKeys: 1, maxKeys: 4 })
  .filter((services) =>
    Object.values(services).every((slos) =>
      Object.entries(slos).every(
        ([key, { written }]) => !SLO_KINDS.some((kind) => kind === key && kind !== written.kind),
      ),
    ),
  );

test("any document reads as what it says: as YAML, as JSON and as an object", () => {
  fc.assert(
    fc.property(document, (services) => {
      const root = Object.fromEntries(
        Object.entries(services).map(([service, slos]) => [
          service,
          Object.fromEntries(Object.entries(slos).map(([key, { written }]) => [key, written])),
        ]),
      );
      const written = { service_level_objectives: root };
      const expected = Object.entries(services).flatMap(([service, slos]) =>
        Object.entries(slos).map(([key, { read }]) => ({ id: `${service}/${key}`, service, name: key, ...read })),
      );
      for (const input of [dump(written), JSON.stringify(written), JSON.stringify(written, null, "\t"), written]) {
        const { slos, services: names } = parseSloDocument(input as string | SloDocumentInput);
        expect(slos.map(({ objective, ...rest }) => ({ ...rest, ppb: objective.partsPerBillion }))).toEqual(expected);
        expect(names).toEqual(Object.keys(services));
      }
    }),
    { numRuns: 100 },
  );
});

const EDITS = [
  "",
  " ",
  "  ",
  "\n",
  "\t",
  ":",
  ": ",
  "- ",
  "[",
  "]",
  "{",
  "}",
  ",",
  "&a ",
  "*a",
  "!!x ",
  "'",
  '"',
  "#",
  "|",
  ">",
  "?",
  "%",
  "@",
  "~",
  "0",
  "1e9",
  "no",
  "\u0000",
  "\u0085",
  "\uFEFF",
  "\uD800",
  "---\n",
  "<<: ",
  "__proto__: ",
];

test("a document that was spoilt at random is read, or refused with a line for each fault", () => {
  const edit = fc.record({
    at: fc.nat(EXAMPLE.length),
    remove: fc.nat(12),
    insert: fc.oneof(fc.constantFrom(...EDITS), fc.string({ unit: "binary", maxLength: 3 })),
  });
  let refused = 0;
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), (edits) => {
      const spoilt = edits.reduce(
        (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
        EXAMPLE,
      );
      const lines = spoilt.split(/\r\n|\r|\n/).length;
      try {
        parseSloDocument(spoilt);
      } catch (error) {
        refused += 1;
        expect(error).toBeInstanceOf(ConfigurationError);
        for (const { line, column } of (error as ConfigurationError).issues) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(lines);
          expect(column).toBeGreaterThanOrEqual(1);
        }
      }
    }),
    { numRuns: 3_000 },
  );
  expect(refused).toBeGreaterThan(1_000);
});

test("an object with anything in it is read, or refused", () => {
  const anything = fc.anything({
    withDate: true,
    withMap: true,
    withTypedArray: true,
    withNullPrototype: true,
    withBigInt: true,
  });
  fc.assert(
    fc.property(
      anything,
      fc.constantFrom("target", "measurement_window", "select", "sli", "kind", "minimum_events", "description"),
      (value, field) => {
        const input = {
          service_level_objectives: {
            a: { availability: { target: "99%", measurement_window: "1d", [field]: value } },
          },
        };
        for (const whole of [
          input,
          { service_level_objectives: { a: value } },
          { service_level_objectives: value },
          value as object,
        ]) {
          try {
            parseSloDocument(whole as SloDocumentInput);
          } catch (error) {
            expect(error).toBeInstanceOf(ConfigurationError);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});
