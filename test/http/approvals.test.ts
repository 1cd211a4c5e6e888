import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { createAdaptorServer } from "@hono/node-server";
import Router from "@koa/router";
import express from "express";
import express4 from "express4";
import fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { afterEach, describe, expect, it } from "vitest";

import type { ApprovalsLike } from "../../src/http/approvals.ts";
import * as onExpress from "../../src/http/express.ts";
import * as onFastify from "../../src/http/fastify.ts";
import * as onHono from "../../src/http/hono.ts";
import * as onKoa from "../../src/http/koa.ts";
import * as onNode from "../../src/http/node.ts";
import { executing } from "../runbook/support.ts";

interface Host {
  readonly server: Server;
  readonly close?: () => Promise<unknown>;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;
/** A stand-in for a login: whoever comes by the proxy has his name in a header. */
const userOf = (headers: Headers = {}): string | undefined => headers["x-user"]?.toString();

const hosts: Readonly<Record<string, (runbooks: ApprovalsLike) => Host | Promise<Host>>> = {
  "express 5": (runbooks) => {
    const app = express();
    const who = ({ headers }: express.Request): string | undefined => userOf(headers);
    app.all("/approvals", onExpress.approvalHandler(runbooks, { who }));
    return { server: createServer(app) };
  },
  "express 4": (runbooks) => {
    const app = express4();
    const handler = onExpress.approvalHandler(runbooks, { who: async ({ headers }) => userOf(headers) });
    app.all("/approvals", handler as never);
    return { server: createServer(app as unknown as RequestListener) };
  },
  fastify: async (runbooks) => {
    const app = fastify();
    app.all("/approvals", onFastify.approvalHandler(runbooks, { who: ({ headers }) => userOf(headers) }));
    await app.ready();
    return { server: app.server, close: () => app.close() };
  },
  koa: (runbooks) => {
    const app = new Koa();
    const router = new Router();
    const who = (context: Koa.Context): string | undefined => userOf(context.headers);
    const handler = onKoa.approvalHandler(runbooks, { who });
    router.all("/approvals", handler);
    app.use(router.routes());
    return { server: createServer(app.callback()) };
  },
  hono: (runbooks) => {
    const app = new Hono();
    app.all("/approvals", onHono.approvalHandler(runbooks, { who: ({ req }) => userOf(req.header()) }));
    return { server: createAdaptorServer({ fetch: app.fetch }) as Server };
  },
  "node:http": (runbooks) => ({
    server: createServer(onNode.approvalHandler(runbooks, { who: ({ headers }) => userOf(headers) })),
  }),
};

const open: Host[] = [];
afterEach(async () => {
  for (const { server, close } of open.splice(0)) {
    server.closeAllConnections();
    await (close?.() ?? new Promise((resolve) => server.close(resolve)));
  }
});

async function served(name: string, runbooks: ApprovalsLike): Promise<string> {
  const host = await (hosts[name] as (typeof hosts)[string])(runbooks);
  open.push(host);
  host.server.listen(0, "127.0.0.1");
  await once(host.server, "listening");
  return `http://127.0.0.1:${String((host.server.address() as AddressInfo).port)}/approvals`;
}

const STEPS = [{ name: "reset", command: "echo reset", approval: { message: "Reset <b>all</b>?", timeout: "15m" } }];

/** A run that waits. */
async function waiting() {
  const { executor, run } = executing(STEPS);
  const ended = run();
  await expect.poll(async () => (await executor.get("RUN-0001")).steps[0]?.status).toBe("waiting");
  return { executor, ended };
}

const ANN = { "x-user": "ann" };
const yes = "?run=RUN-0001&step=reset&answer=yes";

async function ask(url: string, options: RequestInit = {}) {
  const response = await fetch(url, { headers: ANN, ...options });
  const text = await response.text();
  return { status: response.status, type: response.headers.get("content-type"), text, headers: response.headers };
}

describe.each(Object.keys(hosts))("approvals on %s", (name) => {
  it("are told, and answered once, by whom the host knows", async () => {
    const { executor, ended } = await waiting();
    const url = await served(name, executor);
    const told = await ask(url);
    expect([told.status, told.type]).toEqual([200, "application/json; charset=utf-8"]);
    expect(JSON.parse(told.text)).toMatchObject({
      waiting: [{ run: "RUN-0001", step: "reset", message: "Reset <b>all</b>?", by: "ann" }],
    });
    const stranger = await ask(`${url}${yes}`, { method: "POST", headers: {} });
    expect([stranger.status, JSON.parse(stranger.text)]).toEqual([403, { error: "it is not known who asks" }]);
    const done = await ask(`${url}${yes}&reason=go`, { method: "POST" });
    expect([done.status, JSON.parse(done.text)]).toEqual([
      200,
      { run: "RUN-0001", step: "reset", approved: true, by: "ann" },
    ]);
    expect((await ended).steps[0]?.approval).toMatchObject({ approved: true, by: "ann", reason: "go" });
    const again = await ask(`${url}${yes}`, { method: "POST" });
    expect([again.status, JSON.parse(again.text)]).toEqual([
      409,
      { error: expect.stringMatching(/^(?:step reset of RUN-0001 was approved by ann already|"answer reset")/) },
    ]);
  });

  it("have a page with buttons, by which nobody answers who only looks, or comes from elsewhere", async () => {
    const { executor, ended } = await waiting();
    const url = await served(name, executor);
    const html = { ...ANN, accept: "text/html" };
    const page = await ask(`${url}?run=RUN-0001&step=reset`, { headers: html });
    expect([page.status, page.type]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.text).toContain("Reset &lt;b&gt;all&lt;/b&gt;?");
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    const [, action = ""] = /action="([^"]*answer=no)"/.exec(page.text) ?? [];
    const form = { ...html, "content-type": "text/plain" };
    for (const elsewhere of [
      { "sec-fetch-site": "cross-site" },
      { origin: "https://evil.example" },
      { origin: "null" },
    ]) {
      const headers = { ...form, ...elsewhere };
      expect((await ask(`${url}${yes}`, { method: "POST", headers })).status).toBe(403);
    }
    expect((await executor.get("RUN-0001")).steps[0]?.status).toBe("waiting");
    const headers = { ...form, "sec-fetch-site": "same-origin", origin: new URL(url).origin };
    const done = await ask(new URL(action.replaceAll("&amp;", "&"), url).href, { method: "POST", headers });
    expect([done.status, done.text.includes("ann has refused step reset of RUN-0001.")]).toEqual([200, true]);
    expect((await ended).status).toBe("failed");
  });
});

describe("an approval's request", () => {
  it.each([
    ["DELETE", "", 405, "only GET, HEAD and POST are possible"],
    ["POST", "", 400, "say which: by ?run= and ?step="],
    ["POST", "?run=RUN-0001&step=reset", 400, "say ?answer=yes or ?answer=no"],
    ["POST", "?run=RUN-0001&step=reset&answer=y", 400, 'answer: "y" is not possible'],
    ["POST", `${yes}&answer=no`, 400, "answer is there twice"],
    ["POST", "?run=RUN-0009&step=reset&answer=yes", 404, 'there is no run "RUN-0009"'],
    ["POST", "?run=RUN-0001&step=rest&answer=yes", 404, 'RUN-0001 has no step "rest"'],
    ["POST", `${yes}&reason=${"x".repeat(3_000)}`, 400, "reason"],
    ["GET", `?${"x".repeat(5_000)}`, 414, "the address has more than 4096 characters"],
  ])("%s %s is answered with %i", async (method, query, status, message) => {
    const { executor, ended } = await waiting();
    const url = await served("node:http", executor);
    const answer = await ask(`${url}${query}`, { method });
    expect([answer.status, (JSON.parse(answer.text) as { error: string }).error]).toEqual([
      status,
      expect.stringContaining(message),
    ]);
    expect((await executor.get("RUN-0001")).steps[0]?.status).toBe("waiting");
    await executor.cancel("RUN-0001", { by: "ann" });
    await ended;
  });

  it.each<[string, () => never]>([
    ["who cannot tell", () => secret()],
    ["who tells no name", () => 5 as never],
  ])("of %s is a 500 without a word of the error", async (_, who) => {
    const endpoint = onNode.approvalHandler(executing(STEPS).executor, { who });
    const server = createServer(endpoint);
    open.push({ server });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const answer = await ask(`http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`);
    expect([answer.status, answer.text.includes("secret")]).toEqual([500, false]);
  });

  it("needs somebody who knows who asks", () => {
    const { executor } = executing(STEPS);
    expect(() => onNode.approvalHandler(executor, {} as never)).toThrow(/who: undefined is not a function/);
    expect(() => onNode.approvalHandler(executor, { who: secret, whom: 1 } as never)).toThrow(/did you mean "who"/);
    expect(() => onNode.approvalHandler({} as never, { who: secret })).toThrow(/no method list/);
  });
});

function secret(): never {
  throw new Error("secret");
}
