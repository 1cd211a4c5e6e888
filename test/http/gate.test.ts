import { once } from "node:events";
import { createServer, request, type IncomingHttpHeaders, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { createAdaptorServer } from "@hono/node-server";
import Router from "@koa/router";
import express from "express";
import express4 from "express4";
import fastify from "fastify";
import { Hono } from "hono";
import Koa from "koa";
import { afterEach, describe, expect, it } from "vitest";

import { invalid } from "../../src/core/errors.ts";
import { ReleaseGate } from "../../src/gate/gate.ts";
import type { GateResult } from "../../src/gate/model.ts";
import * as onExpress from "../../src/http/express.ts";
import * as onFastify from "../../src/http/fastify.ts";
import type { Answer } from "../../src/http/answer.ts";
import { gateEndpoint, type GateHandlerOptions, type GateLike } from "../../src/http/gate.ts";
import * as onHono from "../../src/http/hono.ts";
import * as onKoa from "../../src/http/koa.ts";
import * as onNode from "../../src/http/node.ts";
import { FakeTeller, serviceStatus, sloStatus } from "../gate/support.ts";

interface Host {
  readonly server: Server;
  readonly close?: () => Promise<unknown>;
}
type Build = (gate: GateLike, options?: GateHandlerOptions) => Host | Promise<Host>;

/** Each answers at `/gate/:service` and at `/gate`, to any method, and at `/behind/mount/...` where it has mounts. */
const hosts: Readonly<Record<string, Build>> = {
  "express 5": (gate, options) => {
    const app = express();
    const handler = onExpress.gateHandler(gate, options);
    app.all("/gate/:service", handler);
    app.all("/gate", handler);
    app.use("/behind/mount", handler);
    return { server: createServer(app) };
  },
  "express 4": (gate, options) => {
    const app = express4();
    const handler = onExpress.gateHandler(gate, options);
    app.all("/gate/:service", handler as never);
    app.all("/gate", handler as never);
    app.use("/behind/mount", handler as never);
    return { server: createServer(app as unknown as RequestListener) };
  },
  fastify: async (gate, options) => {
    const app = fastify({ routerOptions: { maxParamLength: 2_000 } });
    const handler = onFastify.gateHandler(gate, options);
    app.all("/gate/:service", handler);
    app.all("/gate", handler);
    app.all("/behind/mount/*", handler);
    await app.ready();
    return { server: app.server, close: () => app.close() };
  },
  koa: (gate, options) => {
    const app = new Koa();
    app.silent = true;
    const router = new Router();
    const handler = onKoa.gateHandler(gate, options);
    router.all("/gate/:service", handler);
    router.all("/gate", handler);
    app.use(router.routes());
    // As a middleware it has no parameters.
    app.use((context, next) => (context.path.startsWith("/behind/mount") ? handler(context) : next()));
    return { server: createServer(app.callback()) };
  },
  hono: (gate, options) => {
    const app = new Hono();
    const handler = onHono.gateHandler(gate, options);
    app.all("/gate/:service", handler);
    app.all("/gate", handler);
    app.all("/behind/mount/*", handler);
    return { server: createAdaptorServer({ fetch: app.fetch }) as Server };
  },
  "node:http": (gate, options) => ({ server: createServer(onNode.gateHandler(gate, options)) }),
};
const names = Object.keys(hosts);

const statuses = {
  fine: serviceStatus([sloStatus({ service: "fine", consumed: 0.1 })], [], "fine"),
  burning: serviceStatus([sloStatus({ service: "burning", consumed: 0.3, failing: 0.05 })], [], "burning"),
  spent: serviceStatus([sloStatus({ service: "spent", consumed: 1.2 })], [], "spent"),
  silent: serviceStatus([sloStatus({ service: "silent" })], [], "silent"),
};
const SECRET = "what-deployments-send";

let open: Host[] = [];
afterEach(async () => {
  for (const { server, close } of open) {
    server.closeAllConnections();
    server.close();
    await close?.();
  }
  open = [];
});

function gateOf(whenUnknown: "open" | "closed" = "closed"): ReleaseGate {
  return new ReleaseGate({ statuses: FakeTeller.of(...Object.values(statuses)), whenUnknown, maxAgeMs: 8e15 });
}

async function serve(name: string, gate: GateLike = gateOf(), options?: GateHandlerOptions): Promise<number> {
  const host = await (hosts[name] as Build)(gate, options);
  open.push(host);
  host.server.listen(0, "127.0.0.1");
  await once(host.server, "listening");
  return (host.server.address() as AddressInfo).port;
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Partial<GateResult> & { readonly error?: string };
}

async function ask(port: number, path: string, method = "GET", headers: Record<string, string> = {}): Promise<Reply> {
  const asked = request({ port, host: "127.0.0.1", path, method, headers, agent: false });
  asked.end();
  const [response] = (await once(asked, "response")) as [
    AsyncIterable<Buffer> & { statusCode: number; headers: IncomingHttpHeaders },
  ];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const body = text === "" ? {} : (JSON.parse(text) as Reply["body"]);
  return { status: response.statusCode, headers: response.headers, text, body };
}

describe.each(names)("a gate on %s", (name) => {
  it.each([
    ["fine", "pass", true, 200, 200],
    ["burning", "warn", true, 200, 200],
    ["spent", "block", false, 200, 409],
    ["silent", "unknown", false, 200, 503],
  ] as const)("tells of %s that it is %s", async (service, verdict, allowed, usual, strict) => {
    const port = await serve(name);
    for (const path of [`/gate/${service}`, `/gate?service=${service}`]) {
      const { status, headers, body } = await ask(port, path);
      expect(status).toBe(usual);
      expect(body).toMatchObject({ service, verdict, allowed, whenUnknown: "closed", policy: "conservative" });
      expect(body.reasons?.[0]?.message).toContain(`${service}/availability`);
      expect(headers).toMatchObject({
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
      });
      const told = await ask(port, `${path}${path.includes("?") ? "&" : "?"}status=strict`);
      expect([told.status, told.body.verdict, told.body.allowed]).toEqual([strict, verdict, allowed]);
    }
  });

  it("lets unknown pass by its status too where its owner leaves it open", async () => {
    const port = await serve(name, gateOf("open"));
    const { status, body } = await ask(port, "/gate/silent?status=strict");
    expect([status, body.verdict, body.allowed]).toEqual([200, "unknown", true]);
  });

  it("tells all that the gate does, as plain JSON", async () => {
    const port = await serve(name);
    const { body } = await ask(port, "/gate/spent");
    const expected = JSON.parse(JSON.stringify(await gateOf().check("spent"))) as GateResult;
    expect({ ...body, at: 0 }).toEqual({ ...expected, at: 0 });
    expect(body.slos?.[0]?.slo.objective).toBe("99.9%");
  });

  it("answers HEAD as GET, without the body", async () => {
    const port = await serve(name);
    for (const [path, expected] of [
      ["/gate/spent", 200],
      ["/gate/spent?status=strict", 409],
    ] as const) {
      const head = await ask(port, path, "HEAD");
      expect([head.status, head.text, head.headers["content-type"]]).toEqual([
        expected,
        "",
        "application/json; charset=utf-8",
      ]);
    }
  });

  it("takes no other method, and says which", async () => {
    const port = await serve(name);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"]) {
      const { status, headers, body } = await ask(port, "/gate/fine", method);
      expect([method, status, headers.allow, body.error]).toEqual([
        method,
        405,
        "GET, HEAD",
        "only GET and HEAD are possible",
      ]);
    }
  });

  it("does not know services that there are not, and tells those that there are", async () => {
    const port = await serve(name);
    const { status, body } = await ask(port, "/gate/fone");
    const known = '"fone" is no service here; allowed: fine, burning, spent, silent';
    const way = "; it is the last part of /gate/fone: if the gate itself is there, ask /gate/fone?service=NAME";
    // Without a router nobody but the path names the service.
    expect([status, body.error]).toEqual([404, name === "node:http" ? known + way : known]);
    expect((await ask(port, "/gate?service=fone")).body.error).toBe(known);
  });

  it("tells who asks at its own address, deeper than it can know, how to name a service there", async () => {
    const port = await serve(name);
    for (const path of ["/behind/mount/", "/behind/mount/?status=strict"]) {
      const { status, body } = await ask(port, path);
      expect([status, body.error]).toEqual([
        404,
        '"mount" is no service here; allowed: fine, burning, spent, silent; ' +
          "it is the last part of /behind/mount: if the gate itself is there, ask /behind/mount?service=NAME",
      ]);
    }
    expect((await ask(port, "/behind/mount/?service=fine")).body).toMatchObject({ service: "fine", verdict: "pass" });
  });

  it("decodes names once, and only once", async () => {
    const asked: string[] = [];
    const gate: GateLike = {
      check: (service) => {
        asked.push(service);
        return gateOf().check("fine");
      },
    };
    const port = await serve(name, gate);
    for (const path of [
      "/gate/a%20b",
      "/gate?service=a%20b",
      "/gate?service=a+b",
      "/gate/a%2525",
      "/gate?service=a%2525",
    ]) {
      expect((await ask(port, path)).status).toBe(200);
    }
    expect(asked).toEqual(["a b", "a b", "a b", "a%25", "a%25"]);
  });

  it("takes the path's last part where no route has named it", async () => {
    const port = await serve(name);
    expect((await ask(port, "/behind/mount/spent")).body).toMatchObject({ service: "spent", verdict: "block" });
    expect((await ask(port, "/behind/mount/other?service=fine")).body).toMatchObject({ service: "fine" });
  });

  it.each([
    ["/gate", 400, "say which service"],
    ["/gate?service=", 400, "say which service"],
    ["/gate?service=%20", 400, "say which service"],
    ["/gate?service=fine&service=spent", 400, "service is there twice"],
    ["/gate?service=fine&status=strict&status=strict", 400, "status is there twice"],
    ["/gate?service=fine&status=lax", 400, 'status: "lax" is not possible; allowed: strict'],
    ["/gate?service=fine&staus=strict", 400, '"staus" is no parameter of a gate; did you mean "status"?'],
    ["/gate?service=fine&window=1m", 400, '"window" is no parameter of a gate'],
    [`/gate?service=${"x".repeat(201)}`, 400, "no service has a name of 201 characters"],
    [`/gate?service=${"x".repeat(3_000)}`, 414, "the address has more than 2048 characters"],
  ])("refuses %s", async (path, expected, message) => {
    const port = await serve(name);
    const { status, body } = await ask(port, path);
    expect([status, body.error]).toEqual([expected, expect.stringContaining(message)]);
    expect(body.verdict).toBeUndefined();
  });

  it("asks for the secret, if it has one, before it says anything else", async () => {
    const port = await serve(name, gateOf(), { bearer: [SECRET, "the-one-of-before"] });
    for (const headers of [{}, { authorization: "Bearer wrong-secret" }, { authorization: `Basic ${SECRET}` }]) {
      for (const path of ["/gate/fine", "/gate/nobody", "/gate"]) {
        const { status, headers: told, body } = await ask(port, path, "GET", headers);
        expect([status, told["www-authenticate"], body]).toEqual([401, "Bearer", { error: "unauthorized" }]);
      }
    }
    for (const secret of [SECRET, "the-one-of-before"]) {
      const { status, body } = await ask(port, "/gate/fine", "GET", { authorization: `Bearer ${secret}` });
      expect([status, body.verdict]).toEqual([200, "pass"]);
    }
  });

  it.each<[string, GateLike["check"]]>([
    ["rejects", () => Promise.reject(new Error("https://ada:hunter2@internal"))],
    [
      "throws",
      () => {
        throw new Error("https://ada:hunter2@internal");
      },
    ],
    ["answers what JSON cannot say", () => Promise.resolve({ verdict: 1n } as never)],
    ["cannot be asked so", () => Promise.reject(invalid("source", "https://ada:hunter2@internal is none"))],
  ])("says that it could not be asked where the gate %s, in its own words", async (_how, check) => {
    const port = await serve(name, { check });
    for (const path of ["/gate/fine", "/gate/fine?status=strict"]) {
      const { status, body } = await ask(port, path);
      expect([status, body]).toEqual([500, { error: "the gate could not be asked" }]);
    }
  });
});

describe("a gate's answer", () => {
  /** One that answers when it is let; `asked` are the services that it was asked about. */
  function waiting() {
    const asked: string[] = [];
    const waits: Array<() => void> = [];
    const endpoint = gateEndpoint({
      check: async (service) => {
        asked.push(service);
        await new Promise<void>((resolve) => waits.push(resolve));
        return gateOf().check("fine");
      },
    });
    const get = async (url: string): Promise<Answer> => endpoint({ method: "GET", url, headers: {}, params: {} });
    const letGo = (): void => {
      for (const resolve of waits.splice(0)) resolve();
    };
    const settled = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve));
    return { asked, get, letGo, settled };
  }

  it("is asked for once by all who ask about one service at a time, and again by whoever comes later", async () => {
    const { asked, get, letGo, settled } = waiting();
    const answers = [get("/gate/fine"), get("/gate?service=fine&status=strict"), get("/gate/spent")];
    await settled();
    expect(asked).toEqual(["fine", "spent"]);
    letGo();
    expect((await Promise.all(answers)).map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    const again = get("/gate/fine");
    await settled();
    expect(asked).toEqual(["fine", "spent", "fine"]);
    letGo();
    await again;
  });

  it("has limits: not more than 32 services are asked about at a time, and each place is given back", async () => {
    const { asked, get, letGo, settled } = waiting();
    const answers = Array.from({ length: 32 }, (_, index) => get(`/gate/s${String(index)}`));
    await settled();
    const late = await get("/gate/s32");
    expect([asked.length, late.statusCode, late.headers["Retry-After"]]).toEqual([32, 503, "1"]);
    expect(late.body).toContain("too many questions at a time");
    letGo();
    await Promise.all(answers);
    const again = get("/gate/s32");
    await settled();
    letGo();
    expect((await again).statusCode).toBe(200);
  });

  it("is for GateLike objects and known options only", () => {
    expect(() => onNode.gateHandler({} as never)).toThrow("gate: a mapping has no method check()");
    expect(() => onNode.gateHandler(gateOf(), { token: SECRET } as never)).toThrow(
      "token: is no option of gateHandler",
    );
    expect(() => onNode.gateHandler(gateOf(), { bearer: "short" })).toThrow("bearer[0]: is not a secret");
    expect(() => onNode.gateHandler(gateOf(), { bearer: "short" })).not.toThrow("short");
    expect(() => onNode.gateHandler(gateOf(), { bearer: [] })).toThrow("bearer: has 0 secrets");
  });

  it("is found in an address in absolute form", async () => {
    const port = await serve("node:http");
    const { body } = await ask(port, "http://gates.internal/gate/fine?status=strict");
    expect(body.verdict).toBe("pass");
  });

  it("is refused for a path that cannot be decoded", async () => {
    const port = await serve("node:http");
    const { status, body } = await ask(port, "/gate/%E0%A4%A");
    expect([status, body.error]).toEqual([400, "the path cannot be decoded"]);
  });

  it("is refused where the path names one service and the query another", async () => {
    const port = await serve("express 5");
    const { status, body } = await ask(port, "/gate/fine?service=spent");
    expect([status, body.error]).toEqual([400, "the path and ?service= name two services"]);
    expect((await ask(port, "/gate/fine?service=fine")).status).toBe(200);
  });
});
