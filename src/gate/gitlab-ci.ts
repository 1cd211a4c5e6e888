/** A gate as a job of GitLab CI. */
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { shellWord } from "../core/shell-word.ts";
import { writeYaml } from "../core/yaml/yaml.ts";

import { CI_OPTIONS, ciGateOf, type CiGateOptions, EXIT_CODES, installLine, questionLine } from "./ci.ts";

/** What can be told to {@link gitlabCiGate}. */
export interface GitlabCiGateOptions extends CiGateOptions {
  /** The stage of the job; `.pre` unless told, which comes before all others. */
  readonly stage?: string;
  /** An image with Node 20 or later; `node:22-alpine` unless told. */
  readonly image?: string;
}

const FOLDER = "/tmp/nines";
/** A job that may fail so is shown as passed with a warning. npm and shells exit with none of these. */
const ALLOWED_BASE = 100;

/**
 * A job that fails, and the pipeline with it, where the release is blocked; where the gate warns, the job is shown as passed with a
 * warning. The address of Prometheus is a CI/CD variable.
 *
 * @returns YAML, to be included by `.gitlab-ci.yml`
 * @throws {@link ConfigurationError} for options that cannot be used
 *
 * @example
 * ```ts
 * import { gitlabCiGate } from "nines";
 *
 * const yaml = gitlabCiGate({ service: "checkout", whenUnknown: "closed", stage: "deploy" });
 * if (!yaml.includes("allow_failure")) throw new Error(yaml);
 * ```
 */
export function gitlabCiGate(options: GitlabCiGateOptions): string {
  checkOptions(options, "gitlabCiGate", [...CI_OPTIONS, "stage", "image"]);
  const { service, open, file, variable, wanted } = ciGateOf(options);
  const { stage = ".pre", image = "node:22-alpine" } = options;
  for (const [name, text] of Object.entries({ stage, image })) {
    if (typeof text === "string" && /^[\w./:@-]{1,500}$/.test(text)) continue;
    throw invalid(name, `${show(text)} is not possible; use letters, digits, _, -, ., /, : and @`);
  }
  const question = questionLine(FOLDER, {
    file: shellWord(file),
    service: shellWord(service),
    prometheus: `"$${variable}"`,
  });
  const codes = open ? [EXIT_CODES.warn, EXIT_CODES.unknown] : [EXIT_CODES.warn];
  return writeYaml({
    "release-gate": {
      stage,
      image,
      script: [
        installLine(wanted, FOLDER),
        [
          "code=0",
          `${question} || code=$?`,
          'case "$code" in',
          ...codes.map((code) => `  ${String(code)}) exit ${String(ALLOWED_BASE + code)} ;;`),
          '  *) exit "$code" ;;',
          "esac",
        ].join("\n"),
      ],
      allow_failure: { exit_codes: codes.map((code) => ALLOWED_BASE + code) },
    },
  });
}
