/** What SLOs, their statuses and the golden signals show. */
import { mapSome } from "../../core/map-some.ts";
import { atOnce } from "../../core/thenable.ts";
import type { MaturityFinding } from "../model.ts";

import { counted, type Look, partOf, untold } from "./look.ts";

const LANES = 4;
/** Kinds that say that it works; latency says that it is fast. */
const WORKS: ReadonlySet<string> = new Set(["availability", "error_rate"]);

/** SLOs as they are written. */
export const SLO_LOOK: Look = {
  source: "slos",
  criteria: ["slos_defined", "slos_of_users"],
  find({ sources: { slos = { services: [], slos: [] }, services } }) {
    const kinds = new Map<string, Set<string>>();
    for (const { service, kind } of slos.slos) kinds.set(service, (kinds.get(service) ?? new Set()).add(kind));
    const isWhole = (of: ReadonlySet<string>): boolean => of.has("latency") && [...of].some((kind) => WORKS.has(kind));
    const lacking = [...kinds].filter(([, of]) => !isWhole(of)).map(([service]) => service);
    return {
      slos_defined: defined(kinds, services),
      slos_of_users: partOf(kinds.size - lacking.length, kinds.size, {
        one: "service with SLOs",
        many: "services with SLOs",
        has: "has those of availability and of latency",
        have: "have those of availability and of latency",
        lacking,
      }),
    };
  },
};

function defined(kinds: ReadonlyMap<string, unknown>, services: readonly string[] | undefined): MaturityFinding {
  if (kinds.size === 0) return { share: 0, text: "there is no SLO" };
  if (services === undefined) {
    return untold(
      `${counted(kinds.size, "service has SLOs", "services have SLOs")}; nobody has told which services there are`,
    );
  }
  const missing = services.filter((service) => !kinds.has(service));
  const words = { one: "service", has: "has SLOs", have: "have SLOs", lacking: missing };
  return partOf(services.length - missing.length, services.length, words);
}

/** SLOs as they are measured. */
export const STATUS_LOOK: Look = {
  source: "statuses",
  criteria: ["slos_measured"],
  async find({ sources: { statuses, slos }, signal }) {
    if (statuses === undefined || slos === undefined) {
      return { slos_measured: untold("the SLOs were not handed in, so nobody knows which services to ask about") };
    }
    const services = [...new Set(slos.slos.map(({ service }) => service))];
    const told = (
      await mapSome(services, LANES, (service) => awaited(statuses.getSloStatus(service, { signal })))
    ).flatMap((status) => status.slos);
    const blind = told.filter(({ budget }) => budget.state === "no_data").map(({ slo }) => slo.id);
    const words = { one: "SLO", has: "has data", have: "have data", lacking: blind };
    return { slos_measured: partOf(told.length - blind.length, told.length, words) };
  },
};

async function awaited<T>(promise: PromiseLike<T>): Promise<T> {
  return await promise;
}

/** What this process measures of itself. Three signals are there as soon as there is a collector. */
export const SIGNAL_LOOK: Look = {
  source: "signals",
  criteria: ["golden_signals"],
  find({ sources: { signals } }) {
    const reading: unknown = atOnce(signals?.saturation()) ?? {};
    if (typeof reading !== "object" || reading === null) throw new TypeError("it answered with no shares");
    const resources = Object.keys(reading);
    if (resources.length > 0) {
      const text = `latency, traffic, errors, and the saturation of ${counted(resources.length, "resource")} are measured`;
      return { golden_signals: { share: 1, text } };
    }
    return { golden_signals: { share: 0.75, text: "latency, traffic and errors are measured, and no saturation" } };
  },
};
