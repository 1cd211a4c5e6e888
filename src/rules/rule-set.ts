/** The rules of SLOs, and the texts that they are handed on as. */
import { checkOptions } from "../core/options.ts";
import { invalid, show } from "../core/errors.ts";
import type { Slo } from "../slo/model.ts";

import type { RuleGroup } from "./model.ts";
import { prometheusRule, type PrometheusRuleOptions } from "./prometheus-rule.ts";
import type { TestedSlo } from "./rule-tests/pieces.ts";
import { ruleTestOf } from "./rule-tests/rule-tests.ts";
import { rulesText } from "./write.ts";

/** Something that the author of an SLO should know of its rules. */
export interface RuleRemark {
  /** `service/name`; the service alone for rules that no SLO stands behind. */
  readonly slo: string;
  readonly message: string;
}

/** The groups of one service. */
export interface ServiceRules {
  readonly service: string;
  readonly groups: readonly RuleGroup[];
}

/** How test files are written. */
export interface RuleTestOptions {
  /** The rule file of an SLO, as its test file names it: relative to the test file. One for all, or asked for each. */
  readonly ruleFile: string | ((slo: Slo) => string);
}

/** Test files for `promtool test rules`. */
export interface RuleTests {
  /** By the SLO, `service/name`, in YAML. */
  readonly files: ReadonlyMap<string, string>;
  /** For which SLOs there is none, and why. */
  readonly remarks: readonly RuleRemark[];
}

/** What the rules were generated from. */
export interface RuleOrigin {
  readonly slos: readonly TestedSlo[];
  readonly scrapeIntervalMs: number;
}

const NO_ORIGIN: RuleOrigin = { slos: [], scrapeIntervalMs: 0 };

/** Generated rules: as values, as rule files, and as a Kubernetes resource. */
export class RuleSet {
  /** By service, in the order of their names. */
  readonly services: readonly ServiceRules[];
  /** What was understood in a way that its author may not expect. */
  readonly remarks: readonly RuleRemark[];
  readonly #origin: RuleOrigin;

  /** @internal Rule sets are made by `generateRules` and `classicRules`. */
  constructor(services: readonly ServiceRules[], remarks: readonly RuleRemark[], origin: RuleOrigin = NO_ORIGIN) {
    this.services = services;
    this.remarks = remarks;
    this.#origin = origin;
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

  /**
   * Unit tests of the rules, a file for each SLO, to be run in one's own CI: `promtool test rules FILE`. They have
   * series that satisfy the SLO's expression, and what the rules are to make of them: healthy, burning fast and slowly,
   * idle, without a series of errors, restarted, and without data. Rules that no SLO stands behind have none.
   *
   * @throws {@link ConfigurationError} naming the option and what is allowed
   */
  toTests(options: RuleTestOptions): RuleTests {
    checkOptions(options, "toTests", ["ruleFile"]);
    const { ruleFile } = options;
    const files = new Map<string, string>();
    const remarks: RuleRemark[] = [];
    const names = this.groups.map(({ name }) => name);
    const { slos, scrapeIntervalMs } = this.#origin;
    for (const one of slos) {
      const { slo } = one.subject;
      const file = typeof ruleFile === "function" ? ruleFile(slo) : ruleFile;
      if (typeof file !== "string" || file === "") {
        throw invalid("ruleFile", `${show(file)} is no file; write its path as seen from the test file`);
      }
      const groups = names.filter((name) => name === `nines ${slo.id}` || name.startsWith(`nines ${slo.id} `));
      const test = ruleTestOf({ ...one, ruleFile: file, groups, scrapeIntervalMs });
      if ("yaml" in test) files.set(slo.id, test.yaml);
      else remarks.push({ slo: slo.id, message: `has no test: ${test.problem}` });
    }
    const tested = new Set(slos.map(({ subject }) => subject.slo.service));
    for (const { service } of this.services) {
      if (!tested.has(service))
        remarks.push({ slo: service, message: "has rules without an SLO, of which no test is made" });
    }
    return { files, remarks };
  }
}
