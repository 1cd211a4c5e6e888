/** Recording requests, everyone in one process in alternating rounds. */
import { Registry } from "prom-client";

import { answer } from "../support/child.ts";
import { alternate, median, spread, type Contestant } from "../support/paired.ts";
import { HandWritten } from "./floor.ts";
import { openTelemetry } from "./opentelemetry.ts";
import { usualMetrics } from "./prom-client.ts";
import { collector, steadyRequests } from "./workload.ts";

export interface RecordInput {
  readonly what: "record" | "request";
  readonly quick: boolean;
}

/** Nanoseconds per request by contestant. */
export type RecordFigures = Readonly<Record<string, number>>;

const { mask, methods, routes, statusCodes, codes, seconds } = steadyRequests();
/** Requests come at the pace at which they are recorded. */
const MS_BETWEEN = 5e-5;

const signals = collector(new Registry());
const floor = new HandWritten();
const { histogram, counter, inFlight } = usualMetrics(new Registry());

/** The times are known: what the recording itself costs. */
function recorders(): Record<string, Contestant> {
  const otel = openTelemetry();
  return {
    nines: {
      batch: (iterations) => {
        const now = signals.monotonic();
        for (let index = 0; index < iterations; index += 1) {
          const at = index & mask;
          const request = {
            method: methods[at] as string,
            route: routes[at] as string,
            statusCode: statusCodes[at] as number,
            durationSeconds: seconds[at] as number,
            endedMs: now + index * MS_BETWEEN,
          };
          signals.record(request);
        }
      },
    },
    "prom-client with label objects": {
      batch: (iterations) => {
        for (let index = 0; index < iterations; index += 1) {
          const at = index & mask;
          const labels = { method: methods[at] as string, route: routes[at] as string, code: codes[at] as string };
          histogram.observe(labels, seconds[at] as number);
          counter.inc(labels);
        }
      },
    },
    "prom-client with labels()": {
      batch: (iterations) => {
        for (let index = 0; index < iterations; index += 1) {
          const at = index & mask;
          const [method, route, code] = [methods[at] as string, routes[at] as string, codes[at] as string];
          histogram.labels(method, route, code).observe(seconds[at] as number);
          counter.labels(method, route, code).inc();
        }
      },
    },
    OpenTelemetry: {
      batch: (iterations) => {
        for (let index = 0; index < iterations; index += 1) {
          const at = index & mask;
          const labels = { method: methods[at] as string, route: routes[at] as string, code: codes[at] as string };
          otel.histogram.record(seconds[at] as number, labels);
          otel.counter.add(1, labels);
        }
      },
    },
    "hand-written": {
      batch: (iterations) => {
        for (let index = 0; index < iterations; index += 1) {
          const at = index & mask;
          floor.record(methods[at] as string, routes[at] as string, statusCodes[at] as number, seconds[at] as number);
        }
      },
    },
  };
}

/**
 * Both clocks are read too. A request here is over at once, so its arrival is put back by the duration that it should
 * have; prom-client's timer cannot be told, its requests are all in the first bucket, which is the quickest to find.
 */
function requests(): Record<string, Contestant> {
  const gauge = inFlight();
  return {
    nines: {
      batch: (iterations) => {
        for (let index = 0; index < iterations; index += 1) {
          const at = index & mask;
          const began = signals.begin() - (seconds[at] as number) * 1_000;
          signals.finish(began, methods[at] as string, routes[at], statusCodes[at] as number);
        }
      },
    },
    "prom-client with label objects": {
      batch: (iterations) => {
        for (let index = 0; index < iterations; index += 1) {
          const at = index & mask;
          gauge.inc();
          const end = histogram.startTimer();
          const labels = { method: methods[at] as string, route: routes[at] as string, code: codes[at] as string };
          end(labels);
          counter.inc(labels);
          gauge.dec();
        }
      },
    },
    "hand-written": {
      batch: (iterations) => {
        for (let index = 0; index < iterations; index += 1) {
          const at = index & mask;
          const began = floor.begin() - (seconds[at] as number) * 1_000;
          floor.finish(began, methods[at] as string, routes[at] as string, statusCodes[at] as number);
        }
      },
    },
  };
}

answer(async ({ what, quick }: RecordInput, progress): Promise<RecordFigures> => {
  const times = await alternate(what === "record" ? recorders() : requests(), { quick });
  for (const [name, values] of Object.entries(times)) progress(`${what}, ${name}: ${spread(values)} ns`);
  return Object.fromEntries(Object.entries(times).map(([name, values]) => [name, median(values)]));
});
