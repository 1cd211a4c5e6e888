import { Console } from "node:console";
import { Writable } from "node:stream";

import fc from "fast-check";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import winston from "winston";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import type { LineWriter } from "../../src/logging/model.ts";
import { consoleLines, type LineOptions, linesTo, pinoLines, winstonLines } from "../../src/logging/writers.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { TRACE } from "./support.ts";

interface Case {
  readonly writer: LineWriter;
  /** What came out, all of it. */
  readonly text: () => string;
}

function toPino(options?: LineOptions): Case {
  let text = "";
  return { writer: pinoLines(pino({}, { write: (line: string) => void (text += line) }), options), text: () => text };
}

function toWinston(options?: LineOptions, levels?: winston.config.AbstractConfigSetLevels, defaultMeta?: object): Case {
  let text = "";
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const logger = winston.createLogger({
    ...(levels === undefined ? {} : { levels }),
    ...(defaultMeta === undefined ? {} : { defaultMeta }),
    format: winston.format.combine(winston.format.splat(), winston.format.timestamp(), winston.format.json()),
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- winston's types have two classes of this name
    transports: [new winston.transports.Stream({ stream })],
  });
  return { writer: winstonLines(logger, options), text: () => text };
}

function toConsole(options?: LineOptions): Case {
  const lines: string[] = [];
  const heard = new Console(
    new Writable({
      write(chunk, _encoding, done) {
        lines.push(String(chunk));
        done();
      },
    }),
  );
  const clock = new ManualClock(Date.UTC(2026, 10, 29, 10));
  return { writer: consoleLines(heard, { clock, ...options }), text: () => lines.join("") };
}

const ALL = { pino: toPino, winston: toWinston, console: toConsole } as const;
const NAMES = Object.keys(ALL) as (keyof typeof ALL)[];
const linesIn = (text: string): Record<string, unknown>[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("lines", () => {
  it("of pino have its level, its time and its message", () => {
    const { writer, text } = toPino();
    writer.info("it went well", { event: "decision_changed", reasons: ["one, two", "three"], services: ["a", "b"] });
    writer.error("it did not", { trace_id: TRACE });
    expect(linesIn(text())).toEqual([
      {
        level: 30,
        time: expect.any(Number) as number,
        pid: process.pid,
        hostname: expect.any(String) as string,
        logger: "nines",
        event: "decision_changed",
        reasons: "one, two; three",
        services: "a, b",
        msg: "it went well",
      },
      expect.objectContaining({ level: 50, trace_id: TRACE, msg: "it did not" }),
    ]);
  });

  it("of winston have its level and its message, and nothing is filled into that", () => {
    const { writer, text } = toWinston();
    writer.warn("100 %s of %d", { service: "shop", count: 3 });
    expect(linesIn(text())).toEqual([
      {
        level: "warn",
        message: "100 %s of %d",
        logger: "nines",
        service: "shop",
        count: 3,
        timestamp: expect.any(String) as string,
      },
    ]);
  });

  it("of winston with the levels of syslog are warnings", () => {
    const { writer, text } = toWinston({}, winston.config.syslog.levels);
    writer.warn("careful");
    expect(linesIn(text())).toMatchObject([{ level: "warning", message: "careful" }]);
  });

  it("of winston have their own fields, whatever each line of it gets, and what is not filled in stays so", () => {
    const { writer, text } = toWinston({}, undefined, { service: "user-service", level: "silly", team: "a" });
    writer.warn("100 %s of %d", { service: "shop", event: "decision_changed" });
    writer.warn("about no service", { event: "chaos_kill_switch_released" });
    expect(linesIn(text())).toMatchObject([
      { level: "warn", message: "100 %s of %d", service: "shop", team: "a", event: "decision_changed" },
      { level: "warn", message: "about no service", service: "user-service", team: "a" },
    ]);
  });

  it("of a console have an instant, a level and a message first", () => {
    const { writer, text } = toConsole();
    writer.info("100 %s", { event: "x", at: "2026-11-29T09:00:00.000Z" });
    writer.warn("no instant of its own");
    expect(text()).toBe(
      '{"at":"2026-11-29T09:00:00.000Z","level":"info","message":"100 %s","logger":"nines","event":"x"}\n' +
        '{"at":"2026-11-29T10:00:00.000Z","level":"warn","message":"no instant of its own","logger":"nines"}\n',
    );
  });

  it("for Elasticsearch have the names of its common schema, and lists as lists", () => {
    const { writer, text } = toConsole({ fields: "ecs" });
    const about = { event: "decision_changed", service: "shop", trace_id: TRACE, span_id: "00f067aa0ba902b7" };
    writer.info("x", { ...about, at: "2026-11-29T09:00:00.000Z", reasons: ["a", "b"], error_message: "no" });
    expect(linesIn(text())).toEqual([
      {
        "@timestamp": "2026-11-29T09:00:00.000Z",
        "ecs.version": "8.11.0",
        "log.level": "info",
        message: "x",
        "log.logger": "nines",
        "event.action": "decision_changed",
        "service.name": "shop",
        "trace.id": TRACE,
        "span.id": "00f067aa0ba902b7",
        "nines.reasons": ["a", "b"],
        "error.message": "no",
      },
    ]);
  });

  it.each(NAMES)("of %s are one line of JSON each, whatever is in them, and below 16 kB", (name) => {
    const value = fc.oneof(
      fc.string({ unit: "binary", maxLength: 900 }),
      fc.constantFrom(
        "\n{}\n",
        "\u2028",
        "\r\n",
        "\u001b[2J",
        "a\ud800",
        "\u202e",
        "é".repeat(5_000),
        "€".repeat(5_000),
      ),
      fc.double(),
      fc.boolean(),
      fc.constantFrom(undefined, null, 7n, Symbol("x"), new Error("a\nb"), { a: { b: 1 } }, () => 1),
      fc.array(fc.oneof(fc.string({ unit: "binary", maxLength: 300 }), fc.constant(undefined)), { maxLength: 30 }),
    );
    const key = fc.oneof(
      fc.string({ unit: "binary", maxLength: 90 }),
      fc.constantFrom("level", "message", "msg", "time", "__proto__", "toJSON", "event", "timestamp", "then"),
    );
    fc.assert(
      fc.property(
        fc.constantFrom("info", "warn", "error" as const),
        fc.string({ unit: "binary" }),
        fc.dictionary(key, value, { maxKeys: 60 }),
        fc.constantFrom("otel", "ecs" as const),
        (level, message, fields, names) => {
          const { writer, text } = ALL[name]({ fields: names });
          writer[level](message, fields);
          const written = text();
          // What Unicode, and not only JSON, takes for the end of a line, or for a control.
          // eslint-disable-next-line no-control-regex -- control characters are what is looked for
          expect(written).toMatch(/^[^\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]*\n$/);
          expect(written).not.toMatch(/\p{Surrogate}/u);
          expect(Buffer.byteLength(written)).toBeLessThan(16_384);
          const [line] = linesIn(written);
          expect(Object.values(line!).every((one) => typeof one !== "object" || Array.isArray(one))).toBe(true);
          expect(String(line![name === "console" && names === "ecs" ? "log.level" : "level"])).toBe(
            name === "pino" ? String({ info: 30, warn: 40, error: 50 }[level]) : level,
          );
        },
      ),
      { numRuns: 150 },
    );
  });

  it("bound what they are given, and say so", () => {
    const { writer, text } = toConsole();
    const reasons = Array.from({ length: 12 }, (_, index) => `r${String(index)}`);
    writer.info("m".repeat(9_000), { reasons, text: "t".repeat(9_000), nothing: undefined, none: [], nan: NaN });
    const [line] = linesIn(text());
    expect(line).toMatchObject({
      message: `${"m".repeat(499)}…`,
      text: `${"t".repeat(499)}…`,
      reasons: "r0; r1; r2; r3; r4; r5; r6; r7; r8; r9; and 2 more",
    });
    expect(Object.keys(line!)).not.toContain("nothing");
    expect(Object.keys(line!)).not.toContain("none");
    expect(Object.keys(line!)).not.toContain("nan");
  });

  it.each(NAMES)("of %s stay below 16 kB where all of it is as large as can be", (name) => {
    const { writer, text } = ALL[name]({ fields: "ecs" });
    const fields = Array.from({ length: 60 }, (_, index) => [
      `${"k".repeat(80)}${String(index)}`.slice(-60),
      "€".repeat(9_000),
    ]);
    writer.error("€".repeat(9_000), Object.fromEntries(fields) as Record<string, string>);
    const bytes = Buffer.byteLength(text());
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(16_384);
  });

  it.each(NAMES)("of %s are those of a Logger too, and tell what an error and its causes say", (name) => {
    const { writer, text } = ALL[name]();
    const logger: Logger = writer;
    const error = new TypeError("could not save", { cause: new Error("no room\non the disk") });
    logger.error("could not save", { error, level: "loud", nested: { a: 1 } });
    expect(linesIn(text())).toMatchObject([
      { error_type: "TypeError", error_message: "could not save: no room on the disk", level_: "loud" },
    ]);
  });

  it.each(NAMES)("of %s are written whatever they are given, as far as it can be read", (name) => {
    const { writer, text } = ALL[name]();
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const silent = Object.defineProperty(new Error("x"), "message", {
      get: () => {
        throw new Error("no message");
      },
    });
    const bad: Record<string, unknown> = {
      first: 1,
      proxy,
      error: Object.assign(new Error("no"), { name: { a: 1 } }),
      silent,
    };
    Object.defineProperty(bad, "getter", {
      enumerable: true,
      get: () => {
        throw new Error("no value");
      },
    });
    writer.error("m", bad);
    writer.error(5 as never, null as never);
    writer.error(undefined as never, proxy);
    writer.info("m", { logger: "another", exception: true });
    const [line, ...rest] = linesIn(text());
    expect(line).toMatchObject({
      ...{ first: 1, proxy: "(unreadable)", error_type: "a mapping", error_message: "no", getter: "(unreadable)" },
      ...{ silent_type: "Error", silent_message: "(unreadable)" },
    });
    expect(rest).toMatchObject([
      { logger: "nines" },
      { logger: "nines" },
      { logger: "nines", logger_: "another", exception_: true },
    ]);
    expect(text()).toContain('"5"');
  });

  it("are not harmed by a promise that is rejected", async () => {
    const logger = linesTo(() => Promise.reject(new Error("later")));
    logger.info("x");
    await new Promise((resolve) => void setImmediate(resolve));
  });
});

describe("what is no logger", () => {
  it.each<[string, () => unknown, string]>([
    ["pino", () => pinoLines(undefined as never), "logger: is missing; give the pino that is to write"],
    ["pino", () => pinoLines({} as never), "a mapping has no method info()"],
    [
      "a console for a pino",
      () => pinoLines(console),
      "logger: has log(), as console and winston have, which take the message first, and is no pino; write consoleLines(console) or winstonLines(logger)",
    ],
    ["a winston for a pino", () => pinoLines(winston.createLogger({ silent: true })), "and is no pino"],
    ["winston", () => winstonLines({} as never), "has no method log()"],
    ["console", () => consoleLines(undefined as never), "logger: is missing; give the console"],
    ["a function", () => linesTo("x" as never), 'write: "x" is no function'],
    ["names", () => linesTo(() => 1, { fields: "esc" as never }), 'fields: "esc" is not possible; did you mean "ecs"?'],
    ["an option", () => consoleLines(console, { names: "ecs" } as never), "is no option of consoleLines"],
  ])("is refused: %s", (_what, make, message) => {
    expect(make).toThrow(message);
  });

  it("is no pino that has a level called log, nor what only takes the fields first", () => {
    const own = pino({ enabled: false, customLevels: { log: 35 } });
    const like = { info: () => undefined, warn: () => undefined, error: () => undefined };
    for (const logger of [own, like]) expect(() => pinoLines(logger)).not.toThrow();
  });

  it("is refused by all others: a pino as it is, which takes the fields first", () => {
    const message = "logger: a pino takes the fields before the message, and would lose them; write pinoLines(logger)";
    const options = { logger: pino({ enabled: false }) as never };
    expect(() => new IncidentManager(options)).toThrow(message);
    expect(() => new GoldenSignalsCollector(options)).toThrow(message);
    expect(() => new IncidentManager({ logger: pinoLines(pino({ enabled: false })) })).not.toThrow();
    expect(() => new IncidentManager({ logger: winston.createLogger({ silent: true }) })).not.toThrow();
    expect(() => new IncidentManager({ logger: console })).not.toThrow();
  });
});
