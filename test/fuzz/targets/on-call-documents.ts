/** On-call and escalation documents and rules for alerts: read, and then asked who is called. */
import { EscalationPlanner } from "../../../src/response/escalation/planner.ts";
import { parseOnCallDocument } from "../../../src/response/on-call-document.ts";
import { parseAlertRoutes } from "../../../src/response/routing/document.ts";
import { AlertRoutes } from "../../../src/response/routing/routing.ts";
import { type DocumentInput, drawDocument, given, tried } from "../support/documents.ts";
import { drawn } from "../support/drawn.ts";
import { fences } from "../support/samples.ts";
import type { FuzzTarget } from "../types.ts";

interface Asked {
  readonly document: DocumentInput;
  readonly kind: "on-call" | "routes";
  /** When somebody asks. */
  readonly at: number;
  readonly label: string;
}

const PAGES = fences("yaml");
const ON_CALL = PAGES.filter((text) => /^(?:on_call|escalation):/m.test(text));
const ROUTES = PAGES.filter((text) => /^alert_routes:/m.test(text));
const WORDS = {
  names: [
    ...[
      "on_call",
      "escalation",
      "policies",
      "rules",
      "layers",
      "people",
      "handover",
      "every",
      "on",
      "at",
      "zone",
      "name",
    ],
    ...[
      "starts_at",
      "ends_at",
      "hours",
      "days",
      "from",
      "until",
      "overrides",
      "person",
      "steps",
      "to",
      "channel",
      "wait",
    ],
    ...["schedule", "repeat", "alert_routes", "match", "severity", "commander", "services", "slos", "runbook", "title"],
    ...["labels", "continue", "regex", "not", "policy", "constructor", "__proto__", ""],
  ],
  values: [
    ...[
      "week",
      "day",
      "month",
      "mon",
      "sun",
      "09:00",
      "24:00",
      "2:30",
      "Europe/Berlin",
      "Pacific/Apia",
      "Mars/Base",
      "UTC",
    ],
    ...[
      "2026-01-05",
      "2026-03-29T02:30:00",
      "2026-02-30",
      "+275760-09-13",
      "15m",
      "0m",
      "-1h",
      "400d",
      0,
      -1,
      2,
      1e9,
      true,
    ],
    ...[
      "ann",
      ["ann", "bob"],
      [],
      "SEV1",
      "SEV9",
      { regex: "prod-.*" },
      { regex: "(a+)+$" },
      { regex: "[" },
      { not: "x" },
    ],
    ...[
      "{alertname} on {service}",
      "{",
      "{labels.x}",
      "https://example.com/runbook",
      "primary",
      "critical",
      { every: "day" },
    ],
  ],
};

function ask({ document, kind, at, label }: Asked): void {
  if (kind === "routes") {
    const routes = new AlertRoutes(parseAlertRoutes(given(document)));
    const labels = { service: label, env: "prod-eu", alertname: label, severity: "critical" };
    routes.route({ labels, annotations: { summary: label } });
    return;
  }
  const read = parseOnCallDocument(given(document));
  for (const schedule of read.schedules) {
    schedule.whoIsOnCall(at);
  }
  // Without a policy there is nothing to plan by.
  if (read.policies.length === 0) return;
  const planner = new EscalationPlanner(read);
  planner.selectPolicy({ severity: "SEV1", services: [label], labels: { team: label } });
}

export const target: FuzzTarget<Asked> = {
  name: "on-call-documents",
  description: "on-call and escalation documents, and rules for alerts",
  inputs: drawn((random) => {
    const kind = random.next() < 0.65 ? "on-call" : "routes";
    const document = drawDocument(random.pick(kind === "on-call" ? ON_CALL : ROUTES), random, WORDS);
    const at = random.pick([0, Date.UTC(2026, 2, 29, 1), Date.UTC(2026, 9, 25, 1), Date.UTC(2_100, 0), 1e12]);
    return { kind, document, at, label: random.pick(["cart", "a".repeat(40), "", "\u0000", "__proto__"]) };
  }),
  run: (asked) => tried(asked.document, () => ask(asked)),
};
