/** One activity: its address is called or its program is run, and what comes back is kept within bounds. */
import { onAbort } from "../../core/abort.ts";
import type { Clock } from "../../core/time/clock.ts";
import { withDeadline } from "../../core/deadline.ts";
import { AdapterError, TimeoutError } from "../../core/errors.ts";
import { publicReason } from "../../core/public-reason.ts";
import type { CommandRunner } from "../../ports/command-runner.ts";
import type { HttpFetch, HttpReply } from "../../ports/http-fetch.ts";
import type { Json } from "../model.ts";

import type { ToolkitActivity, ToolkitHttpProvider, ToolkitProcessProvider } from "./model.ts";
import { argumentsOf } from "./process-words.ts";
import { urlOf } from "./provider-fields.ts";
import { substitute, substituteAsText, textOf, type Variables } from "./variables.ts";

/** Who does what is to be done. */
export interface ActivityPorts {
  readonly fetch: HttpFetch | undefined;
  readonly commands: CommandRunner | undefined;
  readonly clock: Clock;
}

/** What it is done with. */
export interface ActivityContext {
  readonly ports: ActivityPorts;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  /** {@link CommandRequest.key} */
  readonly key: string;
}

/** What came back. */
export interface ActivityAnswer {
  readonly provider: "http" | "process";
  /** Of the answer; the exit code, or -1 where a signal ended the process. */
  readonly status: number;
  /** All of it, in the shape that tolerances look at. */
  readonly value: Readonly<Record<string, Json>>;
  /** What was longer than is kept. */
  readonly cut: ReadonlySet<string>;
}

const MOST_BYTES = 65_536;
const NO_BODY = ["GET", "HEAD"];
const REPEATABLE = ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"];

/** Does it. Rejects where nothing came back in time. */
export function perform(
  activity: Pick<ToolkitActivity, "name" | "provider" | "timeout">,
  context: ActivityContext,
): Promise<ActivityAnswer> {
  const { name, provider, timeout } = activity;
  return provider.type === "http"
    ? call(name, provider, provider.timeout ?? timeout, context)
    : start(name, provider, provider.timeout ?? timeout, context);
}

/** Seconds as they are written, in milliseconds. @throws AdapterError if they are none */
export function millisecondsOf(
  name: string,
  written: number | string | readonly number[] | undefined,
  variables: Variables,
): number | undefined {
  if (written === undefined) return undefined;
  const value = typeof written === "string" ? Number(substituteAsText(written, variables)) : written;
  const total = typeof value === "number" ? value : value.reduce((sum, part) => sum + part, 0);
  if (Number.isFinite(total) && total >= 0 && total <= 7_200) return total * 1_000;
  throw failure(name, "its time is no number of seconds from 0 to 7200");
}

/** What an activity could not do. */
export function failure(name: string, message: string, cause?: unknown): AdapterError {
  return new AdapterError(message, {
    adapter: "chaos-toolkit",
    operation: `do ${JSON.stringify(name)}`,
    retryable: false,
    cause,
  });
}

async function call(
  name: string,
  provider: ToolkitHttpProvider,
  timeout: ToolkitHttpProvider["timeout"],
  { ports: { fetch, clock }, variables, signal }: ActivityContext,
): Promise<ActivityAnswer> {
  if (fetch === undefined) throw failure(name, "no fetch was handed in");
  const method = (provider.method ?? "GET").toUpperCase();
  const url = urlOf(substituteAsText(provider.url, variables));
  if (url === undefined) throw failure(name, "what its url stands for is no address of http or https");
  const headers: Record<string, string> = {};
  for (const [header, value] of Object.entries(substitute(provider.headers ?? {}, variables) as Record<string, Json>)) {
    const text = textOf(value);
    if (/[\r\n\0]/.test(text)) throw failure(name, `the header ${header} has a line end`);
    headers[header.toLowerCase()] = text;
  }
  const given = substitute(provider.arguments ?? null, variables);
  let body: string | undefined;
  if (NO_BODY.includes(method)) addQuery(url, given);
  else if (given !== null) body = bodyOf(given, headers);
  const init = { method, headers, redirect: "manual", ...(body === undefined ? {} : { body }) } as const;
  const attempts = REPEATABLE.includes(method) ? 1 + (provider.max_retries ?? 0) : 1;
  const within = async (aborting: AbortSignal): Promise<ActivityAnswer> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await answerOf(await fetch(url.href, { ...init, signal: aborting }));
      } catch (error) {
        aborting.throwIfAborted();
        if (attempt < attempts) continue;
        const code = publicReason(error);
        throw failure(name, `there was no answer${/^[A-Z_]{3,40}$/.test(code) ? ` (${code})` : ""}`, error);
      }
    }
  };
  const timeoutMs = millisecondsOf(name, timeout, variables);
  if (timeoutMs === undefined) return within(signal);
  return withDeadline(within, { clock, timeoutMs, operation: JSON.stringify(name), signal, keepAlive: true });
}

function addQuery(url: URL, given: Json): void {
  if (typeof given === "string") url.search = url.search === "" ? given : `${url.search}&${given}`;
  else append(url.searchParams, given);
}

function bodyOf(given: Json, headers: Record<string, string>): string {
  if (/^application\/json\b/i.test(headers["content-type"] ?? "")) return JSON.stringify(given);
  if (typeof given !== "object" || given === null) return textOf(given);
  const form = new URLSearchParams();
  append(form, given);
  headers["content-type"] ??= "application/x-www-form-urlencoded";
  return form.toString();
}

/** A list is its name again and again; what is null is left out. */
function append(parameters: URLSearchParams, given: Json): void {
  if (typeof given !== "object" || given === null) return;
  for (const [key, value] of Object.entries(given as Record<string, Json>)) {
    const all = Array.isArray(value) ? (value as readonly Json[]) : [value];
    for (const one of all) if (one !== null) parameters.append(key, textOf(one));
  }
}

async function answerOf(reply: HttpReply): Promise<ActivityAnswer> {
  const kept = new Kept();
  const reader = reply.body?.getReader();
  for (;;) {
    const piece = await reader?.read();
    if (piece?.done !== false || piece.value === undefined) break;
    if (kept.add(piece.value)) continue;
    await reader?.cancel();
    break;
  }
  const { text, isCut } = kept;
  const isJson = /^application\/json\b/i.test(reply.headers.get("content-type") ?? "");
  const { status } = reply;
  const value = { status, body: isJson && !isCut ? parsed(text) : text };
  return { provider: "http", status, value, cut: new Set(isCut ? ["body"] : []) };
}

async function start(
  name: string,
  provider: ToolkitProcessProvider,
  timeout: ToolkitProcessProvider["timeout"],
  { ports: { commands, clock }, variables, signal, key }: ActivityContext,
): Promise<ActivityAnswer> {
  if (commands === undefined) throw failure(name, "no commands were handed in");
  const args = argumentsOf(provider.arguments, variables);
  const timeoutMs = millisecondsOf(name, timeout, variables);
  const outputs = { stdout: new Kept(), stderr: new Kept() };
  signal.throwIfAborted();
  const ending = new AbortController();
  const stopListening = onAbort(signal, () => {
    ending.abort(signal.reason);
  });
  const end = (): void => {
    ending.abort(new TimeoutError(JSON.stringify(name), timeoutMs ?? 0));
  };
  const stopTimer = timeoutMs === undefined ? undefined : clock.schedule(end, timeoutMs, { keepAlive: true });
  try {
    // Waited for even when it is told to end: only then has it ended.
    const {
      exitCode,
      signal: ended,
      reason,
    } = await commands.run(
      { program: provider.path, args, environment: {}, isDryRun: false, key },
      {
        signal: ending.signal,
        onOutput: (stream, piece) => {
          outputs[stream].add(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
        },
      },
    );
    ending.signal.throwIfAborted();
    const status = exitCode ?? (ended === undefined && reason === undefined ? 0 : -1);
    const { stdout, stderr } = outputs;
    const cut = (["stdout", "stderr"] as const).filter((stream) => outputs[stream].isCut);
    return {
      provider: "process",
      status,
      value: { status, stdout: stdout.text, stderr: stderr.text },
      cut: new Set(cut),
    };
  } finally {
    stopTimer?.();
    stopListening();
  }
}

/** The beginning of an output. */
class Kept {
  readonly #decoder = new TextDecoder();
  #text = "";
  #size = 0;
  isCut = false;

  get text(): string {
    return this.#text + (this.isCut ? "" : this.#decoder.decode());
  }

  /** False when there is no room for more. */
  add(piece: Uint8Array): boolean {
    const room = MOST_BYTES - this.#size;
    this.isCut ||= piece.byteLength > room;
    this.#text += this.#decoder.decode(piece.subarray(0, room), { stream: true });
    this.#size += Math.min(room, piece.byteLength);
    return !this.isCut;
  }
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
