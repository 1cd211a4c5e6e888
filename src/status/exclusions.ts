/** Time that does not count, for all SLOs or for some: maintenance, announced before or after. */
import { type Exclusion, Exclusions } from "../budget/exclusions.ts";
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { atOnce } from "../core/thenable.ts";
import type { Slo } from "../slo/model.ts";

import { nameFault, namesOf } from "./known-names.ts";

/** A stretch of time that is taken out of budgets. Without `services` and `slos` it is taken out of all. */
export interface SloExclusion extends Exclusion {
  /** Of every SLO of these services. */
  readonly services?: readonly string[];
  /** Of these SLOs, by their ids. */
  readonly slos?: readonly string[];
}

/** Exclusions by SLO: a list, or a function that knows. */
export type ExclusionsBy = readonly SloExclusion[] | ((slo: Slo) => readonly Exclusion[]);

const KEYS = ["start", "end", "reason", "services", "slos"];

/** Checks a list against the SLOs that there are. @throws {@link ConfigurationError} naming the entry */
export function checkExclusions(list: unknown, slos: readonly Slo[], path = "exclusions"): readonly SloExclusion[] {
  if (!Array.isArray(list)) throw invalid(path, `${show(list)} is not a list of exclusions`);
  const { isSlo, isService } = namesOf(slos);
  (list as unknown[]).forEach((given, index) => {
    checkOptions(given, "an exclusion", KEYS, [path, index]);
    const exclusion = given as SloExclusion;
    new Exclusions().add(exclusion, [path, index]);
    checkNames(exclusion.slos, isSlo, [path, index, "slos"]);
    checkNames(exclusion.services, isService, [path, index, "services"]);
  });
  return list as readonly SloExclusion[];
}

/** What is taken out of each SLO's budget; of a list it is worked out once. @throws {@link ConfigurationError} for a list that is wrong */
export function exclusionsBySlo(by: ExclusionsBy, slos: readonly Slo[]): (slo: Slo) => Exclusions {
  if (typeof by === "function") return (slo) => exclusionsOf(by, slo);
  const list = checkExclusions(by, slos);
  const made = new Map<Slo, Exclusions>();
  return (slo) => {
    const exclusions = made.get(slo) ?? exclusionsOf(list, slo);
    made.set(slo, exclusions);
    return exclusions;
  };
}

/** What is taken out of the budget of `slo`. */
export function exclusionsOf(by: ExclusionsBy, slo: Slo): Exclusions {
  const exclusions = new Exclusions();
  const applying = typeof by === "function" ? atOnce(by(slo)) : by.filter((exclusion) => concerns(exclusion, slo));
  for (const exclusion of applying) exclusions.add(exclusion);
  return exclusions;
}

function concerns({ services, slos }: SloExclusion, { id, service }: Slo): boolean {
  if (services === undefined && slos === undefined) return true;
  return services?.includes(service) === true || slos?.includes(id) === true;
}

function checkNames(names: unknown, isKnown: (name: string) => boolean, path: readonly (string | number)[]): void {
  if (names === undefined) return;
  if (!Array.isArray(names) || names.length === 0) throw invalid(path, `${show(names)} is not a list of names`);
  for (const name of names as unknown[]) {
    const fault = nameFault(name, isKnown);
    if (fault !== undefined) throw invalid(path, fault);
  }
}
