/** What calls other systems through somebody's `fetch`: it answers, or says who did not. */
import { PrometheusApi } from "../../../src/adapters/prometheus/index.ts";
import { ToxiproxyPlane } from "../../../src/adapters/toxiproxy/index.ts";
import { WebhookNotifier } from "../../../src/adapters/webhook/index.ts";
import type { HttpFetch, HttpReply } from "../../../src/ports/http-fetch.ts";
import type { Notification } from "../../../src/ports/notifier.ts";
import { withDeadline } from "../../../src/core/deadline.ts";

import type { Stage } from "./stage.ts";
import { goesOn, type Scenario } from "./types.ts";

const TEXT = JSON.stringify({ status: "success", data: { resultType: "vector", result: [] } });

interface Parts {
  readonly fetch: HttpFetch;
  readonly headers: { get(name: string): string | null };
  readonly reader: {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array }>;
    cancel(): Promise<void>;
  };
}

/** A fetch of which one part misbehaves. */
function fetchOf(stage: Stage, part: string, text: string): HttpFetch {
  const spoilt = <T extends object>(object: T): T =>
    part in object ? stage.spoiling(object, part as keyof T & string) : object;
  const fetch: HttpFetch = async () => {
    let left = [new TextEncoder().encode(text)];
    const reader: Parts["reader"] = {
      read: async () => {
        const [value] = left;
        left = left.slice(1);
        return value === undefined ? { done: true } : { done: false, value };
      },
      cancel: async () => undefined,
    };
    const body = spoilt({ getReader: () => spoilt(reader) });
    const headers = spoilt({ get: () => "application/json" });
    return { status: 200, headers, body } satisfies HttpReply;
  };
  return part === "fetch" ? stage.plugin(fetch) : fetch;
}

const NOTIFICATION: Notification = {
  idempotencyKey: "INC-0001/1",
  kind: "opened",
  at: 0,
  message: "it fails",
  incident: {
    id: "INC-0001",
    title: "fails",
    severity: "SEV1",
    status: "investigating",
    services: ["shop"],
    startedAt: 0,
    labels: {},
  },
};

/** Those who call: each with its name as it is told. */
const CALLERS: Readonly<Record<string, (stage: Stage, fetch: HttpFetch) => () => Promise<unknown>>> = {
  WebhookNotifier: (stage, fetch) => {
    const hook = new WebhookNotifier({
      url: "http://hook.example/",
      secret: "0123456789abcdef",
      fetch,
      clock: stage.clock,
    });
    return () => limited(stage, (signal) => hook.notify(NOTIFICATION, { signal }));
  },
  PrometheusApi: (stage, fetch) => {
    const api = new PrometheusApi({ url: "http://prometheus.example/", fetch, clock: stage.clock, retries: 0 });
    return async () => {
      const answer = await api.query("up");
      if (!answer.ok) throw new Error(answer.failure.message);
    };
  },
  ToxiproxyPlane: (stage, fetch) => {
    const plane = new ToxiproxyPlane({ url: "http://toxiproxy.example/", fetch });
    return () => limited(stage, (signal) => plane.targets({ signal }));
  },
};

export const CALLERS_OF_FETCH: readonly Scenario[] = Object.entries(CALLERS).flatMap(([by, make]) =>
  ["fetch", "get", "getReader", "read"].map((method): Scenario => ({
    ...{ plugin: "http-fetch", method, by, answers: method === "fetch", names: /hook|prometheus|toxiproxy/i },
    // An answer whose body or type nobody needs has been given.
    fine: ({ kind }) => kind === "junk" || method !== "fetch",
    play: async (stage) => {
      const call = make(stage, fetchOf(stage, method, by === "ToxiproxyPlane" ? "{}" : TEXT));
      let answered = 0;
      for (let time = 0; time < 3; time += 1) {
        if ((await stage.attempt("calling", () => call().then(() => true))) === true) answered += 1;
      }
      goesOn(answered >= 2, `${String(answered)} of 3 calls were answered`);
    },
  })),
);

function limited<T>(stage: Stage, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return withDeadline(call, { clock: stage.clock, timeoutMs: 10_000, operation: "hook, prometheus or toxiproxy" });
}
