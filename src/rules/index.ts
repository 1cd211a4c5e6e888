/**
 * Rules for Prometheus from SLOs, and SLOs from the files of other tools.
 *
 * @packageDocumentation
 */
export { alertmanagerRouting } from "./alertmanager.ts";
export type { AlertmanagerRouting, RoutingOptions } from "./alertmanager.ts";
export { classicRules } from "./classic.ts";
export type { ClassicAlert, ClassicOptions } from "./classic.ts";
export type { ConventionName } from "./convention.ts";
export { importSlos } from "./formats/import.ts";
export { SLO_FORMATS } from "./formats/model.ts";
export type { ImportedSlos, ImportOptions, SloFormat } from "./formats/model.ts";
export { writeOpenSlo } from "./formats/write-openslo.ts";
export { generateRules } from "./generate.ts";
export type { AlertingRule, RecordingRule, Rule, RuleGroup } from "./model.ts";
export type { RuleOptions, SloText } from "./options.ts";
export type { PrometheusRuleOptions } from "./prometheus-rule.ts";
export { RuleSet } from "./rule-set.ts";
export type { RuleRemark, RuleTestOptions, RuleTests, ServiceRules } from "./rule-set.ts";
export type { SloInput } from "./source.ts";
