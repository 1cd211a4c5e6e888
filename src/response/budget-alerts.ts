/** From error budgets to incidents, in one process: what burns is an alert like any other. */
import type { BudgetEvents, BurnChange, ExhaustionChange } from "../budget/alerting.ts";
import { formatDuration } from "../core/duration.ts";
import { checkMethods } from "../core/options.ts";
import { harmless, type Logger, silentLogger } from "../ports/logger.ts";

import type { PlainAlert } from "./plain.ts";

/** Whose budgets burn: a `Reliability`, or an `ErrorBudgetManager` alone. */
export interface BurningBudgets {
  /** Listens; returns how to stop. */
  on<Name extends keyof BudgetEvents>(name: Name, listener: (payload: BudgetEvents[Name]) => unknown): () => void;
}

/** Who takes the alerts: an `AutomatedResponse`. */
export interface AlertTaker {
  /** Resolves once the alert is stored. */
  alert(alert: PlainAlert): Promise<unknown>;
}

/** What can be told to {@link alertOnBudgets}. */
export interface BudgetAlertOptions {
  /** Labels that each alert gets beside `slo`, `service`, `severity` and `window`, such as `cluster`. */
  readonly labels?: Readonly<Record<string, string>>;
  /** Told of alerts that could not be stored. */
  readonly logger?: Logger;
}

/**
 * Hands an alert to `response` when a budget begins to burn or runs out, and again when it does not any more. The alerts of
 * one SLO have one group, so they make one incident. Those of one SLO are handed on one after the other.
 *
 * @returns how to stop
 * @example
 * ```ts
 * import { alertOnBudgets, AutomatedResponse, IncidentManager, Reliability } from "nines";
 *
 * const reliability = await Reliability.open({
 *   document: { service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } } },
 * });
 * const incidents = new IncidentManager();
 * const stop = alertOnBudgets(reliability, new AutomatedResponse({ incidents }));
 * const opened = new Promise<string>((resolve) => incidents.on("created", ({ incident }) => resolve(incident.title)));
 *
 * for (let request = 0; request < 1_000; request += 1) {
 *   reliability.signals.record({ method: "GET", route: "/cart", statusCode: 500, durationSeconds: 0.01 });
 * }
 * await reliability.evaluate();
 * if (!(await opened).includes("shop/availability")) throw new Error(await opened);
 * stop();
 * await reliability.close();
 * ```
 */
export function alertOnBudgets(
  budgets: BurningBudgets,
  response: AlertTaker,
  { labels = {}, logger = silentLogger }: BudgetAlertOptions = {},
): () => void {
  checkMethods(budgets, "budgets", ["on"]);
  checkMethods(response, "response", ["alert"]);
  const log = harmless(logger);
  // An alert that ends must not overtake the one that began it.
  let latest: Promise<unknown> = Promise.resolve();
  const hand = (alert: PlainAlert): void => {
    latest = latest
      .then(() => response.alert({ ...alert, labels: { ...labels, ...alert.labels } }))
      .catch((error: unknown) => {
        log.error(`the alert ${alert.name} could not be handed on`, { error });
      });
  };
  const stops = [
    budgets.on("burnStarted", (change) => hand(burning(change, "firing"))),
    budgets.on("burnCleared", (change) => hand(burning(change, "resolved"))),
    budgets.on("exhausted", (change) => hand(exhausted(change, "firing"))),
    budgets.on("recovered", (change) => hand(exhausted(change, "resolved"))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

// Without `startsAt`: the same labels are the same alert until it is over, also after a restart.
function burning({ id, tier, long, short }: BurnChange, status: "firing" | "resolved"): PlainAlert {
  const [longText, shortText] = [formatDuration(tier.longMs), formatDuration(tier.shortMs)];
  const pace = (rate: number | undefined): string => (rate === undefined ? "unknown" : rate.toPrecision(3));
  return {
    name: "ErrorBudgetBurn",
    status,
    group: groupOf(id),
    labels: { ...labelsOf(id), severity: tier.severity, window: longText },
    annotations: {
      summary: `${id} burns its error budget`,
      description:
        `Burn rate ${pace(long.rate)} over ${longText} and ${pace(short.rate)} over ${shortText}; ` +
        (status === "firing"
          ? `above ${String(tier.factor)} in both, which is worth a ${tier.severity}.`
          : `no longer above ${String(tier.factor)} in both.`),
    },
  };
}

function exhausted({ id }: ExhaustionChange, status: "firing" | "resolved"): PlainAlert {
  return {
    name: "ErrorBudgetExhausted",
    status,
    group: groupOf(id),
    labels: { ...labelsOf(id), severity: "ticket" },
    annotations: { summary: `${id} has no error budget left` },
  };
}

function groupOf(id: string): string {
  // A group's name is bounded, and an id of that length is still told by its labels.
  return `budget ${id}`.slice(0, 200);
}

/** The SLO, and the service before its name. */
function labelsOf(id: string): Record<string, string> {
  const slash = id.indexOf("/");
  return { slo: id, ...(slash > 0 ? { service: id.slice(0, slash) } : {}) };
}
