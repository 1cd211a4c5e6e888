/** A dashboard as an answer to a request: the page, the page as a file, the data, and the stream that keeps the page live. */
import { systemClock } from "../core/time/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import { type ConfigurationError, invalid, isReliabilityError } from "../core/errors.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { publicReason } from "../core/public-reason.ts";
import type { FeedReader, FeedSeat } from "../dashboard/feed/feed.ts";
import type { DashboardSnapshot, DashboardSteps } from "../dashboard/model.ts";
import type { Answer, EndpointRequest } from "./answer.ts";
import { DashboardHeaders } from "./dashboard-headers.ts";
import { type BasicLogin, CHALLENGE, loginOf } from "./dashboard-login.ts";
import { compressed } from "./encoding.ts";
import { acceptsGzip } from "./negotiation.ts";

/** Has something to show: an `SloDashboard`. */
export interface DashboardLike {
  /** The page that asks for its data and keeps itself live. The same each time. */
  livePage(): string;
  /** The page with its data in it. */
  generateHtml(): Promise<string>;
  /** The data. */
  snapshot(): Promise<DashboardSnapshot>;
  /** How one SLO (`service/name`) went. @throws `ConfigurationError` about `id` if there is no such SLO */
  past?(id: string): Promise<readonly DashboardSteps[]>;
  /** Tells live pages what there is. */
  readonly feed: DashboardFeedLike;
}

/** The part of a `DashboardFeed` that is used. */
export interface DashboardFeedLike {
  /** Gives `reader` a place; undefined if there is none. */
  subscribe(reader: FeedReader): FeedSeat | undefined;
  /** Whether it takes no reader any more. */
  readonly isClosed?: boolean;
}

/** What can be told to a `dashboardHandler`. */
export interface DashboardHandlerOptions {
  /** Who may look. Anybody may without it. */
  readonly basic?: BasicLogin;
  /** Who may show the page in a frame: `self`, or origins such as `https://grafana.example.com`. Nobody unless told. */
  readonly frameAncestors?: string | readonly string[];
}

/** A stream of server-sent events that is to begin. */
export interface EventStream {
  readonly headers: Record<string, string>;
  /** Takes a place for it; undefined if there is none. */
  subscribe(reader: FeedReader): FeedSeat | undefined;
  /** What is answered then: why there is none. */
  readonly full: Answer;
}

/** A response, or the beginning of one. */
export type DashboardAnswer = Answer | { readonly stream: EventStream };

/** Answers a request. Never rejects. */
export type DashboardEndpoint = (request: EndpointRequest) => Promise<DashboardAnswer>;

const LONGEST_URL = 2_048;
const TIMEOUT_MS = 60_000;
const MOST_PASTS_AT_A_TIME = 32;
const TEXT = "text/plain; charset=utf-8";

/** @throws `ConfigurationError` for what is no dashboard, and options that cannot be used */
export function dashboardEndpoint(dashboard: DashboardLike, options: DashboardHandlerOptions = {}): DashboardEndpoint {
  if ((dashboard as unknown) === undefined) throw invalid("dashboard", "is missing; give an SloDashboard");
  checkMethods(dashboard, "dashboard", ["livePage", "generateHtml", "snapshot"]);
  checkMethods((dashboard as Partial<DashboardLike>).feed ?? null, "dashboard.feed", ["subscribe"]);
  checkOptions(options, "dashboardHandler", ["basic", "frameAncestors"]);
  const knows = loginOf(options.basic);
  const headers = new DashboardHeaders(options.frameAncestors);
  const answers = new Answers(dashboard, headers);
  const refusal = (statusCode: number, message: string, more: Readonly<Record<string, string>> = {}): Answer => ({
    statusCode,
    headers: { ...headers.data(TEXT), ...more },
    body: `${message}\n`,
  });
  const stream: EventStream = {
    headers: headers.events(),
    subscribe: (reader) => dashboard.feed.subscribe(reader),
    get full() {
      const why = dashboard.feed.isClosed === true ? "the dashboard is closed" : "too many pages are open";
      return refusal(503, why, { "Retry-After": "10" });
    },
  };
  return async (request) => {
    try {
      const { method, url } = request;
      if (method !== "GET" && method !== "HEAD") {
        return refusal(405, "only GET and HEAD are possible", { Allow: "GET, HEAD" });
      }
      if (!(await knows(request.headers))) return refusal(401, "unauthorized", { "WWW-Authenticate": CHALLENGE });
      if (url.length > LONGEST_URL) return refusal(414, `the address has more than ${String(LONGEST_URL)} characters`);
      const asked = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? "");
      if (asked.has("events")) {
        if (method === "HEAD") return { statusCode: 200, headers: stream.headers, body: "" };
        return { stream };
      }
      if (asked.has("data")) return await answers.data(request);
      const id = asked.get("past");
      if (id !== null)
        return (
          (await answers.past(id, request)) ?? refusal(503, "too many questions at a time", { "Retry-After": "1" })
        );
      return await (asked.get("page") === "static" ? answers.file(request) : answers.page(request));
    } catch (error) {
      const isUnknown = isReliabilityError(error) && "issues" in error && isAboutId(error as ConfigurationError);
      return refusal(isUnknown ? 404 : 500, `the dashboard could not be told: ${publicReason(error)}`);
    }
  };
}

function isAboutId({ issues: [issue] }: ConfigurationError): boolean {
  return issue?.path[0] === "id";
}

/** A body, and the same packed; undefined where that gains nothing. */
interface Body {
  readonly headers: Record<string, string>;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly packed: Uint8Array<ArrayBuffer> | undefined;
}

/** What is answered to whoever may look. */
class Answers {
  readonly #dashboard: DashboardLike;
  readonly #headers: DashboardHeaders;
  readonly #askData: () => Promise<Body>;
  readonly #askFile: () => Promise<Body>;
  /** How SLOs went, by their id, while somebody waits for it. */
  readonly #askingPasts = new Map<string, Promise<Body>>();
  #page: { readonly html: string; readonly tag: string; readonly body: Body } | undefined;

  constructor(dashboard: DashboardLike, headers: DashboardHeaders) {
    this.#dashboard = dashboard;
    this.#headers = headers;
    this.#askData = shared("the dashboard's data", async () => {
      return this.#json(await this.#dashboard.snapshot());
    });
    this.#askFile = shared("the dashboard's page", async () => {
      const html = await this.#dashboard.generateHtml();
      const disposition = { "Content-Disposition": 'attachment; filename="dashboard.html"' };
      return bodyOf(html, { ...headers.page(html, "no-store"), ...disposition });
    });
  }

  async data({ headers }: EndpointRequest): Promise<Answer> {
    return packedFor(headers, await this.#askData());
  }

  async file({ headers }: EndpointRequest): Promise<Answer> {
    return packedFor(headers, await this.#askFile());
  }

  /** Undefined where too many wait already. */
  async past(id: string, { headers }: EndpointRequest): Promise<Answer | undefined> {
    let asking = this.#askingPasts.get(id);
    if (asking === undefined) {
      if (this.#askingPasts.size >= MOST_PASTS_AT_A_TIME) return undefined;
      const ask = async (): Promise<Body> => this.#json((await this.#dashboard.past?.(id)) ?? []);
      asking = inTime("how an SLO went", ask).finally(() => this.#askingPasts.delete(id));
      this.#askingPasts.set(id, asking);
    }
    return packedFor(headers, await asking);
  }

  async page({ headers }: EndpointRequest): Promise<Answer> {
    const html = this.#dashboard.livePage();
    let page = this.#page;
    if (page?.html !== html) {
      const tag = await tagOf(html);
      const body = await bodyOf(html, { ...this.#headers.page(html, "private, no-cache"), ETag: tag });
      page = { html, tag, body };
      this.#page = page;
    }
    if (!knowsTag(headers["if-none-match"], page.tag)) return packedFor(headers, page.body);
    return { statusCode: 304, headers: page.body.headers, body: "" };
  }

  async #json(value: object): Promise<Body> {
    const headers = { ...this.#headers.data("application/json; charset=utf-8"), Vary: "Accept-Encoding" };
    return bodyOf(`${JSON.stringify(value)}\n`, headers);
  }
}

/** Whoever asks at the same time gets the same answer. */
function shared(operation: string, ask: () => Promise<Body>): () => Promise<Body> {
  let asking: Promise<Body> | undefined;
  return () => {
    asking ??= inTime(operation, ask).finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

function inTime(operation: string, ask: () => Promise<Body>): Promise<Body> {
  return withDeadline(ask, { clock: systemClock, timeoutMs: TIMEOUT_MS, operation });
}

async function bodyOf(text: string, headers: Record<string, string>): Promise<Body> {
  const plain = new TextEncoder().encode(text);
  return { headers, plain, packed: await compressed(plain) };
}

function packedFor(asked: EndpointRequest["headers"], { headers, plain, packed }: Body): Answer {
  if (packed === undefined || !acceptsGzip(asked)) return { statusCode: 200, headers, body: plain };
  return { statusCode: 200, headers: { ...headers, "Content-Encoding": "gzip" }, body: packed };
}

/** A weak one: it is of the page, packed or not. */
async function tagOf(html: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(html)));
  return `W/"${[...digest.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("")}"`;
}

function knowsTag(header: string | readonly string[] | undefined, tag: string): boolean {
  const known = typeof header === "string" ? header.split(",").map((one) => one.trim()) : [];
  const bare = tag.slice(2);
  return known.some((one) => one === "*" || one === tag || one === bare);
}
