/** Rules as a resource of Kubernetes, for the Prometheus operator. */
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { writeYaml } from "../core/yaml/yaml.ts";

import type { RuleGroup } from "./model.ts";
import { rulesText } from "./write.ts";

/** The resource's own metadata. */
export interface PrometheusRuleOptions {
  /** A name as Kubernetes has it: small letters, digits, `-` and `.`. */
  readonly name: string;
  readonly namespace?: string;
  /** Labels, such as those that the operator's `ruleSelector` asks for. */
  readonly labels?: Readonly<Record<string, string>>;
}

const LABEL = /^(?:[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;
const NAME = /^[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?$/;

/**
 * A `monitoring.coreos.com/v1` PrometheusRule.
 *
 * @throws {@link ConfigurationError} if the name is none that Kubernetes takes
 */
export function prometheusRule(groups: readonly RuleGroup[], options: PrometheusRuleOptions): string {
  checkOptions(options, "toPrometheusRule", ["name", "namespace", "labels"]);
  const { name, namespace, labels } = options;
  for (const [key, text] of Object.entries({ name, namespace })) {
    if (text === undefined && key === "namespace") continue;
    if (typeof text === "string" && NAME.test(text)) continue;
    throw invalid(
      key,
      `${show(text)} is no name in Kubernetes; use small letters, digits, - and ., at most 253 of them`,
    );
  }
  for (const [key, text] of Object.entries((labels ?? {}) as object)) {
    if (typeof text === "string" && LABEL.test(key) && /^(?:[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)?$/.test(text))
      continue;
    throw invalid(["labels", key], `${show(key)}: ${show(text)} is no label of Kubernetes`);
  }
  const head = writeYaml({
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
    },
  });
  return `${head}spec:\n${rulesText(groups, "  ")}`;
}
