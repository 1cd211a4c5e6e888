/** The SLOs and services that rules name, held against those that there are. */
import { show } from "../core/errors.ts";
import type { Path } from "../core/faults.ts";
import { choices } from "../core/nearest.ts";
import type { Slo } from "../slo/model.ts";

import type { RuleConditions } from "./conditions.ts";

/** What is known of an SLO or a composite that rules may name. */
export type KnownSlo = Pick<Slo, "service" | "name">;

/** What a rule names that is not there, by its path within the list of rules. */
export interface RuleFault {
  readonly path: Path;
  readonly message: string;
}

/** Whose rules they are, and what there is. */
export interface RuleNames {
  /** Services that the policy is for; those that nobody knows count for nothing. */
  readonly covered: readonly string[];
  /** Undefined where nobody knows which there are. */
  readonly services: readonly string[] | undefined;
  /** Undefined where nobody knows which there are. */
  readonly slos: readonly KnownSlo[] | undefined;
}

/** Names in `rules` by which no rule can ever hold: of services that there are not, and of SLOs that no covered service has. */
export function unknownNames(
  rules: readonly { readonly when?: RuleConditions }[],
  { covered, services, slos }: RuleNames,
): readonly RuleFault[] {
  return rules.flatMap(({ when }, index) => {
    const of = when?.service;
    const faults = (of ?? []).flatMap((service, at): RuleFault[] =>
      services === undefined || services.includes(service)
        ? []
        : [{ path: [index, "when", "service", at], message: noService(service, services) }],
    );
    const whose = covered.filter((service) => of === undefined || of.includes(service));
    const there = slos?.filter(({ service }) => whose.includes(service)) ?? [];
    // A service that nobody knows is a fault of its own, and says nothing of its SLOs.
    if (there.length === 0) return faults;
    const names = [...new Set(there.map(({ name }) => name))];
    const missing = (when?.slo ?? []).flatMap((name, at): RuleFault[] =>
      names.includes(name) ? [] : [{ path: [index, "when", "slo", at], message: noSlo(name, names, whose) }],
    );
    return [...faults, ...missing];
  });
}

/** Services that a default policy is for: those without a policy of their own; all of them if none is left. */
export function leftToDefault(services: readonly string[], isClaimed: (service: string) => boolean): readonly string[] {
  const left = services.filter((service) => !isClaimed(service));
  return left.length === 0 ? services : left;
}

/** That there is no such service, and which there are. */
export function noService(service: string, known: readonly string[]): string {
  return `${show(service)} is no service here${choices(service, known)}`;
}

function noSlo(name: string, known: readonly string[], services: readonly string[]): string {
  const [only, ...others] = services;
  const whose = only !== undefined && others.length === 0 ? show(only) : "any service of this policy";
  return `${show(name)} is no SLO of ${whose}, so the rule never holds for it${choices(name, known)}`;
}
