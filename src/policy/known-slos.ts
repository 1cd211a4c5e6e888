/** The SLOs and services that rules name, held against those that there are. */
import { show } from "../core/errors.ts";
import type { Path } from "../core/faults.ts";
import { choices, nearest } from "../core/nearest.ts";
import type { Slo, SloKind } from "../slo/model.ts";

import type { RuleConditions } from "./conditions.ts";

/** What is known of an SLO or a composite that rules may name; one without a kind may be of any. */
export type KnownSlo = Pick<Slo, "service" | "name"> & Partial<Pick<Slo, "kind">>;

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
 * other, SLOs that no covered service has, where the rule is about no other or the name is nearly that of one, and kinds of
 * which no SLO is that the rule names.
 */
export function unknownNames(
  rules: readonly { readonly when?: RuleConditions }[],
  { covered, services, slos }: RuleNames,
): readonly RuleFault[] {
  const known = servicesIn({ services, slos });
  const anywhere = new Set(slos?.map(({ name }) => name));
  const served = covered.filter((service) => known.includes(service));
  return rules.flatMap(({ when = {} }, index) => {
    const { service: of, slo: about = [], slo_kind: kinds = [] } = when;
    // A service that nobody knows is a fault of its own, and says nothing of the rule.
    const isForOthers =
      of !== undefined && served.length > 0 && of.every((one) => known.includes(one) && !covered.includes(one));
    const faults = (of ?? []).flatMap((service, at): RuleFault[] => {
      const path = [index, "when", "service", at];
      if (services?.includes(service) === false) return [{ path, message: noService(service, services) }];
      return isForOthers ? [{ path, message: notCovered(service, served) }] : [];
    });
    const serving = of === undefined ? served : served.filter((service) => of.includes(service));
    const own = slos?.filter(({ service }) => serving.includes(service)) ?? [];
    if (own.length === 0) return faults;
    const owners = ownersText(serving, of !== undefined);
    const names = [...new Set(own.map(({ name }) => name))];
    const holds = about.some((name) => names.includes(name));
    const missing = about.flatMap((name, at): RuleFault[] => {
      const isMeant = names.includes(name) || (holds && !isSlip(name, names, anywhere));
      const message = `${show(name)} is no SLO of ${owners}${never(name, names)}`;
      return isMeant ? [] : [{ path: [index, "when", "slo", at], message }];
    });
    // Where a name is wrong, or nobody knows it, the kinds may be right. Without names, kinds are for whoever has such.
    if (!holds || missing.length > 0 || !(of ?? covered).every((one) => known.includes(one))) {
      return [...faults, ...missing];
    }
    const there = kindsOf(own.filter(({ name }) => about.includes(name)));
    if (there === undefined || kinds.some((kind) => there.includes(kind))) return faults;
    const ofNone = kinds.map((kind, at): RuleFault => {
      const message = `${show(kind)} is the kind of no SLO of ${owners} that the rule names${never(kind, there)}`;
      return { path: [index, "when", "slo_kind", at], message };
    });
    return [...faults, ...ofNone];
  });
}

/** Undefined where that of any is unknown. */
function kindsOf(slos: readonly KnownSlo[]): readonly SloKind[] | undefined {
  const kinds = [...new Set(slos.map(({ kind }) => kind))];
  const known = kinds.filter((kind) => kind !== undefined);
  return known.length === kinds.length ? known : undefined;
}

/** The services that are known, by themselves or else from the SLOs. */
export function servicesIn({ services, slos }: Pick<RuleNames, "services" | "slos">): readonly string[] {
  return services ?? [...new Set(slos?.map(({ service }) => service))];
}

/** Whether `name`, which is not among `names`, was probably meant to be one of them; what is `anywhere` is written well. */
function isSlip(name: string, names: readonly string[], anywhere: ReadonlySet<string>): boolean {
  return !anywhere.has(name) && names.some((one) => isSlipOf(name, one));
}

/** Whether one of the parts is a slip: `checkout-us` beside `checkout-eu` is none. */
function isSlipOf(name: string, meant: string): boolean {
  if (nearest(name, [meant]) === undefined) return false;
  const [parts, others] = [partsOf(name), partsOf(meant)];
  return parts.length === others.length && parts.some((part, at) => isMisspelt(part, others[at] ?? ""));
}

function partsOf(name: string): readonly string[] {
  return name.split(/[-_.]/);
}

/** Short words are often near to each other, and so are `import` and `export`; a digit is hardly a slip. */
function isMisspelt(part: string, meant: string): boolean {
  if (meant.length < 5 || withoutDigits(part) === withoutDigits(meant)) return false;
  return part[0]?.toLowerCase() === meant[0]?.toLowerCase() && nearest(part, [meant]) !== undefined;
}

function withoutDigits(text: string): string {
  return text.replace(/\d/g, "");
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
  return `${show(service)} is not under this policy${never(service, covered)}`;
}

function never(name: string, known: readonly string[]): string {
  return `, so the rule never holds for it${choices(name, known)}`;
}

function ownersText(whose: readonly string[], isNarrowed: boolean): string {
  const any = `any service ${isNarrowed ? "that both this rule and its policy are for" : "of this policy"}`;
  return whose.length === 1 ? show(whose[0]) : any;
}
