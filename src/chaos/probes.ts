/** What must hold: probes of the steady state. */
import { checkMethods } from "../core/options.ts";
import { invalid, show } from "../core/errors.ts";
import { checkWords } from "../core/words.ts";
import type { CallOptions } from "../ports/store.ts";
import type { ServiceStatus, SloVerdict, StatusTeller } from "../status/model.ts";

import type { ProbeResult } from "./model.ts";

/** One part of the hypothesis. What it throws, or does not answer in time, does not hold. */
export interface Probe {
  /** For people. */
  readonly name: string;
  /** Looks once. */
  check(options: CallOptions): Promise<ProbeResult> | ProbeResult;
}

/**
 * A probe from a function: it holds if that returns true or a result that is ok. One that returns nothing has seen nothing, and does not hold.
 *
 * @example
 * ```ts
 * import { probe } from "nines";
 *
 * const queue = { length: 3 };
 * const isShort = probe("the queue is short", () => ({ ok: queue.length < 10, message: `${queue.length} wait` }));
 * const { ok, message } = await isShort.check({});
 * if (!ok) throw new Error(message);
 * ```
 */
export function probe(name: string, check: (options: CallOptions) => unknown): Probe {
  return {
    name,
    check: async (options) => {
      const seen: unknown = await check(options);
      if (isResult(seen)) return seen;
      // The slip of a check whose answer is not returned must not be a yes.
      const message = seen === undefined ? "it returned nothing; return true or false" : show(seen);
      return { ok: seen === true, message: `${name}: ${message}` };
    },
  };
}

/**
 * Holds while the SLOs of `service` stand no worse than `atWorst` (`"warning"` unless told). What is unknown does not hold, unless it
 * is called no worse.
 *
 * @throws {@link ConfigurationError} if nobody tells statuses, `service` is no name, or `atWorst` is no verdict
 *
 * @example
 * ```ts
 * import { parseSloDocument, sloProbe, SloStatusReader } from "nines";
 *
 * const slos = parseSloDocument({ service_level_objectives: { shop: { availability: { target: "99.9%", measurement_window: "30d" } } } });
 * const source = { measure: async (_slo: unknown, ranges: readonly object[]) => ranges.map(() => ({ good: 10, total: 10, coverage: 1 })) };
 * const statuses = new SloStatusReader({ slos, source });
 * const { ok, message } = await sloProbe({ statuses, service: "shop" }).check({});
 * if (!ok) throw new Error(message);
 * ```
 */
export function sloProbe({
  statuses,
  service,
  slos,
  atWorst = "warning",
}: {
  readonly statuses: StatusTeller;
  readonly service: string;
  /** Ids of those that count; all unless told. */
  readonly slos?: readonly string[];
  readonly atWorst?: SloVerdict;
}): Probe {
  if ((statuses as unknown) === undefined) throw invalid("statuses", "is missing; give who tells them");
  checkMethods(statuses, "statuses", ["getSloStatus"]);
  checkWords(service, MOST_CHARACTERS, (message) => {
    throw invalid("service", message);
  });
  if (!ORDER.includes(atWorst)) throw invalid("atWorst", `${show(atWorst)} is not one of ${ORDER.join(", ")}`);
  return {
    name: `SLOs of ${service}`,
    check: async (options) => judge(await statuses.getSloStatus(service, options), slos, atWorst),
  };
}

/** Refuses what are no probes. @throws {@link ConfigurationError} naming the place */
export function checkProbes(probes: unknown, path = "steadyState"): readonly Probe[] {
  if (!Array.isArray(probes)) throw invalid(path, `${show(probes)} is no list of probes`);
  (probes as unknown[]).forEach((one, index) => {
    const { name, check } = (one ?? {}) as Partial<Record<keyof Probe, unknown>>;
    if (typeof name !== "string" || typeof check !== "function")
      throw invalid([path, index], `${show(one)} is no probe; needed: a name and a function check()`);
  });
  return probes as readonly Probe[];
}

const ORDER: readonly SloVerdict[] = ["healthy", "warning", "unknown", "critical"];
const MOST_CHARACTERS = 200;

function judge(status: ServiceStatus, wanted: readonly string[] | undefined, atWorst: SloVerdict): ProbeResult {
  const judged = status.slos.filter(({ slo }) => wanted?.includes(slo.id) ?? true);
  const missing = wanted?.filter((id) => !judged.some(({ slo }) => slo.id === id)) ?? [];
  if (missing.length > 0 || judged.length === 0)
    return { ok: false, message: `there is no SLO ${missing.join(", ")} of ${status.service}` };
  const worse = judged.filter(({ verdict }) => ORDER.indexOf(verdict) > ORDER.indexOf(atWorst));
  if (worse.length === 0) return { ok: true, message: status.summary.text };
  return {
    ok: false,
    message: worse.map(({ slo, verdict, reasons }) => reasons[0]?.message ?? `${slo.id} is ${verdict}`).join("; "),
  };
}

function isResult(value: unknown): value is ProbeResult {
  const { ok, message } = (value ?? {}) as Partial<Record<keyof ProbeResult, unknown>>;
  return typeof ok === "boolean" && typeof message === "string";
}
