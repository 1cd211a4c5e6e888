/** A stand-in for a Prometheus that answers well, or fails in the way that a request asks for. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { gzipSync } from "node:zlib";

import type { PrometheusFailureKind } from "../../src/adapters/prometheus/result.ts";
import { freePort } from "./ports.ts";

/** What may come of an attempt. */
export interface Fault {
  /** Kinds of failure; empty if it is an answer. */
  readonly kinds: readonly PrometheusFailureKind[];
  /** Whether the same request is worth sending again. */
  readonly isPassing: boolean;
  /** Whether it takes until somebody gives up. */
  readonly isEndless?: boolean;
  readonly answer: (response: ServerResponse, good: string) => void;
}

/** So much is sent where too much is sent, unless the client has enough of it. */
export const HUGE_BYTES = 100 * 1_048_576;
/** Enough for "a little late", and less than any time that an attempt has here. */
export const SLOW_MS = 25;
const DRIP_MS = 5;
const PAGE = "<!doctype html><html><body><form action='/login'>Sign in</form></body></html>";
const JSON_TYPE = { "content-type": "application/json" };
const SPACES = Buffer.alloc(1_048_576, " ");
const BOMB = gzipSync(Buffer.alloc(HUGE_BYTES / 2, " "), { level: 9 });

const raw = (response: ServerResponse): Socket => response.socket as Socket;
const said =
  (status: number, errorType: string, error: string, headers = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, { ...JSON_TYPE, ...headers }).end(JSON.stringify({ status: "error", errorType, error }));
  };
const plain =
  (status: number, text: string, headers = {}) =>
  (response: ServerResponse) => {
    response.writeHead(status, { "content-type": "text/plain; charset=utf-8", ...headers }).end(text);
  };
/** The head of an answer and a part of its body, and then `end`. */
const within = (end: (socket: Socket) => unknown) => (response: ServerResponse, good: string) => {
  response.writeHead(200, { ...JSON_TYPE, "content-length": good.length + 10 });
  response.write(good.slice(0, 20));
  setTimeout(() => end(raw(response)), DRIP_MS);
};
const ok = (answer: Fault["answer"]): Fault => ({ kinds: [], isPassing: false, answer });
const passing = (kind: PrometheusFailureKind, answer: Fault["answer"]): Fault => ({
  kinds: [kind],
  isPassing: true,
  answer,
});
const lasting = (kind: PrometheusFailureKind, answer: Fault["answer"]): Fault => ({
  kinds: [kind],
  isPassing: false,
  answer,
});
const good: Fault["answer"] = (response, text) => response.writeHead(200, JSON_TYPE).end(text);

/** Each way to answer, by its name. */
export const FAULTS = {
  ok: ok(good),
  slow: ok((response, text) => setTimeout(() => good(response, text), SLOW_MS)),
  other_type: ok((response, text) => plain(200, text)(response)),
  no_type: ok((response, text) => response.writeHead(200).end(text)),
  gzip: ok((response, text) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text))),
  pieces: ok((response, text) => {
    const bytes = Buffer.from(text);
    response.writeHead(200, JSON_TYPE);
    for (let from = 0; from < bytes.length; from += 7) response.write(bytes.subarray(from, from + 7));
    response.end();
  }),
  refused: passing("unreachable", () => {
    throw new Error("nobody listens there");
  }),
  reset: passing("unreachable", (response) => raw(response).resetAndDestroy()),
  half_closed: passing("unreachable", (response) => raw(response).end()),
  reset_in_head: passing("unreachable", (response) => {
    raw(response).write("HTTP/1.1 200 OK\r\nContent-Ty");
    setTimeout(() => raw(response).resetAndDestroy(), DRIP_MS);
  }),
  reset_in_body: passing(
    "unreachable",
    within((socket) => socket.resetAndDestroy()),
  ),
  closed_in_body: passing(
    "unreachable",
    within((socket) => socket.end()),
  ),
  never: {
    ...passing("timeout", () => undefined),
    isEndless: true,
  },
  drip: {
    ...passing("timeout", (response) => {
      response.writeHead(200, JSON_TYPE);
      const timer = setInterval(() => response.write(" "), DRIP_MS);
      response.on("close", () => clearInterval(timer));
    }),
    isEndless: true,
  },
  stuck_body: {
    ...passing(
      "timeout",
      within(() => undefined),
    ),
    isEndless: true,
  },
  starting: passing("unavailable", plain(503, "Service Unavailable")),
  timed_out: passing("unavailable", said(503, "timeout", "query timed out in expression evaluation")),
  bad_gateway: passing("unavailable", (response) => response.writeHead(502, { "content-type": "text/html" }).end(PAGE)),
  internal: passing("unavailable", said(500, "internal", "something broke")),
  too_many: passing("rate_limited", plain(429, "slow down", { "retry-after": "0.02" })),
  too_many_for_long: passing("rate_limited", plain(429, "slow down", { "retry-after": "3600" })),
  overloaded: passing("rate_limited", plain(503, "", { "retry-after": "0" })),
  bad_query: lasting("refused", said(400, "bad_data", 'invalid parameter "query": 1:5: parse error')),
  execution: lasting("refused", said(422, "execution", "query processing would load too many samples")),
  no_route: lasting("refused", plain(404, "404 page not found")),
  no_token: lasting("unauthorized", plain(401, "no org id")),
  forbidden: lasting("unauthorized", (response) => response.writeHead(403, { "content-type": "text/html" }).end(PAGE)),
  login: lasting("not_prometheus", (response) => response.writeHead(302, { location: "/login" }).end()),
  page: lasting("not_prometheus", (response) => response.writeHead(200, { "content-type": "text/html" }).end(PAGE)),
  nothing: passing("not_prometheus", (response) => response.writeHead(204).end()),
  truncated: passing("not_prometheus", (response, text) => good(response, text.slice(0, -5))),
  bad_bytes: passing("not_prometheus", (response, text) => {
    const bytes = Buffer.from(text);
    // The last letter: of a label's value, where there are such.
    bytes[Buffer.byteLength(text.slice(0, text.search(/[a-z][^a-z]*$/)))] = 0xff;
    response.writeHead(200, JSON_TYPE).end(bytes);
  }),
  bad_gzip: passing("not_prometheus", (response, text) =>
    response.writeHead(200, { "content-encoding": "gzip" }).end(text),
  ),
  bad_chunks: passing("not_prometheus", (response) => {
    raw(response).write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\nabc");
  }),
  no_http: passing("not_prometheus", (response) => raw(response).write("SSH-2.0-OpenSSH_9.6\r\n")),
  other_json: passing("not_prometheus", plain(200, '{"status":"success","data":{"resultType":"vector"}}')),
  partial: {
    kinds: ["partial"],
    isPassing: false,
    answer: (response, text) => good(response, text.replace("{", '{"warnings":["store 2 is gone"],')),
  },
  huge: lasting("too_large", (response) => {
    response.writeHead(200, JSON_TYPE);
    let left = HUGE_BYTES;
    const more = (): void => {
      while (left > 0 && !response.destroyed) {
        left -= SPACES.length;
        if (!response.write(SPACES)) {
          response.once("drain", more);
          return;
        }
      }
      response.end();
    };
    more();
  }),
  bomb: lasting("too_large", (response) =>
    response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" }).end(BOMB),
  ),
} as const satisfies Record<string, Fault>;

/** One of {@link FAULTS}. */
export type FaultName = keyof typeof FAULTS;

/** What a request looked like. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly form: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
}

/** A stand-in, and what it sees of its clients. */
export interface FaultyPrometheus {
  readonly url: string;
  /** Where nobody listens. */
  readonly closedUrl: string;
  readonly received: Received[];
  /** How to answer a request that does not say so itself, in the header `x-fault`. */
  fault: FaultName | ((received: Received, response: ServerResponse) => void);
  /** Requests that are answered at the moment. */
  inFlight(): number;
  /** The most there ever were. */
  readonly mostInFlight: () => number;
  close(): Promise<void>;
}

/** Starts it on a free port. */
export async function startFaultyPrometheus(): Promise<FaultyPrometheus> {
  const received: Received[] = [];
  const open = new Set<ServerResponse>();
  let most = 0;
  const server: Server = createServer((request, response) => {
    open.add(response);
    most = Math.max(most, open.size);
    response.on("close", () => open.delete(response)).on("error", () => undefined);
    request.on("error", () => undefined);
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { method = "", headers } = request;
      const [path = "", query = ""] = (request.url ?? "").split("?");
      const one = { method, path, headers, form: new URLSearchParams(method === "POST" ? body : query) };
      received.push(one);
      const fault = (headers["x-fault"] as FaultName | undefined) ?? stand.fault;
      if (typeof fault === "function") fault(one, response);
      else FAULTS[fault].answer(response, goodAnswer(one));
    });
  });
  server.on("connection", (socket) => socket.on("error", () => undefined));
  server.on("clientError", (_, socket) => socket.destroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const stand: FaultyPrometheus = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`,
    closedUrl: `http://127.0.0.1:${String(await freePort())}`,
    received,
    fault: "ok",
    inFlight: () => open.size,
    mostInFlight: () => most,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return stand;
}

/** Every so many steps a series called `sparse` has a value. */
export const SPARSE_STEPS = 1_000;

/** What a healthy one would say: two series, of which each value is the time in seconds. */
export function goodAnswer({ path, form }: Pick<Received, "path" | "form">): string {
  return path === "/-/ready"
    ? "Prometheus Server is Ready.\n"
    : JSON.stringify({ status: "success", data: goodData(path, form) });
}

function goodData(path: string, form: URLSearchParams): unknown {
  const series = ["a", "ü"].map((pod) => ({ __name__: "up", pod }));
  const pair = (at: number): unknown => [at / 1_000, String(at / 1_000)];
  switch (path.replace("/api/v1/", "")) {
    case "query": {
      const at = Date.parse(form.get("time") ?? "1970-01-02T00:00:00Z");
      return { resultType: "vector", result: series.map((metric) => ({ metric, value: pair(at) })) };
    }
    case "query_range": {
      const [start, end] = [Date.parse(form.get("start") ?? ""), Date.parse(form.get("end") ?? "")];
      const stepMs = Number.parseInt(form.get("step") ?? "", 10);
      const count = Math.floor((end - start) / stepMs) + 1;
      const every = form.get("query") === "sparse" ? SPARSE_STEPS : 1;
      const values = Array.from({ length: Math.ceil(count / every) }, (_, nth) => pair(start + nth * every * stepMs));
      return { resultType: "matrix", result: series.map((metric) => ({ metric, values })) };
    }
    case "series":
      return series;
    case "labels":
      return ["__name__", "pod"];
    case "metadata":
      return { up: [{ type: "gauge", help: "Whether it is up.", unit: "" }] };
    case "status/buildinfo":
      return { version: "3.5.0", revision: "abc" };
    default:
      return ["a", "ü"];
  }
}
