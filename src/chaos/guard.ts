/** The guard on the error budget: chaos may spend of it, and never the last of it. */
import { parsePositiveDuration } from "../core/time/duration.ts";
import { durationText } from "../core/time/duration-text.ts";
import { invalid, show, within } from "../core/errors.ts";
import { percentText, plain } from "../core/figures.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import type { CallOptions } from "../ports/store.ts";
import type { SloStatus, StatusTeller } from "../status/model.ts";

import type { ProbeResult } from "./model.ts";

/** When a guard lets chaos begin, and when it ends it. */
export interface BudgetGuardOptions {
  /** Who tells how services stand: a `Reliability`, an `SloStatusReader`. */
  readonly statuses: StatusTeller;
  /** No chaos while less than this share of any budget is left, from 0 to 1; 0.25 unless told. */
  readonly minimumRemainingRatio?: number;
  /** It is ended when a budget burns faster than this; 10 unless told. */
  readonly maximumBurnRate?: number;
  /** Over which time burning is looked at, such as `"1m"`; a minute unless told. */
  readonly lookBack?: string;
  /** How often it looks while an experiment goes on, such as `"250ms"`; that unless told. */
  readonly every?: string;
}

/** Says whether the budgets of services allow chaos now. What it cannot see, it does not allow. */
export class BudgetGuard {
  /** How often it is to be asked while an experiment goes on, in milliseconds. */
  readonly everyMs: number;
  readonly #statuses: StatusTeller;
  readonly #minimumRemainingRatio: number;
  readonly #maximumBurnRate: number;
  readonly #lookBackMs: number;

  constructor(options: BudgetGuardOptions, path = "guard") {
    if (isTeller(options)) throw invalid(path, "is who tells statuses; write { statuses: ... } around it");
    checkOptions(
      options,
      "a guard",
      ["statuses", "minimumRemainingRatio", "maximumBurnRate", "lookBack", "every"],
      [path],
    );
    if ((options.statuses as unknown) === undefined)
      throw invalid([path, "statuses"], "is missing; give who tells how services stand");
    within([path], () => {
      checkMethods(options.statuses, "statuses", ["getSloStatus"]);
    });
    const { minimumRemainingRatio = 0.25, maximumBurnRate = 10, lookBack = "1m", every = "250ms" } = options;
    this.#statuses = options.statuses;
    this.#minimumRemainingRatio = numberIn([path, "minimumRemainingRatio"], minimumRemainingRatio, 1);
    this.#maximumBurnRate = numberIn([path, "maximumBurnRate"], maximumBurnRate, 1e6);
    this.#lookBackMs = within([path], () => parsePositiveDuration(lookBack, "lookBack"));
    this.everyMs = within([path], () => parsePositiveDuration(every, "every"));
  }

  /** Whether the budgets of all `services` allow chaos; rejects as the teller does. */
  async look(services: readonly string[], options: CallOptions): Promise<ProbeResult> {
    const question = { ...options, lookBacksMs: () => [this.#lookBackMs] };
    const statuses = await Promise.all(services.map((service) => this.#statuses.getSloStatus(service, question)));
    const slos = statuses.flatMap((status) => status.slos);
    if (slos.length === 0)
      return { ok: false, message: `${services.join(", ")} has no SLO whose budget could be guarded` };
    const found = slos.map((slo) => this.#judge(slo));
    const problems = found.filter(({ ok }) => !ok);
    const told = problems.length > 0 ? problems : found;
    return { ok: problems.length === 0, message: told.map(({ message }) => message).join("; ") };
  }

  #judge({ slo: { id }, budget }: SloStatus): { readonly ok: boolean; readonly message: string } {
    const problem = (message: string): { readonly ok: boolean; readonly message: string } => ({ ok: false, message });
    if (budget.state !== "measured") return problem(`the budget of ${id} cannot be told: ${budget.reason}`);
    const left = `${id} has ${percentText(budget.remainingRatio)} of its budget left`;
    if (budget.remainingRatio < this.#minimumRemainingRatio) {
      return problem(`${left}, and chaos needs ${percentText(this.#minimumRemainingRatio)}`);
    }
    const rate = budget.burnRates.find(({ windowMs }) => windowMs === this.#lookBackMs)?.rate;
    const over = durationText(this.#lookBackMs);
    if (rate === undefined) return problem(`how fast ${id} burns over ${over} cannot be told`);
    const most = plain(this.#maximumBurnRate, 1);
    if (rate <= this.#maximumBurnRate) {
      return {
        ok: true,
        message: `${left} and burns it at ${plain(rate, 1)} times its pace over ${over}, at most ${most}`,
      };
    }
    return problem(`${id} burns its budget at ${plain(rate, 1)} times its pace over ${over}, and ${most} is the most`);
  }
}

function numberIn(path: readonly (string | number)[], value: unknown, most: number): number {
  if (typeof value === "number" && value >= 0 && value <= most) return value;
  throw invalid(path, `${show(value)} is out of range; write a number from 0 to ${String(most)}`);
}

function isTeller(value: unknown): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, "getSloStatus") === "function";
}
