/** Steps that make an HTTP request. */
import { show } from "../../core/errors.ts";
import type { HttpInit, HttpReply } from "../../ports/http-fetch.ts";

import type { OutputCapture } from "./capture.ts";
import { fillHeaders, fillJson, fillUrl } from "../fill/fill.ts";
import type { HttpStep } from "../model.ts";
import type { PerformContext, Performed, Preparation } from "./performing.ts";
import { secretNames } from "../redact/redactor.ts";
import type { StepSettings } from "./settings.ts";
import type { RunValues } from "../values.ts";

/** Beyond it the answer is not read on. */
const MOST_BYTES = 10 * 1024 * 1024;

/** Why an executor with these settings does not make the request of `step`; undefined if it does. */
export function httpProblem({ url }: HttpStep, { hosts }: StepSettings): string | undefined {
  // The host is written out, so it is all in what stands before the first place to fill in.
  const [first = ""] = url.parts;
  const host = typeof first === "string" ? hostOf(first) : undefined;
  if (host === undefined) return "has no host";
  if (hosts === undefined || hosts.has(host)) return undefined;
  return `the host ${show(host)} is not allowed here; allowed: ${[...hosts].join(", ") || "none"}`;
}

/** Fills in the request of `step`. */
export function prepareHttp(step: HttpStep, values: RunValues, settings: StepSettings, isDryRun: boolean): Preparation {
  const problem = httpProblem(step, settings);
  if (problem !== undefined) return { refused: problem };
  const url = fillUrl(step.url, values, { isDryRun });
  if ("refused" in url) return url;
  const headers = fillHeaders(step.headers, values, { isDryRun });
  if ("refused" in headers) return headers;
  const json = step.json === undefined ? undefined : fillJson(step.json, values, { isDryRun });
  if (json !== undefined && "refused" in json) return json;
  const { method, okStatuses } = step;
  const perform = async ({ signal, key, isDryRun: isDry, stdout }: PerformContext): Promise<Performed> => {
    if (isDry) {
      stdout.push(`would ask ${method} ${url.filled}`);
      return { isDone: true };
    }
    const body = json === undefined ? {} : { body: JSON.stringify(json.filled) };
    const init: HttpInit = {
      method,
      // Not followed: it may lead to a host that is not allowed.
      redirect: "manual",
      signal,
      headers: {
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "GET" || method === "HEAD" ? {} : { "idempotency-key": key }),
        ...lowerCase(headers.filled),
      },
      ...body,
    };
    const reply = await settings.fetch(url.filled, init);
    const isWhole = await readInto(stdout, reply);
    const { status } = reply;
    const isDone = okStatuses.length === 0 ? status >= 200 && status < 300 : okStatuses.includes(status);
    if (!isDone) return { isDone, httpStatus: status, reason: `answered with ${String(status)}` };
    return isWhole
      ? { isDone, httpStatus: status }
      : { isDone, httpStatus: status, reason: "the answer was too long to be read" };
  };
  return {
    filled: {
      shown: [method, url.filled],
      redactor: settings.redactor.with([...secretNames(headers.filled), ...bearers(headers.filled)]),
      perform,
    },
  };
}

/** What proves who we are is a secret, and an echo may show it without its scheme. */
function bearers(headers: Readonly<Record<string, string>>): string[] {
  return Object.entries(headers)
    .filter(([name]) => /^(?:proxy-)?authorization$|^cookie$/i.test(name))
    .flatMap(([, value]) => [value, value.replace(/^\S+\s+/, "")])
    .filter((value) => value.length >= 4);
}

async function readInto(capture: OutputCapture, { body }: HttpReply): Promise<boolean> {
  if (body === null) return true;
  const reader = body.getReader();
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    if (value === undefined) continue;
    bytes += value.byteLength;
    capture.push(value);
    if (bytes > MOST_BYTES) {
      await reader.cancel().catch(() => undefined);
      return false;
    }
  }
}

function hostOf(url: string): string | undefined {
  return /^https?:\/\/([^/?#@\s]+)/i.exec(url)?.[1]?.toLowerCase();
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
