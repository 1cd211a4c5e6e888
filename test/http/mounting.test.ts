import { once } from "node:events";
import type { AddressInfo } from "node:net";

import express from "express";
import { Hono } from "hono";
import { describe, expect, it } from "vitest";

import { goldenSignals, metricsHandler, statusHandler } from "../../src/http/express.ts";
import { goldenSignals as fastifySignals } from "../../src/http/fastify.ts";
import { observeApp } from "../../src/http/hono.ts";
import { goldenSignals as koaSignals } from "../../src/http/koa.ts";
import { GoldenSignalsCollector } from "../../src/signals/collector.ts";

const signals = new GoldenSignalsCollector();
const any = (value: unknown): never => value as never;

describe("a mistake in mounting is told when it is made, not with each request", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "a forgotten await",
      () => goldenSignals(any(Promise.resolve(signals))),
      /holder: is a promise.*await Reliability/,
    ],
    ["a forgotten await before Fastify", () => fastifySignals(any(Promise.resolve(signals))), /holder: is a promise/],
    ["a forgotten await before Koa", () => koaSignals(any(Promise.resolve(signals))), /holder: is a promise/],
    ["a forgotten await at an endpoint", () => metricsHandler(any(Promise.resolve(signals))), /holder: is a promise/],
    ["nothing", () => goldenSignals(any(undefined)), /holder: undefined is not a GoldenSignalsCollector/],
    ["a collector as the holder of a status", () => statusHandler(any(signals)), /holder: .*no method status\(\)/],
    ["arguments in the wrong order", () => observeApp(any(signals), any(new Hono())), /holder: .*no method begin\(\)/],
    ["something else than a Hono application", () => observeApp(any({}), signals), /router: .*no method add\(\)/],
    ["a misspelt option", () => goldenSignals(signals, any({ label: () => ({}) })), /label: is no option.*labels/],
    [
      "an option that is no function",
      () => goldenSignals(signals, any({ labels: "tier" })),
      /labels: .*not a function/,
    ],
    [
      "a misspelt option of wrap",
      () => signals.wrap(() => 1, any({ operaton: "x" })),
      /operaton: is no option of wrap/,
    ],
    ["a function without a name", () => signals.wrap(() => 1), /operation: the function has no name/],
    [
      "a misspelt option of wrapFetch",
      () => signals.wrapFetch(fetch, any({ dependancy: 1 })),
      /dependancy: is no option/,
    ],
    ["a route to ignore that is none", () => new GoldenSignalsCollector({ ignoreRoutes: ["x"] }), /begin it with \//],
  ])("%s", (_what, mount, message) => {
    expect(mount).toThrow(message);
  });

  it("Fastify's plugin in another host is told as what it is", async () => {
    const app = express();
    app.use(any(fastifySignals(signals)));
    app.use(((error, _request, response, _next) => {
      response.status(500).send((error as Error).message);
    }) as express.ErrorRequestHandler);
    const server = app.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${String(port)}/`);
    expect(await answer.text()).toBe(
      "this is Fastify's goldenSignals, and no Fastify asks for it; import that of nines/express, nines/koa or nines/hono",
    );
    server.close();
  });

  it("a fault that comes with every request is counted each time, and told now and then", async () => {
    const told: string[] = [];
    const logger = { info: () => undefined, warn: () => undefined, error: (text: string) => told.push(text) };
    const faulty = new GoldenSignalsCollector({ logger: any(logger) });
    for (let count = 0; count < 300; count += 1) faulty.fault("the same again", new Error("x"));
    faulty.fault("another", new Error("y"));
    expect(told).toEqual(["golden signals: the same again", "golden signals: another"]);
    expect(await faulty.metrics()).toContain('nines_rejected_values_total{reason="fault"} 301');
  });
});
