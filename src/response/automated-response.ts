/** From alerts to incidents: each cause one incident, however often and in whatever order its alerts are delivered. */
import type { Clock } from "../core/clock.ts";
import { invalid, show } from "../core/errors.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { repeat } from "../core/repeat.ts";
import { checkWords } from "../core/words.ts";
import type { IncidentManager } from "../incident/manager.ts";
import { harmless, type Logger, silentLogger } from "../ports/logger.ts";
import type { CallOptions } from "../ports/store.ts";

import { readAlerts } from "./alerts-body.ts";
import type { AlertGroup, AlertSource } from "./alerts.ts";
import { AlertIntake, type IncidentOutcome, type ReceivedOutcome } from "./automated-response-intake.ts";
import { QuietIncidents } from "./automated-response-settle.ts";
import { batchesOf } from "./correlation-key.ts";
import {
  type CorrelationRules,
  type CorrelationTimes,
  onResolvedOf,
  type OnResolved,
  timesOf,
} from "./correlation-rules.ts";
import type { PlainAlert } from "./plain.ts";
import { type AlertRoute, AlertRoutes } from "./routing.ts";
import { fetchBody, type FetchRequest } from "./webhook-body.ts";
import type { WebhookOptions } from "./webhook-options.ts";
import type { WebhookStats } from "./webhook-stats.ts";
import { WebhookEndpoint } from "./webhook.ts";

/** What can be told to an {@link AutomatedResponse}. */
export interface AutomatedResponseOptions extends CorrelationTimes {
  /** Where the incidents are. */
  readonly incidents: IncidentManager;
  /** What alerts ask for; well-known labels tell without them. */
  readonly routes?: readonly AlertRoute[];
  /** Labels whose values make a cause: alerts with the same ones share an incident. As the sender grouped them unless told. */
  readonly groupBy?: readonly string[];
  /**
   * What follows when the last alert of an incident is over: it is `monitoring` (unless told), or after the hold resolved
   * (`resolve`), or `nothing` but a note of it.
   */
  readonly onResolved?: OnResolved;
  /** In whose name; `alerts` unless told. */
  readonly by?: string;
  /** Who may post, and how much. Needed by {@link AutomatedResponse.handle}. */
  readonly webhook?: WebhookOptions;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

const OPTIONS = [
  ...["incidents", "routes", "groupBy", "onResolved", "holdMs", "reopenWithinMs", "windowMs", "repeatAfterMs"],
  ...["by", "webhook", "clock", "logger"],
];
const METHODS = ["correlate", "apply", "get", "list", "timeline"];
const MOST_GROUP_LABELS = 50;
const SIDE_BY_SIDE = 8;
const LONGEST_PAUSE_MS = 60_000;

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
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #endpoint: WebhookEndpoint | undefined;

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
    this.#rules = { routes: new AlertRoutes(routes), onResolved: onResolvedOf(onResolved), by, ...timesOf(options) };
    this.#groupBy = groupBy === undefined ? undefined : groupLabels(groupBy);
    this.#clock = clock;
    this.#logger = harmless(logger);
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
   * Moves on incidents whose alerts have been quiet for `holdMs`: into `monitoring`, or resolved if `onResolved` says so.
   * Any process may do so, any number of times. Returns their ids.
   */
  settle(options: CallOptions = {}): Promise<readonly string[]> {
    return this.#quiet.settle(this.#clock.now(), options);
  }

  /** Calls {@link settle} now and then; returns how to stop. Without it, call that yourself. */
  start(): () => void {
    const everyMs = Math.max(1_000, Math.min(this.#rules.holdMs / 5, LONGEST_PAUSE_MS));
    return repeat(() => this.settle(), {
      clock: this.#clock,
      firstMs: 0,
      everyMs: () => everyMs,
      onError: (error) => {
        this.#logger.error("quiet incidents could not be settled; it is tried again", { error });
      },
    });
  }

  async #take(groups: readonly AlertGroup[], call: CallOptions): Promise<ReceivedOutcome> {
    const batches = await batchesOf(groups, this.#groupBy);
    const outcomes = new Array<IncidentOutcome | undefined>(batches.length);
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
    if (failures.length > 0) throw failures[0];
    const alerts = groups.reduce((sum, group) => sum + group.alerts.length, 0);
    return { incidents: outcomes.filter((outcome) => outcome !== undefined), alerts };
  }
}

function groupLabels(groupBy: unknown): readonly string[] {
  const isList = Array.isArray(groupBy) && groupBy.length > 0 && groupBy.length <= MOST_GROUP_LABELS;
  if (isList && groupBy.every((name) => typeof name === "string" && name !== "")) return [...(groupBy as string[])];
  throw invalid("groupBy", `${show(groupBy)} is not a list of 1 to ${String(MOST_GROUP_LABELS)} names of labels`);
}
