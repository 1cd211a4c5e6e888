/** The rules of SLOs, and the texts that they are handed on as. */
import type { RuleGroup } from "./model.ts";
import { prometheusRule, type PrometheusRuleOptions } from "./prometheus-rule.ts";
import { rulesText } from "./write.ts";

/** Something that the author of an SLO should know of its rules. */
export interface RuleRemark {
  /** `service/name`. */
  readonly slo: string;
  readonly message: string;
}

/** The groups of one service. */
export interface ServiceRules {
  readonly service: string;
  readonly groups: readonly RuleGroup[];
}

/** Generated rules: as values, as rule files, and as a Kubernetes resource. */
export class RuleSet {
  /** By service, in the order of their names. */
  readonly services: readonly ServiceRules[];
  /** What was understood in a way that its author may not expect. */
  readonly remarks: readonly RuleRemark[];

  constructor(services: readonly ServiceRules[], remarks: readonly RuleRemark[]) {
    this.services = services;
    this.remarks = remarks;
  }

  /** All groups, in the order of their names. The same SLOs give the same groups, whatever order they came in. */
  get groups(): readonly RuleGroup[] {
    return this.services.flatMap(({ groups }) => groups);
  }

  /** One rule file, in YAML. */
  toYaml(): string {
    return rulesText(this.groups);
  }

  /** One rule file for each service, by its name. */
  toYamlByService(): ReadonlyMap<string, string> {
    return new Map(this.services.map(({ service, groups }) => [service, rulesText(groups)]));
  }

  /** A `PrometheusRule` for the Prometheus operator, in YAML. */
  toPrometheusRule(options: PrometheusRuleOptions): string {
    return prometheusRule(this.groups, options);
  }
}
