/**
 * A Toxiproxy for machines that have none: the same HTTP API, and real TCP connections whose bytes are really late, thinned out,
 * lost or reset. It answers what Toxiproxy 2.5 answers, word by word where nines looks at it.
 *
 * What it does not do: `/populate` and `/metrics`; the types slow_close, slicer and limit_data (400, as for a type that there is not);
 * drawing anew by toxicity whenever a toxic is changed; letting go what a toxic holds when another is added behind it.
 */
import { once } from "node:events";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

import { type StandInToxic, type Stream, ToxicLink } from "./toxiproxy-link.ts";

/** A Toxiproxy, real or not, that listens. */
export interface RunningToxiproxy {
  /** Of its API. */
  readonly url: string;
  stop(): Promise<void>;
}

const ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  latency: ["latency", "jitter"],
  bandwidth: ["rate"],
  timeout: ["timeout"],
  reset_peer: ["timeout"],
};

class ApiError extends Error {
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

class Proxy {
  readonly toxics: StandInToxic[] = [];
  #server: Server | undefined;
  readonly #links = new Map<Stream, Set<ToxicLink>>([
    ["upstream", new Set()],
    ["downstream", new Set()],
  ]);
  readonly #sockets = new Set<Socket>();
  readonly name: string;
  listen: string;
  upstream: string;

  constructor(name: string, listen: string, upstream: string) {
    this.name = name;
    this.listen = listen;
    this.upstream = upstream;
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((client) => this.#accept(client));
    const [host, port] = addressOf(this.listen);
    server.listen(port, host);
    await once(server, "listening");
    const { address, port: actual } = server.address() as AddressInfo;
    this.listen = `${address}:${String(actual)}`;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }

  add(toxic: StandInToxic): void {
    this.toxics.push(toxic);
    for (const link of this.#links.get(toxic.stream) ?? []) link.add(toxic);
  }

  remove(toxic: StandInToxic): void {
    this.toxics.splice(this.toxics.indexOf(toxic), 1);
    for (const link of this.#links.get(toxic.stream) ?? []) link.remove(toxic);
  }

  toxic(name: string): StandInToxic {
    const toxic = this.toxics.find((one) => one.name === name);
    if (toxic === undefined) throw new ApiError("toxic not found", 404);
    return toxic;
  }

  toJSON(): object {
    const { name, listen, upstream } = this;
    return { name, listen, upstream, enabled: this.#server !== undefined, toxics: this.toxics };
  }

  #accept(client: Socket): void {
    const [host, port] = addressOf(this.upstream);
    const upstream = connect(port, host);
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.setNoDelay(true);
      this.#sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.once("close", () => this.#sockets.delete(socket));
    }
    upstream.once("connect", () => {
      this.#link("upstream", client, upstream);
      this.#link("downstream", upstream, client);
    });
  }

  #link(stream: Stream, source: Socket, dest: Socket): void {
    const on = this.toxics.filter((toxic) => toxic.stream === stream);
    const link = new ToxicLink(source, dest, on);
    const links = this.#links.get(stream);
    links?.add(link);
    dest.once("close", () => links?.delete(link));
  }
}

/** Starts one on a free port. */
export async function startStandIn(): Promise<RunningToxiproxy> {
  const proxies = new Map<string, Proxy>();
  const server = createHttpServer((request, response) => {
    answer(proxies, request, response).catch((error: unknown) => {
      const status = error instanceof ApiError ? error.status : 500;
      const message = error instanceof Error ? error.message : "";
      response.writeHead(status, { "content-type": "text/plain; charset=utf-8" });
      response.end(`${JSON.stringify({ error: message, status })}\n`);
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      for (const proxy of proxies.values()) await proxy.stop();
    },
  };
}

async function answer(proxies: Map<string, Proxy>, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await textOf(request);
  if (request.headers["user-agent"]?.startsWith("Mozilla/") === true) {
    response.writeHead(403).end("User agent not allowed\n");
    return;
  }
  const known = await answerTo(proxies, request, text);
  if (known === undefined) {
    response.writeHead(404).end("404 page not found\n");
    return;
  }
  const [status, body] = known;
  response.writeHead(status, { "content-type": "application/json" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

/** Status and body; undefined for a path that there is not. */
async function answerTo(
  proxies: Map<string, Proxy>,
  { method = "", url = "/" }: IncomingMessage,
  text: string,
): Promise<readonly [status: number, body?: unknown] | undefined> {
  // Decoded before it is taken apart, as there.
  const [, root, name, toxics, toxicName, ...rest] = decodeURIComponent(url).split("/");
  const route = [root, name && "p", toxics, toxicName && "t", ...rest].filter((part) => part !== undefined).join("/");
  const proxy = (): Proxy => {
    const found = proxies.get(name ?? "");
    if (found === undefined) throw new ApiError("proxy not found", 404);
    return found;
  };
  switch (`${method} ${route}`) {
    case "GET version":
      return [200, { version: "stand-in" }];
    case "POST reset":
      for (const one of proxies.values()) {
        await one.start();
        for (const toxic of [...one.toxics]) one.remove(toxic);
      }
      return [204];
    case "GET proxies":
      return [200, Object.fromEntries(proxies)];
    case "POST proxies":
      return [201, await create(proxies, parse(text))];
    case "GET proxies/p":
      return [200, proxy()];
    case "POST proxies/p":
      await update(proxy(), parse(text));
      return [200, proxy()];
    case "DELETE proxies/p":
      await proxy().stop();
      proxies.delete(proxy().name);
      return [204];
    case "GET proxies/p/toxics":
      return [200, proxy().toxics];
    case "POST proxies/p/toxics":
      return [200, put(proxy(), parse(text))];
    case "GET proxies/p/toxics/t":
      return [200, proxy().toxic(toxicName ?? "")];
    case "POST proxies/p/toxics/t":
      return [200, change(proxy().toxic(toxicName ?? ""), parse(text))];
    case "DELETE proxies/p/toxics/t":
      proxy().remove(proxy().toxic(toxicName ?? ""));
      return [204];
    default:
      return undefined;
  }
}

async function create(proxies: Map<string, Proxy>, body: Body): Promise<Proxy> {
  for (const field of ["name", "upstream"])
    if (typeof body[field] !== "string" || body[field] === "")
      throw new ApiError(`missing required field: ${field}`, 400);
  const { name, listen = ":0", upstream, enabled = true } = body as Record<string, string> & { enabled?: boolean };
  if (proxies.has(name ?? "")) throw new ApiError("proxy already exists", 409);
  const proxy = new Proxy(name ?? "", listen, upstream ?? "");
  if (enabled) await proxy.start();
  proxies.set(proxy.name, proxy);
  return proxy;
}

async function update(proxy: Proxy, { listen, upstream, enabled }: Body): Promise<void> {
  const wasMoved = [listen, upstream].some((value) => typeof value === "string");
  if (enabled === false || wasMoved) await proxy.stop();
  if (typeof listen === "string") proxy.listen = listen;
  if (typeof upstream === "string") proxy.upstream = upstream;
  if (enabled !== false) await proxy.start();
}

function put(proxy: Proxy, body: Body): StandInToxic {
  const { type = "", stream = "downstream", toxicity = 1 } = body as Partial<StandInToxic>;
  const { name = `${type}_${stream}` } = body as Partial<StandInToxic>;
  if (!["upstream", "downstream"].includes(stream))
    throw new ApiError("stream was invalid, can be either upstream or downstream", 400);
  const known = ATTRIBUTES[type];
  if (known === undefined) throw new ApiError("invalid toxic type", 400);
  if (proxy.toxics.some((one) => one.name === name)) throw new ApiError("toxic already exists", 409);
  const toxic: StandInToxic = {
    ...{ attributes: Object.fromEntries(known.map((key) => [key, 0])), name, type, stream },
    toxicity: single(toxicity),
  };
  change(toxic, { attributes: body.attributes ?? {} });
  proxy.add(toxic);
  return toxic;
}

function change(toxic: StandInToxic, { attributes = {}, toxicity }: Body): StandInToxic {
  for (const [key, value] of Object.entries(attributes as Record<string, unknown>)) {
    if (!Object.hasOwn(toxic.attributes, key)) continue;
    if (!Number.isSafeInteger(value)) throw new ApiError(`bad request body: json: ${key} is no int64`, 400);
    toxic.attributes[key] = value as number;
  }
  if (typeof toxicity === "number") toxic.toxicity = single(toxicity);
  return toxic;
}

type Body = Readonly<Record<string, unknown>>;

function parse(text: string): Body {
  try {
    return JSON.parse(text) as Body;
  } catch (error) {
    throw new ApiError(`bad request body: ${String(error)}`, 400);
  }
}

/** A 32-bit number, as Go writes it. */
function single(value: number): number {
  return Number(Math.fround(value).toPrecision(7));
}

function addressOf(address: string): readonly [host: string, port: number] {
  const at = address.lastIndexOf(":");
  const host = address.slice(0, at);
  return [host === "" || host === "localhost" ? "127.0.0.1" : host, Number(address.slice(at + 1))];
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const part of request.setEncoding("utf8")) text += part as string;
  return text;
}
