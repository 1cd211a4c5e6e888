import { readFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { type Clock, systemClock } from "../../../src/core/time/clock.ts";
import { ROOT } from "../../support/spawn.ts";

export const JOB = "3b6c19f6-41ee-475f-8fd0-8f1a26f27a9a";

/** A body of test/data/rundeck. */
export const body = (name: string): string => readFileSync(join(ROOT, "test", "data", "rundeck", name), "utf8");

/** What is asked for, by the route that it takes. */
export type Route = "job" | "run" | "execution" | "output" | "abort" | "executions" | "running";

/** What goes wrong: a status, a page to log in by, half an answer, a broken connection, or no answer at all. */
export type Fault =
  number | "login" | "truncated" | "reset" | "reset-before" | "silence" | "redirect" | { readonly text: string };

export interface Lines {
  readonly text: string;
  readonly level?: string;
}

/** An execution as the fake has it. */
export interface FakeExecution {
  readonly id: number;
  readonly options: Record<string, string>;
  status: string;
  readonly customStatus: string | undefined;
  readonly lines: Lines[];
  /** How many more times its output is asked for until it ends. */
  polls: number;
  /** What it ends as. */
  readonly end: string;
  isAborted: boolean;
}

/** A server on a real socket that answers as Rundeck's documentation says, and fails as it is told. */
export class FakeRundeck {
  readonly executions: FakeExecution[] = [];
  readonly seen: {
    readonly route: Route;
    readonly method: string;
    readonly url: string;
    readonly body: string;
    readonly token: unknown;
  }[] = [];
  /** The next answers of a route that go wrong; what was asked for is done all the same where the connection breaks. */
  readonly faults: Partial<Record<Route, Fault[]>> = {};
  job: string = body("job.yaml");
  /** What the next executions write, and how they end. */
  plan: { lines: readonly Lines[]; polls: number; end: string; customStatus?: string | undefined } = {
    lines: [],
    polls: 0,
    end: "succeeded",
  };
  abortAnswer: "aborted" | "pending" | "failed" = "aborted";
  url: string = "";
  readonly #server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
    request.on("end", () =>
      this.#answer(request.method ?? "", request.url ?? "", text, request.headers["x-rundeck-auth-token"], response),
    );
  });

  async open(): Promise<this> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.url = `http://127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
    return this;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  /** How many times a job was really started. */
  get started(): number {
    return this.executions.length;
  }

  asked(route: Route): number {
    return this.seen.filter((one) => one.route === route).length;
  }

  start(options: Record<string, string>): FakeExecution {
    const { lines, polls, end, customStatus } = this.plan;
    const id = 387 + this.executions.length;
    const made = { id, options, status: "running", lines: [...lines], polls, end, customStatus, isAborted: false };
    this.executions.push(made);
    return made;
  }

  #answer(method: string, url: string, text: string, token: unknown, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(url, this.url);
    const found = routeOf(method, pathname);
    if (found === undefined) {
      response.writeHead(404).end("{}");
      return;
    }
    const { route, id } = found;
    this.seen.push({ route, method, url, body: text, token });
    const fault = this.faults[route]?.shift();
    if (fault === "silence") return;
    if (fault === "reset-before") return void response.socket?.resetAndDestroy();
    if (typeof fault === "number")
      return void response
        .writeHead(fault, fault === 429 ? { "retry-after": "1" } : {})
        .end('{"error":true,"message":"secret-in-body"}');
    if (fault === "redirect") return void response.writeHead(302, { location: "https://evil.example" }).end();
    if (typeof fault === "object") return void response.writeHead(200).end(fault.text);
    if (fault === "login" || token !== "token-of-nines")
      return void response.writeHead(200, { "content-type": "text/html" }).end(body("login.html"));
    const answer = this.#does(route, id, searchParams, text);
    if (answer === undefined) return void response.writeHead(404).end('{"error":true}');
    if (fault === undefined) return void response.writeHead(200).end(answer);
    response.writeHead(200, {
      "content-length": String(
        Buffer.byteLength(answer) + (fault === "reset" ? 1 : 0) - (fault === "truncated" ? 3 : 0),
      ),
    });
    if (fault === "truncated") return void response.end(Buffer.from(answer).subarray(0, -3));
    response.write(answer.slice(0, answer.length / 2), () => response.socket?.resetAndDestroy());
  }

  #does(route: Route, id: string, query: URLSearchParams, text: string): string | undefined {
    if (route === "job") return id === JOB ? this.job : undefined;
    if (route === "run")
      return this.#shown(this.start((JSON.parse(text) as { options: Record<string, string> }).options));
    if (route === "executions" || route === "running") {
      const wanted = route === "running" ? "running" : query.get("status");
      const all = this.executions.filter(({ status }) => wanted === null || status === wanted).reverse();
      const from = Number(query.get("offset"));
      const max = Number(query.get("max"));
      const page = all.slice(from, from + max).map((one) => this.#json(one));
      return JSON.stringify({ paging: { count: page.length, total: all.length, offset: from, max }, executions: page });
    }
    const execution = this.executions.find((one) => String(one.id) === id);
    if (execution === undefined) return undefined;
    if (route === "execution") return this.#shown(execution);
    if (route === "abort") {
      execution.isAborted = true;
      if (this.abortAnswer === "aborted") execution.status = "aborted";
      return JSON.stringify({
        abort: { status: this.abortAnswer },
        execution: { id, status: execution.status, href: "" },
      });
    }
    return this.#output(execution, Number(query.get("offset")), Number(query.get("maxlines")));
  }

  /** Offsets are a hundred for each line; as in Rundeck they mean nothing. */
  #output(execution: FakeExecution, offset: number, maxLines: number): string {
    const isLast = execution.polls === 0;
    if (isLast && execution.status === "running" && execution.end !== "never") execution.status = execution.end;
    execution.polls = Math.max(0, execution.polls - 1);
    const from = offset / 100;
    const there = isLast ? execution.lines.length : Math.ceil(execution.lines.length / 2);
    const entries = execution.lines.slice(from, Math.min(there, from + maxLines));
    const end = from + entries.length;
    const isOver = execution.status !== "running";
    return JSON.stringify({
      id: String(execution.id),
      offset: String(end * 100),
      ...(entries.length === 0 ? { unmodified: true } : {}),
      completed: isOver && end === execution.lines.length,
      execCompleted: isOver,
      hasFailedNodes: false,
      execState: execution.status,
      lastModified: "1608560842000",
      entries: entries.map(({ text, level = "NORMAL" }) => ({ time: "14:27:21", log: text, level, stepctx: "1" })),
    });
  }

  #shown(execution: FakeExecution): string {
    return JSON.stringify(this.#json(execution));
  }

  #json({ id, status, customStatus, options }: FakeExecution): object {
    const permalink = `${this.url}/project/web/execution/show/${String(id)}`;
    return {
      id,
      status,
      customStatus,
      permalink,
      project: "web",
      job: { id: JOB, name: "restart", options },
      argstring: null,
    };
  }
}

function routeOf(method: string, path: string): { readonly route: Route; readonly id: string } | undefined {
  const routes: readonly [string, RegExp, Route][] = [
    ["GET", /^\/api\/41\/job\/([^/]+)$/, "job"],
    ["POST", /^\/api\/41\/job\/([^/]+)\/run$/, "run"],
    ["GET", /^\/api\/41\/job\/([^/]+)\/executions$/, "executions"],
    ["GET", /^\/api\/41\/project\/([^/]+)\/executions\/running$/, "running"],
    ["GET", /^\/api\/41\/execution\/([^/]+)$/, "execution"],
    ["GET", /^\/api\/41\/execution\/([^/]+)\/output$/, "output"],
    ["GET", /^\/api\/41\/execution\/([^/]+)\/abort$/, "abort"],
    ["POST", /^\/api\/41\/execution\/([^/]+)\/abort$/, "abort"],
  ];
  for (const [wanted, pattern, route] of routes) {
    const [, id] = pattern.exec(path) ?? [];
    if (id !== undefined && method === wanted) return { route, id };
  }
  return undefined;
}

/** The machine's clock, a hundred times as fast; waits are kept. Deadlines of calls have more time, as calls are real. */
export function fastClock(waits: number[] = []): Clock {
  return {
    now: () => systemClock.now(),
    monotonic: () => systemClock.monotonic() * 100,
    schedule: (callback, delayMs) => {
      waits.push(delayMs);
      return systemClock.schedule(callback, delayMs < 30_000 ? delayMs / 100 : delayMs / 30);
    },
  };
}
