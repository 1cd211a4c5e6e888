import { expect, it, onTestFinished } from "vitest";

import { SignalSampler } from "../../src/capacity/sampler.ts";
import { Events } from "../../src/core/events.ts";
import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { logEvents, type LogEventsOptions } from "../../src/logging/log-events.ts";
import type { LineWriter } from "../../src/logging/model.ts";
import { linesTo } from "../../src/logging/writers.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";
import { hearing, TRACE } from "./support.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const failing = (message: string) => () => Promise.reject(new Error(message));
const create = { title: "x", severity: "SEV3", services: [], by: "ann" } as const;
const span = { spanContext: () => ({ traceId: TRACE, spanId: "00f067aa0ba902b7", traceFlags: 1 }) };
const opentelemetry = { trace: { getActiveSpan: () => span } };

/** Rejections that nobody has handled, from now on. */
function unhandled(): unknown[] {
  const found: unknown[] = [];
  const listen = (reason: unknown): void => void found.push(reason);
  process.on("unhandledRejection", listen);
  onTestFinished(() => void process.off("unhandledRejection", listen));
  return found;
}

/** One line with these options. */
async function oneLine(options: LogEventsOptions): Promise<void> {
  const incidents = new IncidentManager();
  logEvents({ incidents }, options);
  await incidents.createIncident(create);
  await settled();
}

it("what a logger rejects with is told to onError, and no promise of it is left unhandled", async () => {
  const lost = unhandled();
  const errors: unknown[] = [];
  await oneLine({ logger: linesTo(failing("later")), onError: (error) => errors.push(error) });
  expect(errors).toEqual([new Error("later")]);
  // A writer of one's own may be async as well.
  const own = { fields: "otel", info: failing("own"), warn: failing("own"), error: failing("own") } as LineWriter;
  await oneLine({ logger: own, onError: (error) => errors.push(error) });
  expect(errors[1]).toEqual(new Error("own"));
  await oneLine({ logger: own });
  // Those that take any logger do not wait for it.
  linesTo(failing("nobody waits")).warn("x");
  await settled();
  expect(lost).toEqual([]);
});

it("a promise of the logger's own make is waited for once", async () => {
  let asked = 0;
  const then = (_done: unknown, fail: (reason: unknown) => void): void => {
    asked += 1;
    fail(new Error("later"));
  };
  const errors: unknown[] = [];
  await oneLine({ logger: linesTo(() => ({ then })), onError: (error) => errors.push(error) });
  expect([asked, errors]).toEqual([1, [new Error("later")]]);
});

it("an onError that rejects harms nobody", async () => {
  const lost = unhandled();
  const write = (): never => {
    throw new Error("disk full");
  };
  let told = 0;
  const onError = (): Promise<never> => {
    told += 1;
    return Promise.reject(new Error("this, too"));
  };
  await oneLine({ logger: linesTo(write), onError });
  expect(told).toBe(1);
  expect(lost).toEqual([]);
});

it("a traceUrl that throws costs the address, and not the trace", async () => {
  const { logger, lines } = hearing();
  const errors: unknown[] = [];
  const traceUrl = (): never => {
    throw new Error("no address");
  };
  await oneLine({ logger, opentelemetry, traceUrl, onError: (error) => errors.push(error) });
  expect(lines[0]!.fields).toMatchObject({ trace_id: TRACE, trace_from: "span", span_id: "00f067aa0ba902b7" });
  expect(lines[0]!.fields).not.toHaveProperty("trace_url");
  expect(errors).toEqual([new Error("no address")]);
});

it.each([
  ["of 1,000 characters is whole", 1_000, true],
  ["that is longer is left out: the beginning of one leads nowhere", 1_001, false],
])("an address %s", async (_what, length, told) => {
  const { logger, lines } = hearing();
  const traceUrl = (id: string): string => `https://grafana.example.com/?left=`.padEnd(length - id.length, "x") + id;
  await oneLine({ logger, opentelemetry, traceUrl });
  const { trace_url: url } = lines[0]!.fields;
  expect(url).toBe(told ? traceUrl(TRACE) : undefined);
  expect(lines[0]!.fields).toMatchObject({ trace_id: TRACE, title: "x" });
});

it("a source that cannot be listened to leaves no listener behind", () => {
  const budget = new Events<{ burnStarted: unknown }>();
  const gate = {
    on: () => {
      throw new Error("closed");
    },
  };
  const { logger } = hearing();
  expect(() => logEvents({ budget, gate } as never, { logger })).toThrow("closed");
  expect(budget.listenerCount("burnStarted")).toBe(0);
});

it("a source that cannot be left keeps no other one listening, and onError knows", () => {
  const policies = new Events<{ decisionChanged: unknown }>();
  const budget = {
    on: () => () => {
      throw new Error("no way out");
    },
  };
  const errors: unknown[] = [];
  const { logger } = hearing();
  const stop = logEvents({ budget, policies } as never, {
    logger,
    onError: (error) => errors.push(error),
  });
  expect(policies.listenerCount("decisionChanged")).toBe(1);
  stop();
  expect(policies.listenerCount("decisionChanged")).toBe(0);
  expect(errors[0]).toEqual(new Error("no way out"));
});

it("a logger that throws does not end a process that takes samples of itself", async () => {
  const lost = unhandled();
  const clock = new ManualClock();
  const signals = new GoldenSignalsCollector({ clock });
  let told = 0;
  const logger = linesTo(() => {
    told += 1;
    throw new Error("disk full");
  });
  const stop = new SignalSampler({ signals, clock, logger }).every(60_000, failing("the planner is gone"));
  for (let minute = 0; minute < 2; minute += 1) {
    clock.advance(60_000);
    await settled();
  }
  stop();
  signals.close();
  // It goes on, too.
  expect([told, lost]).toEqual([2, []]);
});
