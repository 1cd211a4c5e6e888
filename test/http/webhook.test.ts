import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";

import express from "express";
import { afterEach, describe, expect, it } from "vitest";

import { webhookListener } from "../../src/http/webhook.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { AutomatedResponse } from "../../src/response/automated-response.ts";
import type { WebhookOptions } from "../../src/response/webhook/options.ts";
import { recorded } from "../response/support.ts";

const SECRET = "what-alertmanager-sends";
const BODY = recorded("0.25.0-firing");
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listening(listener: RequestListener): Promise<number> {
  const server = createServer(listener);
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function hooked(webhook: Partial<WebhookOptions> = {}) {
  const logged: string[] = [];
  const log = (text: string, { error }: { readonly error?: unknown } = {}): number =>
    logged.push(error instanceof Error ? `${text}: ${error.message}` : text);
  const incidents = new IncidentManager();
  const response = new AutomatedResponse({
    incidents,
    webhook: { bearer: SECRET, ...webhook },
    logger: { warn: log, error: log },
  });
  return { incidents, response, logged };
}

function send(port: number, body: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  return fetch(`http://127.0.0.1:${String(port)}/hook`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${SECRET}`, ...headers },
    body,
  });
}

describe("a webhook on node:http", () => {
  it("stores what is sent, whole and in pieces", async () => {
    const { incidents, response } = hooked();
    const port = await listening(webhookListener(response));
    const answer = await send(port, BODY);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { incidents: [{ id: "INC-0001", action: "opened" }], alerts: 1 },
    ]);
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${SECRET}\r\nContent-Length: ${BODY.length}\r\n\r\n`,
    );
    for (const piece of [BODY.slice(0, 100), BODY.slice(100)]) {
      socket.write(piece);
      await new Promise(setImmediate);
    }
    const [reply] = await once(socket, "data");
    expect(String(reply)).toMatch(/^HTTP\/1.1 200 /);
    socket.destroy();
    expect((await incidents.get("INC-0001")).version).toBe(2);
  });

  it("answers 413 to a body that is too large, while it is being sent, and goes on", async () => {
    const { response } = hooked({ maxBytes: 100_000 });
    const port = await listening(webhookListener(response));
    expect((await send(port, "x".repeat(150_000))).status).toBe(413);
    expect((await send(port, BODY)).status).toBe(200);
    expect(response.stats()).toMatchObject({ tooLarge: 1, stored: 1 });
  });

  it("answers strangers before they have sent their body", async () => {
    const { response } = hooked();
    const port = await listening(webhookListener(response));
    const socket = connect(port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n");
    const [reply] = await once(socket, "data");
    expect(String(reply)).toMatch(/^HTTP\/1.1 401 /);
    socket.destroy();
  });

  it("outlives a sender that leaves in the midst of it", async () => {
    const { response } = hooked();
    const port = await listening(webhookListener(response));
    const socket = connect(port, "127.0.0.1");
    const head = `POST / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${SECRET}\r\nContent-Length: 1000\r\n\r\n{`;
    // Who leaves before he is connected has sent nothing.
    await new Promise((resolve) => socket.write(head, resolve));
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.destroy();
    while (response.stats().malformed === 0) await new Promise(setImmediate);
    expect((await send(port, BODY)).status).toBe(200);
  });

  it("must be told who may post when it is made", () => {
    const response = new AutomatedResponse({ incidents: new IncidentManager() });
    expect(() => webhookListener(response)).toThrow("webhook: is missing; say who may post");
  });
});

describe("a webhook in Express", () => {
  it("reads the body itself, or takes the bytes that were read before", async () => {
    const { response } = hooked();
    const app = express();
    app.post("/hook", webhookListener(response));
    expect((await send(await listening(app), BODY)).status).toBe(200);
    const raw = express();
    raw.use(express.raw({ type: "*/*", limit: "8mb" }));
    raw.post("/hook", webhookListener(response));
    expect((await send(await listening(raw), BODY)).status).toBe(200);
  });

  it("says so where the body comes as text, which would be nobody's bytes", async () => {
    const { response, logged } = hooked();
    const listener = webhookListener(response);
    const port = await listening((request, written) => {
      request.setEncoding("utf8");
      listener(request, written);
    });
    const answer = await send(port, BODY);
    expect([answer.status, await answer.text()]).toEqual([500, expect.stringContaining("leave out setEncoding")]);
    expect(logged).toHaveLength(1);
  });

  it("says so where express.json() was first, since what was signed and what was too large is lost then", async () => {
    const { response, logged } = hooked();
    const app = express();
    app.use(express.json());
    app.post("/hook", webhookListener(response));
    const answer = await send(await listening(app), BODY);
    const problem = "request.body: was read before the webhook had its turn; mount it before express.json()";
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain(problem);
    expect(logged.join()).toContain(problem);
  });
});
