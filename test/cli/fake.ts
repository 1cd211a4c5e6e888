/** A Prometheus over HTTP that knows how many events there were, and no PromQL. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { onTestFinished } from "vitest";

import { samplingOf } from "../../src/adapters/prometheus/slo/coverage.ts";
import type { TimeRange } from "../../src/core/time/window.ts";

/** What a job did in a stretch of time; undefined for a job that is not there. */
export type Job = (range: TimeRange) => { readonly good: number; readonly total: number; readonly coverage?: number };

/** So many events a minute, of which this share fails. */
export const steady =
  (perMinute: number, failing = 0): Job =>
  ({ start, end }) => {
    const total = (perMinute * (end - start)) / 60_000;
    return { total, good: total * (1 - failing) };
  };

export interface Recorded {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface FakePrometheus {
  readonly url: string;
  readonly asked: { readonly path: string; readonly form: URLSearchParams; readonly headers: IncomingHttpHeaders }[];
}

export interface FakeOptions {
  /** What is recorded, by its name. */
  readonly recorded?: Readonly<Record<string, readonly Recorded[]>>;
  /** Answers instead of it. */
  readonly instead?: (response: ServerResponse) => void;
  readonly warnings?: readonly string[];
}

/** Runs until the test ends. */
export async function fakePrometheus(
  jobs: Readonly<Record<string, Job>>,
  { recorded = {}, instead, warnings }: FakeOptions = {},
): Promise<FakePrometheus> {
  const asked: FakePrometheus["asked"] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      const { pathname: path } = new URL(request.url ?? "", "http://localhost");
      const form = new URLSearchParams(body);
      asked.push({ path, form, headers: request.headers });
      if (instead !== undefined) {
        instead(response);
        return;
      }
      const data = path.endsWith("query_range") ? matrix(jobs, form) : vector({ jobs, recorded }, form);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ status: "success", data, ...(warnings === undefined ? {} : { warnings }) }));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`, asked };
}

/** An address at which nobody listens, of a port that fetch does call. */
export const NOBODY = "http://127.0.0.1:2";

interface Branch {
  readonly name: string;
  readonly valueAt: (end: number) => number | undefined;
}

function vector(
  { jobs, recorded }: { readonly jobs: Readonly<Record<string, Job>>; readonly recorded: FakeOptions["recorded"] },
  form: URLSearchParams,
): object {
  const [query, end] = [form.get("query") ?? "", Date.parse(form.get("time") ?? "")];
  const record = /^last_over_time\(([\w:]+)\[/.exec(query)?.[1];
  const series =
    record === undefined
      ? branchesOf(query, jobs).map(({ name, valueAt }) => ({ labels: { nines_branch: name }, value: valueAt(end) }))
      : (recorded?.[record] ?? []);
  const result = series.flatMap(({ labels, value }) =>
    value === undefined ? [] : [{ metric: labels, value: [end / 1_000, String(value)] }],
  );
  return { resultType: "vector", result };
}

function matrix(jobs: Readonly<Record<string, Job>>, form: URLSearchParams): object {
  const [start, end] = ["start", "end"].map((name) => Date.parse(form.get(name) ?? "")) as [number, number];
  const stepMs = Number((form.get("step") ?? "").replace("ms", ""));
  const times = Array.from({ length: Math.floor((end - start) / stepMs) + 1 }, (_, index) => start + index * stepMs);
  const result = branchesOf(form.get("query") ?? "", jobs).map(({ name, valueAt }) => ({
    metric: { nines_branch: name },
    values: times.flatMap((at) => {
      const value = valueAt(at);
      return value === undefined ? [] : [[at / 1_000, String(value)]];
    }),
  }));
  return { resultType: "matrix", result };
}

/** Each branch of a query, and what it comes to. */
function branchesOf(query: string, jobs: Readonly<Record<string, Job>>): readonly Branch[] {
  const pieces = query.split(/, "nines_branch", ("[^"]*"), "", ""\)/);
  return Array.from({ length: Math.floor(pieces.length / 2) }, (_, index): Branch => {
    const [expression = "", name = '""'] = pieces.slice(2 * index);
    const job = jobs[/job="([^"]*)"/.exec(expression)?.[1] ?? ""];
    return {
      name: JSON.parse(name) as string,
      valueAt: (end) => valueOf(JSON.parse(name) as string, { expression, job, end }),
    };
  });
}

function valueOf(
  name: string,
  { expression, job, end }: { readonly expression: string; readonly job: Job | undefined; readonly end: number },
): number | undefined {
  const [kind, place] = name.split(" ");
  if (job === undefined) return undefined;
  if (kind === "latency") return 210;
  const durationMs = Number(place);
  const { good, total, coverage = 1 } = job({ start: end - durationMs, end });
  if (kind === "total") return total;
  // The good ones are counted of a histogram, else the bad ones.
  if (kind === "part") return expression.includes("le=") ? good : total - good;
  return kind === "watched" ? coverage * samplingOf(durationMs).steps(end) : undefined;
}
