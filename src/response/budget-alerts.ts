/** From error budgets to incidents, in one process: what burns is an alert like any other. */
import type { BudgetEvents } from "../budget/alerting.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { harmless, type Logger, silentLogger } from "../ports/logger.ts";
import type { Slo } from "../slo/model.ts";

import { type AlertMaking, burnAlert, exhaustedAlert } from "./budget-alert-texts.ts";
import type { PlainAlert } from "./alerts/plain.ts";

/** Whose budgets burn: a `Reliability`, or an `ErrorBudgetManager` alone. */
export interface BurningBudgets {
  /** The SLOs, whose `alerting` gives names, labels, annotations and links to the alerts. */
  readonly slos?: { readonly slos: readonly Pick<Slo, "id" | "alerting">[] } | undefined;
  /** Listens; returns how to stop. */
  on<Name extends keyof BudgetEvents>(name: Name, listener: (payload: BudgetEvents[Name]) => unknown): () => void;
}

/** Who takes the alerts: an `AutomatedResponse`. */
export interface AlertTaker {
  /** Resolves once the alert is stored. */
  alert(alert: PlainAlert): Promise<unknown>;
  /** Told of alerts that are on their way, so that who waits for all to be done waits for them, too. */
  waitFor?(work: Promise<unknown>): void;
}

/** What can be told to {@link alertOnBudgets}. */
export interface BudgetAlertOptions {
  /** Labels that each alert gets beside its own, such as `cluster`. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Told of alerts that could not be stored. */
  readonly logger?: Logger | undefined;
}

/**
 * Hands an alert to `response` when a budget begins to burn (`ErrorBudgetBurn`, or the SLO's own name for it) or runs out
 * (`ErrorBudgetExhausted`), and again when it does not any more. The alerts of one SLO make one incident, together with those that
 * Prometheus sends of it. They are handed on one after the other, and `response.drain()` waits for them.
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
  options: BudgetAlertOptions = {},
): () => void {
  // Who has no compiler may forget them.
  const given: Readonly<Record<string, unknown>> = { budgets, response };
  checkMethods(given.budgets ?? null, "budgets", ["on"]);
  checkMethods(given.response ?? null, "response", ["alert"]);
  checkOptions(options, "alertOnBudgets", ["labels", "logger"]);
  const { labels = {}, logger = silentLogger } = options;
  const log = harmless(logger);
  // An alert that ends must not overtake the one that began it.
  let latest: Promise<unknown> = Promise.resolve();
  const hand = (alert: PlainAlert): void => {
    latest = latest
      .then(() => response.alert(alert))
      .catch((error: unknown) => {
        log.error(`the alert ${alert.name} could not be handed on`, { error });
      });
    response.waitFor?.(latest);
  };
  const making = (id: string, status: AlertMaking["status"]): AlertMaking => {
    const alerting = budgets.slos?.slos.find((slo) => slo.id === id)?.alerting;
    return { status, alerting, labels };
  };
  const stops = [
    budgets.on("burnStarted", (change) => hand(burnAlert(change, making(change.id, "firing")))),
    budgets.on("burnCleared", (change) => hand(burnAlert(change, making(change.id, "resolved")))),
    budgets.on("exhausted", (change) => hand(exhaustedAlert(change, making(change.id, "firing")))),
    budgets.on("recovered", (change) => hand(exhaustedAlert(change, making(change.id, "resolved")))),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
