/** Approvals of runbooks by HTTP: what waits, and yes or no of somebody whom the host knows. */
import { type ConfigurationError, invalid, isReliabilityError, type ReliabilityError, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import type { RunbookExecutor } from "../runbook/executor/executor.ts";
import { type ApprovalPage, approvalPage, type WaitingApproval } from "./approvals-page.ts";
import type { Answer, EndpointRequest } from "./answer.ts";
import { Refused } from "./refused.ts";

/** Has runs that wait for approvals: a `RunbookExecutor`. */
export type ApprovalsLike = Pick<RunbookExecutor, "list" | "answer">;

/** What can be told to an `approvalHandler`. */
export interface ApprovalHandlerOptions<Request> {
  /**
   * Who asks, by your own login: a person's name, which stands in the journal and in the timeline. Undefined refuses the request. Never
   * take it from what anybody can write, such as a parameter.
   */
  readonly who: (request: Request) => string | undefined | Promise<string | undefined>;
}

/** Answers a request, which the host hands on as it is, too. Never rejects. */
export type ApprovalEndpoint<Request> = (question: EndpointRequest, request: Request) => Promise<Answer>;

interface Asked {
  readonly run?: string;
  readonly step?: string;
  readonly answer?: string;
  readonly reason?: string;
}

const LONGEST_URL = 4_096;
const PARAMETERS = ["run", "step", "answer", "reason"] as const;
const ANSWERS = ["yes", "no"];
const MOST_LISTED = 1_000;
const FAILED = "the approvals could not be looked at, or answered";
const HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy":
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  "X-Content-Type-Options": "nosniff",
  // Not "no-referrer": then a browser would not say either that a form is this page's own.
  "Referrer-Policy": "same-origin",
};

/**
 * GET tells what waits for an approval, all of it or what `?run=` and `?step=` name. POST with `?run=`, `?step=`, `?answer=yes` or `no`
 * and, where there is one, `?reason=` answers; a POST that a page of another site sends is refused. Browsers get a page with two buttons, all
 * others JSON. There is no body to be read.
 */
export function approvalEndpoint<Request>(
  runbooks: ApprovalsLike,
  options: ApprovalHandlerOptions<Request>,
): ApprovalEndpoint<Request> {
  if ((runbooks as unknown) === undefined) throw invalid("runbooks", "is missing; give a RunbookExecutor");
  checkMethods(runbooks, "runbooks", ["list", "answer"]);
  checkOptions(options, "approvalHandler", ["who"]);
  if (typeof options.who !== "function") {
    throw invalid("who", `${show(options.who)} is not a function; it tells who asks, by your own login`);
  }
  return async (question, request) => {
    const { method, headers } = question;
    const isBrowser = /\btext\/html\b/i.test(textOf(headers.accept) ?? "");
    try {
      if (!["GET", "HEAD", "POST"].includes(method)) {
        throw new Refused(405, "only GET, HEAD and POST are possible", { Allow: "GET, HEAD, POST" });
      }
      const asked = askedOf(question);
      const by = await personOf(options, request);
      if (method !== "POST") {
        const waiting = await waitingOf(runbooks, asked);
        return answerOf(200, { kind: "waiting", by, waiting, one: asked.run !== undefined }, isBrowser);
      }
      checkOwnSite(question);
      const { run, step, answer, reason } = asked;
      if (run === undefined || step === undefined) throw new Refused(400, "say which: by ?run= and ?step=");
      if (answer === undefined) throw new Refused(400, "say ?answer=yes or ?answer=no");
      const approved = answer === "yes";
      await runbooks.answer(run, { step, approved, by, ...(reason === undefined ? {} : { reason }) });
      return answerOf(200, { kind: "answered", run, step, approved, by }, isBrowser);
    } catch (error) {
      const { status, message, headers: more } = refusalOf(error);
      return answerOf(status, { kind: "refused", error: message }, isBrowser, more);
    }
  };
}

async function personOf<Request>({ who }: ApprovalHandlerOptions<Request>, request: Request): Promise<string> {
  const by: unknown = await who(request);
  if (by === undefined) throw new Refused(403, "it is not known who asks");
  if (typeof by === "string" && by.trim() !== "") return by;
  throw new TypeError("who() answered neither with a name nor with undefined");
}

function askedOf({ url }: EndpointRequest): Asked {
  if (url.length > LONGEST_URL) throw new Refused(414, `the address has more than ${String(LONGEST_URL)} characters`);
  const asked = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? "");
  for (const name of asked.keys()) {
    // What a host needs of its own in the address is its own.
    if (asked.getAll(name).length > 1 && (PARAMETERS as readonly string[]).includes(name)) {
      throw new Refused(400, `${name} is there twice`);
    }
  }
  const answer = asked.get("answer");
  if (answer !== null && !ANSWERS.includes(answer)) {
    throw new Refused(400, `answer: ${show(answer)} is not possible${choices(answer, ANSWERS)}`);
  }
  return Object.fromEntries(
    PARAMETERS.flatMap((name) => {
      const value = asked.get(name);
      return value === null || value === "" ? [] : [[name, value]];
    }),
  );
}

/** Who is logged in must not be made to answer by a page of somebody else. */
function checkOwnSite({ headers }: EndpointRequest): void {
  const site = textOf(headers["sec-fetch-site"]);
  const origin = textOf(headers.origin);
  const isOwn = site === undefined ? origin === undefined || hostOf(origin) === textOf(headers.host) : SITES.has(site);
  if (!isOwn) throw new Refused(403, "an answer that is sent by a page of another site does not count");
}

/** A page of its own, or no page at all. */
const SITES: ReadonlySet<string> = new Set(["same-origin", "none"]);

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

async function waitingOf(runbooks: ApprovalsLike, { run, step }: Asked): Promise<readonly WaitingApproval[]> {
  const found: WaitingApproval[] = [];
  for await (const { id, runbook, alert, incident, by, waiting } of runbooks.list({ open: true })) {
    if (run !== undefined && run !== id) continue;
    for (const one of waiting) {
      if (step !== undefined && step !== one.step) continue;
      const { message, expiresAt } = one;
      found.push({ run: id, step: one.step, runbook, alert, incident, by, message, expiresAt });
    }
    if (found.length >= MOST_LISTED) break;
  }
  return found;
}

/** Never what a stranger's error says. */
function refusalOf(error: unknown): Refused {
  if (error instanceof Refused) return error;
  if (!isReliabilityError(error)) return new Refused(500, FAILED);
  const { code, message } = error;
  if (code === "illegal_transition") return new Refused(409, message);
  const [issue] = isConfiguration(error) ? error.issues : [];
  if (issue?.path[0] === "id" || issue?.path[0] === "step") return new Refused(404, issue.message);
  if (issue?.path[0] === "reason") return new Refused(400, message);
  return new Refused(500, FAILED);
}

function isConfiguration(error: ReliabilityError): error is ReliabilityError & Pick<ConfigurationError, "issues"> {
  return error.code === "configuration";
}

function answerOf(
  statusCode: number,
  page: ApprovalPage,
  isBrowser: boolean,
  more: Readonly<Record<string, string>> = {},
): Answer {
  if (isBrowser) {
    const headers = { "Content-Type": "text/html; charset=utf-8", Vary: "Accept", ...HEADERS, ...more };
    return { statusCode, headers, body: approvalPage(page) };
  }
  const headers = { "Content-Type": "application/json; charset=utf-8", Vary: "Accept", ...HEADERS, ...more };
  return { statusCode, headers, body: `${JSON.stringify(jsonOf(page), null, 2)}\n` };
}

function jsonOf(page: ApprovalPage): object {
  switch (page.kind) {
    case "waiting":
      return { waiting: page.waiting };
    case "answered":
      return { run: page.run, step: page.step, approved: page.approved, by: page.by };
    case "refused":
      return { error: page.error };
  }
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(", ") : value;
}
