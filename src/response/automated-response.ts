/** From alerts to incidents: each cause one incident, however often and in whatever order its alerts are delivered. */
import type { Clock } from "../core/time/clock.ts";
import { invalid, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { repeat } from "../core/repeat.ts";
import { checkWords } from "../core/words.ts";
import type { IncidentManager } from "../incident/manager.ts";
import { harmless, type Logger, silentLogger } from "../ports/logger.ts";
import type { CallOptions } from "../ports/store.ts";
import { fillText } from "../runbook/fill/fill.ts";

import { readAlerts } from "./alerts/body.ts";
import type { AlertGroup, AlertSource } from "./alerts/alerts.ts";
import { AlertIntake, type IntakeOutcome, type ReceivedOutcome } from "./automated-response-intake.ts";
import { QuietIncidents } from "./automated-response-settle.ts";
import { type Commander, Commanders, type CommandSchedule } from "./commander.ts";
import { batchesOf } from "./correlation/key.ts";
import {
  type CorrelationRules,
  type CorrelationTimes,
  onResolvedOf,
  type OnResolved,
  timesOf,
} from "./correlation/rules.ts";
import type { PlainAlert } from "./alerts/plain.ts";
import { type AlertRoute, AlertRoutes } from "./routing/routing.ts";
import type { RepairOf } from "./runbook-requests.ts";
import {
  type AfterRunbook,
  type ResponseRunbooks,
  RunbookResponse,
  type RunbookResponseOptions,
} from "./runbook-response.ts";
import { fetchBody, type FetchRequest } from "./webhook/body.ts";
import type { WebhookOptions } from "./webhook/options.ts";
import type { WebhookStats } from "./webhook/stats.ts";
import { WebhookEndpoint } from "./webhook/webhook.ts";

/** What can be told to an {@link AutomatedResponse}. */
export interface AutomatedResponseOptions extends CorrelationTimes {
  /** Where the incidents are. */
  readonly incidents: IncidentManager;
  /** What alerts ask for; well-known labels tell without them. */
  readonly routes?: readonly AlertRoute[];
  /**
   * Labels whose values make a cause: alerts with the same ones share an incident. Unless told, alerts with a label `slo` share the one of
   * their SLO (in their `cluster` and `env`), and others are together as the sender grouped them.
   */
  readonly groupBy?: readonly string[];
  /**
   * What follows when the last alert of an incident is over: it is `monitoring` (unless told), or after the hold resolved
   * (`resolve`), or `nothing` but a note of it.
   */
  readonly onResolved?: OnResolved;
  /** What runs the runbooks of alerts: a `RunbookExecutor`. Nothing is run without it. */
  readonly runbooks?: ResponseRunbooks;
  /** What follows when a runbook has succeeded, all of it and not dry: the incident is `monitoring` (unless told), or `nothing`. */
  readonly afterRunbook?: AfterRunbook;
  /** As for `executeRunbook`: unless told, steps that are marked destructive are only tried dry; false does them. */
  readonly runbookDryRun?: boolean;
  /** How often the runbook of one alert is run for one incident; 3 unless told. */
  readonly maxRunbookRuns?: number;
  /** Who becomes commander where no route says so: a person, or whoever is on call, such as `{ onCall: "primary" }`. */
  readonly commander?: Commander;
  /** Who is on call, for commanders. */
  readonly schedules?: readonly CommandSchedule[];
  /** In whose name; `alerts` unless told. */
  readonly by?: string;
  /** Who may post, and how much. Needed by {@link AutomatedResponse.handle}. */
  readonly webhook?: WebhookOptions;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

const OPTIONS = [
  ...["incidents", "routes", "groupBy", "onResolved", "holdMs", "reopenWithinMs", "windowMs", "repeatAfterMs"],
  ...["by", "webhook", "clock", "logger", "runbooks", "afterRunbook", "runbookDryRun", "maxRunbookRuns"],
  ...["commander", "schedules"],
];
const AFTER_RUNBOOK: readonly AfterRunbook[] = ["monitoring", "nothing"];
const MOST_RUNS = 1_000;
const METHODS = ["correlate", "apply", "get", "list", "timeline"];
const MOST_GROUP_LABELS = 50;
const SIDE_BY_SIDE = 8;
const LONGEST_PAUSE_MS = 60_000;
const LONGEST_LOCK = 500;

/**
 * Takes alerts in and keeps the incidents that they are about. What was received is stored when the promise resolves;
 * to receive it again, later, in another order or in another process changes nothing.
 *
 * @example
 * ```ts
 * import { AutomatedResponse, IncidentManager } from "nines";
 *
 * const incidents = new IncidentManager();
 * const response = new AutomatedResponse({
 *   incidents,
 *   routes: [{ match: { service: "checkout", severity: "page" }, severity: "SEV1", commander: "ann" }],
 * });
 * const alert = { name: "ErrorBudgetBurn", labels: { service: "checkout", severity: "page" } };
 * await response.alert(alert);
 * const again = await response.alert(alert);
 * if (again.incidents[0]?.action !== "unchanged") throw new Error("not the same alert");
 * await response.alert({ ...alert, status: "resolved" });
 * const { severity, status } = await incidents.get("INC-0001");
 * if (severity !== "SEV1" || status !== "monitoring") throw new Error(status);
 * ```
 */
export class AutomatedResponse {
  readonly #rules: CorrelationRules;
  readonly #groupBy: readonly string[] | undefined;
  readonly #intake: AlertIntake;
  readonly #quiet: QuietIncidents;
  readonly #runbooks: RunbookResponse | undefined;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #endpoint: WebhookEndpoint | undefined;
  readonly #incidents: IncidentManager;
  readonly #attending = new Set<Promise<void>>();

  constructor(options: AutomatedResponseOptions) {
    checkOptions(options, "AutomatedResponse", OPTIONS);
    const { incidents, routes = [], groupBy, onResolved = "monitoring", by = "alerts", webhook } = options;
    // Undefined is fine with checkMethods, and not here.
    if (typeof incidents !== "object") throw invalid("incidents", `${show(incidents)} is no IncidentManager`);
    checkMethods(incidents, "incidents", METHODS);
    const { clock = incidents.clock, logger = silentLogger } = options;
    checkWords(by, 200, (problem) => {
      throw invalid("by", problem);
    });
    const commanders = new Commanders(options.schedules ?? [], options.commander, harmless(logger));
    const found = new AlertRoutes(routes);
    for (const [commander, path] of found.commanders()) commanders.check(commander, path);
    const { runbooks } = options;
    checkMethods(runbooks, "runbooks", ["runbookFor", "startRunbook"]);
    const repairOf: RepairOf = (name, alert) => repairBy(runbooks, name, alert);
    const times = timesOf(options);
    this.#rules = { routes: found, onResolved: onResolvedOf(onResolved), by, commanders, repairOf, ...times };
    this.#runbooks =
      runbooks === undefined ? undefined : new RunbookResponse(runbookOptions(options, runbooks, by, repairOf));
    this.#groupBy = groupBy === undefined ? undefined : groupLabels(groupBy);
    this.#clock = clock;
    this.#logger = harmless(logger);
    this.#incidents = incidents;
    this.#intake = new AlertIntake({ incidents, rules: this.#rules, clock });
    this.#quiet = new QuietIncidents(incidents, this.#rules);
    if (webhook === undefined) return;
    const read = (text: string): readonly AlertGroup[] => readAlerts(text);
    const take = (groups: readonly AlertGroup[], call: CallOptions): Promise<ReceivedOutcome> =>
      this.#take(groups, call);
    this.#endpoint = new WebhookEndpoint({ read, take, clock, logger: this.#logger, webhook });
  }

  /**
   * Takes a message in: text or what was parsed of it, in the form of Alertmanager, Grafana or {@link PlainAlert}, or a
   * list of the latter. It resolves when all of it is stored.
   *
   * @throws {@link ConfigurationError} if the message cannot be read; nothing of it is stored then
   * @throws {@link AdapterError} if the store failed; some of it may be stored, and it does no harm to receive it again
   */
  async receive(
    message: unknown,
    options: CallOptions & { readonly source?: AlertSource } = {},
  ): Promise<ReceivedOutcome> {
    const { source, ...call } = options;
    return this.#take(readAlerts(message, { source }), call);
  }

  /** Takes one plain alert in. */
  alert(alert: PlainAlert, options: CallOptions = {}): Promise<ReceivedOutcome> {
    return this.receive(alert, { ...options, source: "plain" });
  }

  /**
   * Answers a webhook's request: 2xx only if all of it is stored, 4xx if it must not be sent again as it is, 5xx if it
   * should. For `node:http` there is `webhookListener` in `nines/node`.
   *
   * @throws {@link ConfigurationError} without the option `webhook`
   */
  async handle(request: FetchRequest): Promise<Response> {
    const { status, headers, body } = await this.webhook().answer({
      method: request.method,
      header: (name) => request.headers.get(name),
      body: fetchBody(request),
    });
    return new Response(body, { status, headers });
  }

  /** What {@link handle} is made of, for hosts that have requests of their own kind. */
  webhook(): WebhookEndpoint {
    if (this.#endpoint !== undefined) return this.#endpoint;
    throw invalid("webhook", "is missing; say who may post, such as { bearer: secret }");
  }

  /** What came in over {@link handle} since the beginning. */
  stats(): WebhookStats {
    return this.webhook().stats();
  }

  /**
   * Moves on incidents whose alerts have been quiet for `holdMs`: into `monitoring`, or resolved if `onResolved` says so; and
   * begins runbooks that were asked for and not begun, because a process died or another run held the lock; and cancels runs of its own
   * that wait for an approval though their incident was resolved or merged.
   * Any process may do so, any number of times. Returns their ids.
   */
  async settle(options: CallOptions = {}): Promise<readonly string[]> {
    const settled = await this.#quiet.settle(this.#clock.now(), options);
    if (this.#runbooks !== undefined) {
      await this.#runbooks.release(options);
      for await (const listed of this.#incidents.list({ open: true, ...options })) {
        await this.#runbooks.attendListed(listed, options);
      }
    }
    return settled;
  }

  /** Makes {@link drain} wait for `work`, too: for alerts that are on their way here. What comes of it is its own matter. */
  waitFor(work: Promise<unknown>): void {
    const waiting = work
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => {
        this.#attending.delete(waiting);
      });
    this.#attending.add(waiting);
  }

  /**
   * Resolves when the alerts that are on their way from {@link alertOnBudgets} are stored, the runbooks that were begun here are through,
   * and what came of them is written down.
   */
  async drain(): Promise<void> {
    while (this.#attending.size > 0) await Promise.all(this.#attending);
    await this.#runbooks?.drain();
  }

  /**
   * Calls {@link settle} now and then, and looks at runs that wait when an incident is resolved; returns how to stop. Without it, call
   * that yourself.
   */
  start(): () => void {
    const everyMs = Math.max(1_000, Math.min(this.#rules.holdMs / 5, LONGEST_PAUSE_MS));
    const stopListening = this.#incidents.on("resolved", () => this.#runbooks?.release());
    const stopSettling = repeat(() => this.settle(), {
      clock: this.#clock,
      firstMs: 0,
      everyMs: () => everyMs,
      onError: (error) => {
        this.#logger.error("quiet incidents could not be settled; it is tried again", { error });
      },
    });
    return () => {
      stopListening();
      stopSettling();
    };
  }

  #attend(id: string): void {
    if (this.#runbooks === undefined) return;
    const attending = this.#runbooks.attend(id).finally(() => {
      this.#attending.delete(attending);
    });
    this.#attending.add(attending);
  }

  async #take(groups: readonly AlertGroup[], call: CallOptions): Promise<ReceivedOutcome> {
    const batches = await batchesOf(groups, this.#groupBy);
    const outcomes = new Array<IntakeOutcome | undefined>(batches.length);
    let next = 0;
    const failures: unknown[] = [];
    const worker = async (): Promise<void> => {
      while (next < batches.length && failures.length === 0) {
        const index = next;
        next += 1;
        try {
          outcomes[index] = await this.#intake.take(batches[index] as (typeof batches)[number], call);
        } catch (error) {
          failures.push(error);
        }
      }
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
    // Not waited for: who sent the alerts waits for an answer, and a runbook may take an hour.
    for (const outcome of outcomes) if (outcome?.asks === true) this.#attend(outcome.id);
    if (failures.length > 0) throw failures[0];
    const alerts = groups.reduce((sum, group) => sum + group.alerts.length, 0);
    const incidents = outcomes.flatMap((outcome) => {
      return outcome === undefined ? [] : [{ id: outcome.id, action: outcome.action }];
    });
    return { incidents, alerts };
  }
}

/** The runbook of an alert and the lock under which it runs; undefined if there is none. A lock that cannot be filled in is empty. */
function repairBy(
  runbooks: ResponseRunbooks | undefined,
  name: string,
  { labels, annotations }: Parameters<RepairOf>[1],
): string | undefined {
  const runbook = runbooks?.runbookFor(name);
  if (runbook === undefined) return undefined;
  const nobody = { incident: { id: "", title: "", severity: "" }, run: { id: "", by: "" } };
  const values = { labels, annotations, parameters: {}, secrets: {}, steps: {}, alert: { name }, ...nobody };
  const filled = fillText(runbook.lock, values, {});
  const lock = "filled" in filled ? filled.filled : "";
  return JSON.stringify([runbook.name, lock.slice(0, LONGEST_LOCK)]);
}

function runbookOptions(
  { incidents, afterRunbook = "monitoring", runbookDryRun, maxRunbookRuns = 3, logger }: AutomatedResponseOptions,
  runbooks: ResponseRunbooks,
  by: string,
  repairOf: RepairOf,
): RunbookResponseOptions {
  const after = AFTER_RUNBOOK.find((choice) => choice === afterRunbook);
  if (after === undefined) {
    throw invalid("afterRunbook", `${show(afterRunbook)} is not possible${choices(afterRunbook, AFTER_RUNBOOK)}`);
  }
  if (runbookDryRun !== undefined && typeof runbookDryRun !== "boolean") {
    throw invalid("runbookDryRun", `${show(runbookDryRun)} is neither true nor false`);
  }
  if (!Number.isInteger(maxRunbookRuns) || maxRunbookRuns < 1 || maxRunbookRuns > MOST_RUNS) {
    throw invalid("maxRunbookRuns", `${show(maxRunbookRuns)} is not a whole number from 1 to ${String(MOST_RUNS)}`);
  }
  const found = harmless(logger ?? silentLogger);
  return { incidents, runbooks, by, after, dryRun: runbookDryRun, maxRuns: maxRunbookRuns, repairOf, logger: found };
}

function groupLabels(groupBy: unknown): readonly string[] {
  const isList = Array.isArray(groupBy) && groupBy.length > 0 && groupBy.length <= MOST_GROUP_LABELS;
  if (isList && groupBy.every((name) => typeof name === "string" && name !== "")) return [...(groupBy as string[])];
  throw invalid("groupBy", `${show(groupBy)} is not a list of 1 to ${String(MOST_GROUP_LABELS)} names of labels`);
}
