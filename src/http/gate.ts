/** Whether a service may be released, as an answer to a request: what deployment tools ask. */
import { ConfigurationError, isReliabilityError, type ReliabilityError, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import type { GateResult } from "../gate/model.ts";
import { WebhookAuth } from "../response/webhook/auth.ts";
import { webhookOf } from "../response/webhook/options.ts";
import type { Answer, Endpoint, EndpointRequest } from "./answer.ts";
import { Refused } from "./refused.ts";

/** Can be asked whether a service may be released: a `ReleaseGate`. */
export interface GateLike {
  /** @throws `ConfigurationError` if there is no such service */
  check(service: string): Promise<GateResult>;
}

/** What can be told to a `gateHandler`. */
export interface GateHandlerOptions {
  /** Secrets that an `Authorization: Bearer` header may have, 8 to 1,000 characters each. Anybody may ask without it. */
  readonly bearer?: string | readonly string[];
}

interface Question {
  readonly service: string;
  /** Whether the status is to tell the verdict. */
  readonly strict: boolean;
  /** The path whose last part was taken for the service, since nothing else names one. */
  readonly guessedFrom: string | undefined;
}

const LONGEST_URL = 2_048;
const LONGEST_NAME = 200;
/** Services that are asked about at a time; whoever asks about the same one at the same time gets the same answer. */
const MOST_AT_A_TIME = 32;
const PARAMETERS = ["service", "status"];

/**
 * Answers GET and HEAD with the {@link GateResult} as JSON and 200, whatever the verdict: the verdict is in the body. With
 * `?status=strict` the status tells it too: 200 for what is allowed, 409 for what is blocked, 503 for what is unknown and held back.
 * A misspelt parameter is a 400 and no other answer, since whoever only looks at the status would take that for a yes.
 */
export function gateEndpoint(gate: GateLike, options: GateHandlerOptions = {}): Endpoint {
  checkMethods(gate, "gate", ["check"]);
  checkOptions(options, "gateHandler", ["bearer"]);
  const auth = new WebhookAuth({ bearer: secretsOf(options.bearer), hmac: undefined });
  const asking = new Map<string, Promise<GateResult>>();
  const ask = (service: string): Promise<GateResult> => {
    const same = asking.get(service);
    if (same !== undefined) return same;
    if (asking.size >= MOST_AT_A_TIME) throw new Refused(503, "too many questions at a time", { "Retry-After": "1" });
    const answer = Promise.resolve(gate.check(service)).finally(() => asking.delete(service));
    asking.set(service, answer);
    return answer;
  };
  return async (request) => {
    let guessedFrom: string | undefined;
    try {
      const { method, headers } = request;
      if (method !== "GET" && method !== "HEAD") {
        throw new Refused(405, "only GET and HEAD are possible", { Allow: "GET, HEAD" });
      }
      const { authorization } = headers;
      if (!(await auth.knowsBearer(Array.isArray(authorization) ? authorization.join() : authorization))) {
        throw new Refused(401, "unauthorized", { "WWW-Authenticate": "Bearer" });
      }
      const question = questionOf(request);
      const { service, strict } = question;
      ({ guessedFrom } = question);
      const result = await ask(service);
      return json(strict ? strictStatus(result) : 200, result);
    } catch (error) {
      const { status, message, headers } = refusalOf(error, guessedFrom);
      return json(status, { error: message }, headers);
    }
  };
}

function strictStatus({ allowed, verdict }: GateResult): number {
  if (allowed) return 200;
  return verdict === "unknown" ? 503 : 409;
}

function questionOf({ url, params }: EndpointRequest): Question {
  if (url.length > LONGEST_URL) throw new Refused(414, `the address has more than ${String(LONGEST_URL)} characters`);
  const [, path = "", query = ""] = /^(?:[a-z]+:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?/i.exec(url) ?? [];
  const asked = new URLSearchParams(query);
  for (const name of asked.keys()) {
    if (!PARAMETERS.includes(name)) {
      throw new Refused(400, `${show(name)} is no parameter of a gate${choices(name, PARAMETERS)}`);
    }
    if (asked.getAll(name).length > 1) throw new Refused(400, `${name} is there twice`);
  }
  const status = asked.get("status");
  if (status !== null && status !== "strict") {
    throw new Refused(400, `status: ${show(status)} is not possible${choices(status, ["strict"])}`);
  }
  return { ...serviceOf(path, asked.get("service"), params), strict: status === "strict" };
}

function serviceOf(
  path: string,
  asked: string | null,
  { service: routed }: EndpointRequest["params"],
): Pick<Question, "service" | "guessedFrom"> {
  const named = typeof routed === "string" ? routed : undefined;
  if (named !== undefined && asked !== null && named !== asked) {
    throw new Refused(400, "the path and ?service= name two services");
  }
  // A path of one part is the endpoint's own.
  const parts = path.split("/").filter((part) => part !== "");
  const last = parts.length > 1 ? decoded(parts.at(-1) ?? "") : undefined;
  const service = named ?? asked ?? last;
  if (service === undefined || service.trim() === "") {
    throw new Refused(400, "say which service: as the last part of the path, or by ?service=");
  }
  if (service.length > LONGEST_NAME)
    throw new Refused(400, `no service has a name of ${String(service.length)} characters`);
  const isGuess = named === undefined && asked === null;
  return { service, guessedFrom: isGuess ? `/${parts.join("/")}` : undefined };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new Refused(400, "the path cannot be decoded");
  }
}

/** Never what a stranger's error says. */
function refusalOf(error: unknown, guessedFrom: string | undefined): Refused {
  if (error instanceof Refused) return error;
  const [issue] = isConfiguration(error) ? error.issues : [];
  if (issue?.path[0] === "service") return new Refused(404, `${issue.message}${hintOn(guessedFrom)}`);
  return new Refused(500, "the gate could not be asked");
}

/** Mounted deeper than one part, the gate cannot tell its own address from one that ends in a service. */
function hintOn(path: string | undefined): string {
  if (path === undefined) return "";
  return `; it is the last part of ${path}: if the gate itself is there, ask ${path}?service=NAME`;
}

function isConfiguration(error: unknown): error is ReliabilityError & Pick<ConfigurationError, "issues"> {
  return isReliabilityError(error) && error.code === "configuration";
}

function json(statusCode: number, value: object, more: Readonly<Record<string, string>> = {}): Answer {
  const headers = { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", ...more };
  return { statusCode, headers, body: `${JSON.stringify(value, null, 2)}\n` };
}

/** The same secrets as a webhook's. */
function secretsOf(bearer: GateHandlerOptions["bearer"]): readonly string[] | undefined {
  if (bearer === undefined) return undefined;
  try {
    return webhookOf({ bearer }).bearer;
  } catch (error) {
    if (!isConfiguration(error)) throw error;
    throw new ConfigurationError(error.issues.map((issue) => ({ ...issue, path: issue.path.slice(1) })));
  }
}
