/** What adapters ask of other systems, what these answered once, and what may come of it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AlertmanagerNotifier } from "../../../src/adapters/alertmanager/index.ts";
import { GrafanaChaosAnnotations } from "../../../src/adapters/grafana/chaos.ts";
import { GrafanaDeploymentAnnotations } from "../../../src/adapters/grafana/deployments.ts";
import { GrafanaNotifier } from "../../../src/adapters/grafana/index.ts";
import { OpsgenieNotifier } from "../../../src/adapters/opsgenie/index.ts";
import { PagerDutyNotifier } from "../../../src/adapters/pagerduty/index.ts";
import { SlackNotifier } from "../../../src/adapters/slack/index.ts";
import { StatuspageNotifier } from "../../../src/adapters/statuspage/index.ts";
import { WebhookNotifier } from "../../../src/adapters/webhook/index.ts";
import { httpProbe } from "../../../src/chaos/http-probe.ts";
import { NOTIFICATION_KINDS, type Notification, type Notifier } from "../../../src/ports/notifier.ts";
import { ROOT } from "../../support/spawn.ts";
import { REPEATED, type Sample } from "./replies.ts";
import { checkMessage, cluster, flag, labels, pods, removal, sound, targets, text } from "./adapter-checks.ts";
import { AT, type Given, pod, mark, request, grafana, plane, rundeck, silencesOf, silence } from "./adapter-clients.ts";

export interface Surface {
  /** Throws where what came of it is not of its type. */
  readonly ask: (given: Given) => Promise<unknown>;
  /** Answers, in the order in which they are asked for; several where any of them may come. */
  readonly samples: readonly (readonly Sample[])[];
}

const data = (name: string): string => readFileSync(join(ROOT, "test", "data", name), "utf8");
const json = (value: unknown, status = 200): Sample => ({ status, body: JSON.stringify(value) });
const [ok, none] = [json({}), json([])];
const kubernetes = (name: string): Sample => ({
  status: Number(/(\d{3})$/.exec(name)?.[1] ?? 200),
  body: data(`kubernetes/${name}.json`),
});

const incident: Notification["incident"] = {
  ...({
    id: "INC-0001",
    title: "checkout fails",
    severity: "SEV2",
    status: "investigating",
    services: ["shop"],
  } as const),
  ...{ startedAt: AT, labels: { team: "shop" }, runbook: "https://wiki.example/checkout" },
};
const told = (kind: Notification["kind"]): Notification => ({
  ...{ idempotencyKey: "INC-0001/2/page", kind, at: AT + 60_000, message: "we look into it" },
  incident: kind === "resolved" ? { ...incident, status: "resolved", resolvedAt: AT + 50_000 } : incident,
});

/** One message of each kind: what is asked differs. */
function notifying(make: (given: Given) => Notifier, samples: Surface["samples"]): Readonly<Record<string, Surface>> {
  return Object.fromEntries(
    NOTIFICATION_KINDS.map((kind) => [kind, { samples, ask: (given: Given) => make(given).notify(told(kind), given) }]),
  );
}

function named(name: string, surfaces: Readonly<Record<string, Surface>>): readonly (readonly [string, Surface])[] {
  return Object.entries(surfaces).map(([what, surface]) => [`${name} ${what}`, surface]);
}

const secret = "0123456789abcdef";
const page = [
  { id: "p1", name: "x", metadata: { nines: { incident: "INC-0001", last: "INC-0001/1/page" } } },
  { id: "p2", metadata: null },
];
const drawnBefore = [
  { id: 7, time: AT, timeEnd: 0, text: "a", tags: ["incident", "chaos"] },
  { id: 8, time: AT + 1, timeEnd: AT + 9, text: "b" },
];
const proxies = {
  redis: {
    ...{ name: "redis", listen: "127.0.0.1:1", upstream: "redis:6379", enabled: true },
    toxics: [
      {
        name: "nines-slow",
        type: "latency",
        stream: "downstream",
        toxicity: 0.5,
        attributes: { latency: 300, jitter: 50 },
      },
    ],
  },
  db: {
    name: "db",
    listen: "127.0.0.1:2",
    upstream: "db:5432",
    enabled: false,
    toxics: [{ name: "nines-b", type: "bandwidth", stream: "upstream", toxicity: 1, attributes: { rate: 3 } }],
  },
};
const toxic = json({
  name: "nines-slow",
  type: "latency",
  stream: "downstream",
  toxicity: 0.5,
  attributes: { latency: 300, jitter: 50 },
});
const problem = (status: number): Sample => json({ error: "proxy not found", status }, status);
const execution = JSON.parse(data("rundeck/execution.json")) as object;
const output = { status: 200, body: data("rundeck/output.json") };
const executions = json({
  paging: { count: 1, total: 1, offset: 0, max: 100 },
  executions: [execution, { ...execution, id: 388, status: "running" }],
});
const silences = [
  { id: "s1", comment: "x [k1]", status: { state: "active" } },
  { id: "s2", comment: "x [k1]", status: { state: "expired" } },
];

export const SURFACES: Readonly<Record<string, Surface>> = Object.fromEntries([
  ...named(
    "slack",
    notifying(
      ({ fetch }) => new SlackNotifier({ webhookUrl: "https://slack.example/x", fetch }),
      [[{ body: "ok" }, json({ ok: true })]],
    ),
  ),
  ...named(
    "pagerduty",
    notifying(
      ({ fetch }) => new PagerDutyNotifier({ routingKey: REPEATED, fetch }),
      [[json({ status: "success", dedup_key: "x" }, 202)]],
    ),
  ),
  ...named(
    "opsgenie",
    notifying(
      ({ fetch }) => new OpsgenieNotifier({ apiKey: REPEATED, fetch }),
      [[json({ result: "Request will be processed" }, 202)]],
    ),
  ),
  ...named(
    "webhook",
    notifying(
      ({ fetch, clock }) => new WebhookNotifier({ url: "https://hook.example/x", secret, fetch, clock }),
      [[ok, { status: 204, body: "" }]],
    ),
  ),
  ...named(
    "statuspage",
    notifying(
      ({ fetch }) => new StatuspageNotifier({ pageId: "abc", apiKey: REPEATED, fetch }),
      [[json(page), none], [ok]],
    ),
  ),
  ...named(
    "grafana",
    notifying(
      ({ fetch }) => new GrafanaNotifier({ baseUrl: "https://grafana.example", token: REPEATED, fetch }),
      [[json(drawnBefore), none], [ok]],
    ),
  ),
  ...named(
    "alertmanager",
    notifying(
      ({ fetch }) => new AlertmanagerNotifier({ baseUrl: "http://am.example", token: REPEATED, fetch }),
      [[{ body: "" }]],
    ),
  ),
  ...named("alertmanager silences", {
    create: {
      ask: (given) => silencesOf(given).create(silence(given)).then(text),
      samples: [[json({ silenceID: "4b1a" })]],
    },
    again: {
      ask: (given) =>
        silencesOf(given)
          .create({ ...silence(given), idempotencyKey: "k1" })
          .then(text),
      samples: [[json(silences), none], [json({ silenceID: "4b1a" })]],
    },
    expire: {
      ask: (given) => silencesOf(given).expire("4b1a", given),
      samples: [[json(silences[0]), json(silences[1])], [{ body: "" }]],
    },
    "expire what was created": {
      ask: async (given) => silencesOf(given).expire(await silencesOf(given).create(silence(given)), given),
      samples: [[json({ silenceID: "4b1a" })], [json(silences[0])], [{ body: "" }]],
    },
  }),
  ...named("grafana chaos", {
    begin: {
      ask: (given) => new GrafanaChaosAnnotations(grafana(given)).begin(mark, given),
      samples: [[json(drawnBefore), none], [ok]],
    },
    end: {
      ask: (given) =>
        new GrafanaChaosAnnotations(grafana(given)).end(
          { ...mark, until: AT + 9_000, outcome: "held", services: ["shop"] },
          given,
        ),
      samples: [[json(drawnBefore), none], [ok]],
    },
  }),
  ...named("grafana deployment", {
    mark: {
      ask: (given) =>
        new GrafanaDeploymentAnnotations(grafana(given)).mark(
          { service: "shop", version: "v1\ud800", at: AT, until: AT + 5 },
          given,
        ),
      samples: [[json(drawnBefore), none], [ok]],
    },
  }),
  ...named("toxiproxy", {
    targets: { ask: (given) => plane(given).targets(given).then(targets), samples: [[json(proxies)]] },
    toxics: { ask: (given) => plane(given).toxics(given).then(sound), samples: [[json(proxies)]] },
    place: {
      ask: (given) =>
        plane(given).place(
          { id: "slow", target: "redis", fault: { kind: "latency", latencyMs: 300, jitterMs: 50 }, share: 0.5 },
          given,
        ),
      samples: [[toxic, problem(409), problem(404)], [{ status: 204, body: "" }], [toxic]],
    },
    remove: {
      ask: (given) => plane(given).remove({ id: "slow", target: "redis" }, given).then(flag),
      samples: [[{ status: 204, body: "" }, problem(404)]],
    },
    "remove all": {
      ask: (given) => plane(given).removeAll(given).then(sound),
      samples: [[json(proxies)], [{ status: 204, body: "" }, problem(404)]],
    },
  }),
  ...named("kubernetes", {
    list: {
      ask: (given) => cluster(given).pods({ namespace: "d", labelSelector: "app=web" }, given).then(pods),
      samples: [
        [kubernetes("pods-list"), kubernetes("pods-list-limit1"), kubernetes("forbidden-403")],
        [kubernetes("pods-list")],
      ],
    },
    namespace: {
      ask: (given) => cluster(given).namespaceLabels("d", given).then(labels),
      samples: [
        [
          json({ metadata: { name: "d", labels: { chaos: "yes" } } }),
          kubernetes("notfound-404"),
          kubernetes("unauth-401"),
        ],
      ],
    },
    evict: {
      ask: (given) =>
        cluster(given)
          .remove(pod, { by: "evict", ...given })
          .then(removal),
      samples: [[kubernetes("evict-201"), kubernetes("evict-429"), kubernetes("notfound-404")]],
    },
    delete: {
      ask: (given) =>
        cluster(given)
          .remove(pod, { by: "delete", ...given })
          .then(removal),
      samples: [[kubernetes("delete-200"), kubernetes("delete-uid-409"), kubernetes("forbidden-403")]],
    },
  }),
  ...named("rundeck", {
    run: {
      ask: (given) =>
        rundeck(given)
          .run(request(false), { signal: given.signal, onOutput: () => {} })
          .then(sound),
      samples: [
        [{ body: data("rundeck/job.yaml") }],
        [executions],
        [executions],
        [json(execution)],
        [output, { body: data("rundeck/output-empty.json") }],
        [json(execution)],
      ],
    },
    "dry run": {
      ask: (given) => rundeck(given).run(request(true), { signal: given.signal }).then(sound),
      samples: [[{ body: data("rundeck/job.yaml") }, { body: data("rundeck/login.html") }]],
    },
    "end leftovers": {
      ask: (given) => rundeck(given).endLeftovers("RUN-0001/restart", given).then(sound),
      samples: [[executions], [{ body: data("rundeck/abort.json") }], [json(execution)]],
    },
  }),
  ...named("http", {
    probe: {
      ask: async ({ fetch, signal }) => {
        const { ok: isWell, message } = await httpProbe({ url: "http://shop.example/healthz", fetch }).check({
          signal,
        });
        if (typeof isWell !== "boolean") throw new Error("neither well nor not");
        checkMessage(message);
      },
      samples: [[ok]],
    },
  }),
]);
