/** Webhooks as anybody may post them: bodies, headers, signatures, and the pieces that a body comes in. */
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { formatPath, ConfigurationError } from "../../../src/core/errors.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import type { Random } from "../../../src/core/random.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import { ALERT_SOURCES, type AlertSource } from "../../../src/response/alerts/alerts.ts";
import { AutomatedResponse } from "../../../src/response/automated-response.ts";
import type { FetchRequest } from "../../../src/response/webhook/body.ts";
import type { WebhookOptions } from "../../../src/response/webhook/options.ts";
import { brokenText } from "../../support/broken-text.ts";
import { ROOT } from "../../support/spawn.ts";
import { drawn } from "../support/drawn.ts";
import { bytesOf, mutatedText, type Words } from "../support/mutated.ts";
import { oddNumber } from "../support/values.ts";
import type { FuzzTarget, Outcome } from "../types.ts";

/** A request, a character a byte. */
interface Posted {
  readonly guard: keyof typeof GUARDS;
  /** Undefined posts it; else it is handed to `receive`, as from this sender. */
  readonly source?: AlertSource | "told by its form" | undefined;
  readonly method: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly body: string;
  /** After so many bytes each the body comes in another piece; 0 for all at once. */
  readonly pieces: number;
  /** What becomes of the body at its end. */
  readonly ending: "ends" | "breaks off" | "was read";
}

const SECRET = "what-alertmanager-sends";
const OTHER = "the-secret-before-this";
const BASE: WebhookOptions = { rateLimit: false };
const GUARDS = {
  open: { ...BASE, open: true },
  small: { ...BASE, open: true, maxBytes: 1_000 },
  bearer: { ...BASE, bearer: [OTHER, SECRET] },
  hmac: { ...BASE, hmac: { header: "x-signature", secrets: [OTHER, SECRET] } },
  pagerduty: { ...BASE, hmac: { header: "x-pagerduty-signature", secrets: SECRET, prefix: "v1=" } },
  both: { ...BASE, bearer: SECRET, hmac: { header: "x-signature", secrets: SECRET, prefix: "" } },
} as const satisfies Readonly<Record<string, WebhookOptions>>;
const GUARD_NAMES = Object.keys(GUARDS) as (keyof typeof GUARDS)[];

const FOLDER = join(ROOT, "test", "data", "alertmanager");
const GRAFANA = JSON.stringify({
  ...{ receiver: "nines", status: "firing", orgId: 1, version: "1", groupKey: "{}:{}", truncatedAlerts: 2 },
  ...{ title: "[FIRING:1] HighLatency", state: "alerting", message: "too slow", externalURL: "http://grafana/" },
  ...{ groupLabels: { grafana_folder: "shop" }, commonLabels: {}, commonAnnotations: {} },
  alerts: [
    {
      ...{ status: "firing", labels: { alertname: "HighLatency", service: "shop", severity: "page" } },
      ...{ annotations: { summary: "p99 is 3 s" }, startsAt: "2026-11-22T05:57:48.256Z" },
      ...{ endsAt: "0001-01-01T00:00:00Z", generatorURL: "http://grafana/alerting", fingerprint: "57c6d9296de2ad39" },
      ...{ silenceURL: "http://grafana/silence", dashboardURL: "", panelURL: "", values: { B: 3.1 } },
    },
  ],
});
const PLAIN = JSON.stringify({
  ...{ name: "DiskFull", status: "firing", labels: { service: "db", severity: "ticket", runbook: "disk" } },
  ...{ annotations: { summary: "97 %" }, startsAt: 1_795_000_000_000, endsAt: "2026-11-22T06:00:00Z", group: "db" },
  url: "https://monitor.example/1",
});
const SAMPLES: readonly string[] = [
  ...readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), "utf8")),
  ...[GRAFANA, GRAFANA, PLAIN, PLAIN, `[${PLAIN},${PLAIN.replace("DiskFull", "DiskSlow")}]`],
];
const WORDS: Words = {
  names: [
    ...["alerts", "labels", "annotations", "groupKey", "groupLabels", "status", "startsAt", "endsAt", "fingerprint"],
    ...["receiver", "truncatedAlerts", "version", "orgId", "title", "state", "name", "group", "generatorURL", "url"],
    ...["constructor", "toString", "valueOf", "severity", "service", "slo", "summary", "runbook_url", "alertname", ""],
  ],
  values: [
    ...["firing", "resolved", "Firing", "2026-11-22T06:03:23.113Z", "2026-02-30T00:00:00Z", "-271821-04-20T00:00:00Z"],
    ...[
      "2026-11-22T06:03:23.113+99:99",
      "2026-11-22t06:03:23z",
      "page",
      "SEV1",
      "a\u0000b",
      "\ud83d",
      "é".repeat(9_999),
    ],
    ...[-8.64e15, 8.64e15, 1_795_000_000_000.5, 50_001, 2, { a: "b" }, { __proto__: null, a: 1 }, [{ name: "x" }]],
  ],
};

function anyPosted(random: Random): Posted {
  const guard = random.pick(GUARD_NAMES);
  const sample = random.pick(SAMPLES);
  const kind = random.next();
  const text = kind < 0.15 ? sample : kind < 0.2 ? brokenText(sample, random) : mutatedText(sample, random, WORDS);
  const body = bytesOf(text, random);
  const source = random.next() < 0.8 ? undefined : random.pick([...ALERT_SOURCES, "told by its form" as const]);
  return {
    ...{ guard, source, body },
    method: random.next() < 0.97 ? "POST" : random.pick(["GET", "post", "", "CONNECT", "POST "]),
    headers: anyHeaders(guard, body, random),
    pieces: random.next() < 0.7 ? 0 : random.integer(1, 900),
    ending: random.next() < 0.96 ? "ends" : random.pick(["breaks off", "was read"] as const),
  };
}

function anyHeaders(guard: keyof typeof GUARDS, body: string, random: Random): Posted["headers"] {
  const options: WebhookOptions = GUARDS[guard];
  const headers = [{ name: "content-type", value: anyType(random) }];
  if (options.bearer !== undefined) headers.push({ name: "authorization", value: anyBearer(random) });
  const { hmac } = options;
  if (hmac !== undefined) {
    const digits = createHmac("sha256", SECRET).update(Buffer.from(body, "latin1")).digest("hex");
    headers.push({ name: hmac.header, value: anySignature(`${hmac.prefix ?? "sha256="}${digits}`, random) });
  }
  if (random.next() < 0.03) {
    headers.push({
      name: "content-encoding",
      value: random.pick(["gzip", "identity", " IDENTITY ", "br, gzip", "\t"]),
    });
  }
  return headers.filter(() => random.next() < 0.98);
}

function anyType(random: Random): string {
  if (random.next() < 0.9) return random.pick(["application/json", "Application/JSON; charset=utf-8", ""]);
  return random.pick([
    "text/plain",
    "application/x+json",
    "application/json,",
    ";",
    `application/${"a+".repeat(3_000)}`,
  ]);
}

function anyBearer(random: Random): string {
  if (random.next() < 0.85) return random.pick([`Bearer ${SECRET}`, `bearer   ${OTHER} `]);
  return random.pick([
    SECRET,
    `Bearer ${SECRET}x`,
    `Bearer ${SECRET.slice(1)}`,
    "Bearer",
    `Bearer ${" ".repeat(4_900)}x`,
    "",
  ]);
}

function anySignature(right: string, random: Random): string {
  if (random.next() < 0.85)
    return random.pick([
      right,
      `v1=00,${right}`,
      `${right.toUpperCase().replace(/^[^=]*=/, (prefix) => prefix.toLowerCase())} `,
    ]);
  return random.pick([
    `${right}0`,
    right.slice(0, -1),
    right.replace(/.$/, "g"),
    ",".repeat(4_000),
    `${right},`.repeat(9),
    "",
  ]);
}

/** An incident grows with each new alert: what is tried needs no long history. */
const REQUESTS_A_STORE = 200;
let asked = 0;
let responses = new Map<string, AutomatedResponse>();
let incidents: IncidentManager | undefined;

function responseOf(guard: keyof typeof GUARDS): AutomatedResponse {
  if (asked % REQUESTS_A_STORE === 0) {
    responses = new Map();
    incidents = new IncidentManager({ clock: new ManualClock(Date.UTC(2026, 10, 22, 10)) });
  }
  asked += 1;
  const known = responses.get(guard);
  if (known !== undefined) return known;
  const made = new AutomatedResponse({
    ...{ incidents: incidents as IncidentManager, clock: new ManualClock(Date.UTC(2026, 10, 22, 10)) },
    webhook: GUARDS[guard],
    ...(guard === "bearer" ? { groupBy: ["service", "constructor"], onResolved: "resolve" } : {}),
    ...(guard === "hmac"
      ? { routes: [{ match: { service: /^(s|d)/ }, title: "{summary} of {service}", severity: "SEV2" }] }
      : {}),
  });
  responses.set(guard, made);
  return made;
}

async function run(input: Posted): Promise<Outcome> {
  const response = responseOf(input.guard);
  if (input.source !== undefined) return received(response, input);
  const before = response.stats();
  const answer = await response.handle(requestOf(input));
  const text = await answer.text();
  if (text.length > 10_000) throw new Error(`an answer of ${text.length} characters`);
  if (text.includes(SECRET) || text.includes(OTHER)) throw new Error("the answer has the secret in it");
  const told = JSON.parse(text) as {
    readonly error?: unknown;
    readonly incidents?: readonly { readonly id: string }[];
  };
  const after = response.stats();
  if (after.requests !== before.requests + 1) throw new Error("the request was not counted");
  if (answer.status === 200) {
    await stored(told.incidents);
    return { taken: true };
  }
  const { error } = told;
  if (typeof error !== "string") throw new Error(`${answer.status} without a word: ${text}`);
  if (![400, 401, 405, 413, 415].includes(answer.status) && !(answer.status === 500 && input.ending === "was read")) {
    throw new Error(`answered ${answer.status}: ${error}`);
  }
  return { refused: error, at: placeOf(answer.status, error) };
}

async function received(response: AutomatedResponse, { body, source }: Posted): Promise<Outcome> {
  const text = Buffer.from(body, "latin1").toString();
  try {
    const told = source === "told by its form" ? {} : { source: source as AlertSource };
    const { incidents: found } = await response.receive(text, told);
    await stored(found);
    return { taken: true };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const [issue] = error.issues;
    return { refused: error.message, at: formatPath(issue?.path ?? []) || "the message" };
  }
}

/** What was answered with 200 is there, and whole. */
async function stored(found: readonly { readonly id: string }[] | undefined): Promise<void> {
  if (found === undefined) throw new Error("stored without a word of the incidents");
  for (const { id } of found.slice(0, 3)) {
    const incident = await (incidents as IncidentManager).get(id);
    const odd = oddNumber(incident);
    if (odd !== undefined) throw new Error(`the incident has a number that is none: ${odd}`);
    if (incident.title.trim() === "") throw new Error(`the title is ${JSON.stringify(incident.title)}`);
  }
}

/** What the answer says is at fault; its status says which part of the request. */
function placeOf(status: number, error: string): string {
  if (status === 405) return "the method";
  if (status === 415) return error.includes("packed") ? "content-encoding" : "content-type";
  if (status === 401) return "the credentials";
  return /^([^\s:]+): /.exec(error)?.[1] ?? "the body";
}

function requestOf({ method, headers, body, pieces, ending }: Posted): FetchRequest {
  const bytes = Buffer.from(body, "latin1");
  let at = 0;
  const size = pieces === 0 ? bytes.length : pieces;
  return {
    method,
    bodyUsed: ending === "was read",
    headers: { get: (name) => headers.find((one) => one.name === name)?.value ?? null },
    body: {
      getReader: () => ({
        async read() {
          if (at >= bytes.length) {
            if (ending === "breaks off") throw new Error("the sender is gone");
            return { done: true };
          }
          const value = new Uint8Array(bytes.subarray(at, at + size));
          at += size;
          return { done: false, value };
        },
        cancel: async () => {},
      }),
    },
  };
}

export const target: FuzzTarget<Posted> = {
  name: "webhooks",
  description: "bodies, headers and signatures that a webhook is posted",
  inputs: drawn(anyPosted),
  run,
};
