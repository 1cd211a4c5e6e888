/** The SLOs and services that rules name, held against those that there are. */
import { show } from "../core/errors.ts";
import type { Path } from "../core/faults.ts";
import { choices, nearest } from "../core/nearest.ts";
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

/**
 * Names in `rules` that were hardly meant: services that there are not, those that the policy is not for, where the rule is for no
 * other, and SLOs that no covered service has, where the rule is about no other or the name is nearly that of one.
 */
export function unknownNames(
  rules: readonly { readonly when?: RuleConditions }[],
  { covered, services, slos }: RuleNames,
): readonly RuleFault[] {
  const known = servicesIn({ services, slos });
  const anywhere = new Set(slos?.map(({ name }) => name));
  const served = covered.filter((service) => known.includes(service));
  return rules.flatMap(({ when = {} }, index) => {
    const { service: of, slo: about = [] } = when;
    // A service that nobody knows is a fault of its own, and says nothing of the rule.
    const isForOthers =
      of !== undefined && served.length > 0 && of.every((one) => known.includes(one) && !covered.includes(one));
    const faults = (of ?? []).flatMap((service, at): RuleFault[] => {
      const path = [index, "when", "service", at];
      if (services?.includes(service) === false) return [{ path, message: noService(service, services) }];
      return isForOthers ? [{ path, message: notCovered(service, served) }] : [];
    });
    const whose = of === undefined ? served : served.filter((service) => of.includes(service));
    const there = slos?.filter(({ service }) => whose.includes(service)) ?? [];
    if (there.length === 0) return faults;
    const names = [...new Set(there.map(({ name }) => name))];
    const holds = about.some((name) => names.includes(name));
    const missing = about.flatMap((name, at): RuleFault[] => {
      const isMeant = names.includes(name) || (holds && !isSlip(name, names, anywhere));
      const message = noSlo(name, names, { whose, isNarrowed: of !== undefined });
      return isMeant ? [] : [{ path: [index, "when", "slo", at], message }];
    });
    return [...faults, ...missing];
  });
}

/** The services that are known, by themselves or else from the SLOs. */
export function servicesIn({ services, slos }: Pick<RuleNames, "services" | "slos">): readonly string[] {
  return services ?? [...new Set(slos?.map(({ service }) => service))];
}

/** Whether `name`, which is not among `names`, was probably meant to be one of them; what is `anywhere` is written well. */
function isSlip(name: string, names: readonly string[], anywhere: ReadonlySet<string>): boolean {
  return nearest(name, names) !== undefined && !anywhere.has(name);
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

function notCovered(service: string, covered: readonly string[]): string {
  return `${show(service)} is not under this policy, so the rule never holds for it${choices(service, covered)}`;
}

function noSlo(
  name: string,
  known: readonly string[],
  { whose, isNarrowed }: { readonly whose: readonly string[]; readonly isNarrowed: boolean },
): string {
  const any = `any service ${isNarrowed ? "that both this rule and its policy are for" : "of this policy"}`;
  const of = whose.length === 1 ? show(whose[0]) : any;
  return `${show(name)} is no SLO of ${of}, so the rule never holds for it${choices(name, known)}`;
}
