/** A `fetch` whose calls meet with faults, by the host that they go to. */
import { isAborted, onAbort } from "../../core/abort.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkMethods } from "../../core/options.ts";
import type { PlacedFault } from "../../ports/fault-plane.ts";

import type { HeldRequest } from "./holds.ts";

/** What decides about calls: `InProcessFaults`. */
export interface CallFaults {
  readonly isActive: boolean;
  /** The fault that a call to `host` meets, if any. */
  decide(call: { readonly host: string }): PlacedFault | undefined;
  /** Has it wait, as the fault wants. */
  hold(met: PlacedFault): HeldRequest;
}

/** Any `fetch`: the standard one, or what nines' adapters take. */
export type AnyFetch = (...asked: never[]) => Promise<unknown>;

/** The header that says what was done to a request; its value is the fault's kind. */
export const CHAOS_HEADER = "x-nines-chaos";

/** The body of what is answered in place of whoever was asked. */
export const CHAOS_BODY = '{"error":"injected by a chaos experiment"}\n';

/**
 * `fetch`, with the faults that `faults` has on the host of each call: latency and a cut are waited for before the call is made, and end as
 * any call does when its signal aborts; an error is a `Response` of that status; a reset is the `TypeError` of Node's own `fetch`, caused by
 * `ECONNRESET`. What was asked of whom is decided once a call: redirects are the business of the `fetch` that is wrapped.
 *
 * @example
 * ```ts
 * import { faultyFetch, InProcessFaults } from "nines";
 *
 * const faults = new InProcessFaults({ hosts: ["api.example.com"] });
 * const fetch = faultyFetch(globalThis.fetch, faults);
 * await faults.place({ id: "f", target: "api.example.com", fault: { kind: "error", statusCode: 502 }, share: 1 });
 * const { status } = await fetch("https://api.example.com/orders/7");
 * if (status !== 502) throw new Error(String(status));
 * ```
 */
export function faultyFetch<Fetch extends AnyFetch>(fetch: Fetch, faults: CallFaults): Fetch {
  if (typeof fetch !== "function") throw invalid("fetch", `${show(fetch)} is not a function`);
  if ((faults as unknown) === undefined) throw invalid("faults", "is missing; give InProcessFaults");
  checkMethods(faults, "faults", ["decide", "hold"]);
  const call = fetch as unknown as (input: unknown, init?: unknown) => Promise<unknown>;
  const faulty = (input: unknown, init?: unknown): Promise<unknown> => {
    if (!faults.isActive) return call(input, init);
    const asked = askedOf(input, init);
    const met = asked.host === undefined || isAborted(asked.signal) ? undefined : faults.decide({ host: asked.host });
    return met === undefined ? call(input, init) : struck(met, { faults, asked, go: () => call(input, init) });
  };
  return faulty as unknown as Fetch;
}

interface Asked {
  readonly url: string;
  /** Undefined where there is none to be read. */
  readonly host: string | undefined;
  readonly signal: AbortSignal | undefined;
}

async function struck(
  met: PlacedFault,
  { faults, asked, go }: { readonly faults: CallFaults; readonly asked: Asked; readonly go: () => Promise<unknown> },
): Promise<unknown> {
  const { fault } = met;
  if (fault.kind === "error") return answerOf(fault.statusCode, asked.url);
  if (fault.kind === "reset") throw resetError();
  const { signal } = asked;
  const held = faults.hold(met);
  const release = onAbort(signal, held.letGo);
  const end = await held.ended;
  release();
  if (end === "left") throw signal?.reason as Error;
  return go();
}

function answerOf(status: number, url: string): Response {
  const headers = { "content-type": "application/json; charset=utf-8", [CHAOS_HEADER]: "error" };
  const response = new Response(CHAOS_BODY, { status, headers });
  // One that was made by hand has none.
  Object.defineProperty(response, "url", { value: url, configurable: true });
  return response;
}

/** What Node's `fetch` rejects with when the other side resets the connection. */
function resetError(): TypeError {
  const cause = Object.assign(new Error("read ECONNRESET"), { errno: -104, code: "ECONNRESET", syscall: "read" });
  return new TypeError("fetch failed", { cause });
}

function askedOf(input: unknown, init: unknown): Asked {
  const request = fieldsOf(input);
  const text = input instanceof URL ? input.href : (request.url ?? input);
  const given = fieldsOf(init).signal;
  // By null one says that the signal of a request is not to count.
  const signal = given === undefined ? request.signal : given;
  const base = { signal: signal instanceof AbortSignal ? signal : undefined };
  if (typeof text !== "string" || !URL.canParse(text)) return { ...base, url: "", host: undefined };
  const url = new URL(text);
  const port = url.port === "" ? PORTS[url.protocol] : url.port;
  return { ...base, url: url.href, host: port === undefined ? undefined : `${url.hostname}:${port}` };
}

/** Of other schemes nothing is asked over a network. */
const PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

function fieldsOf(value: unknown): { readonly url?: unknown; readonly signal?: unknown } {
  return typeof value === "object" && value !== null ? value : {};
}
