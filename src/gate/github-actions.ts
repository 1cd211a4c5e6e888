/** A gate as a reusable workflow of GitHub Actions. */
import { checkOptions } from "../core/options.ts";
import { writeYaml } from "../core/yaml/yaml.ts";

import { CI_OPTIONS, ciGateOf, type CiGateOptions, EXIT_CODES, installLine, questionLine } from "./ci.ts";

const FOLDER = "$RUNNER_TEMP/nines";
/** Where `nines gate` looks for the bearer token of Prometheus; nothing in it is as good as none. */
const TOKEN = "NINES_PROMETHEUS_TOKEN";

/**
 * A workflow for others to call before they deploy: `jobs: { gate: { uses: ./.github/workflows/release-gate.yml } }`, and
 * `needs: gate` where they deploy. It fails where the release is blocked; a warning is an annotation. The address of Prometheus is
 * a variable of the repository; its bearer token, if it asks for one, the secret `NINES_PROMETHEUS_TOKEN`, which callers hand on.
 *
 * @returns YAML, to be `.github/workflows/release-gate.yml`
 * @throws {@link ConfigurationError} for options that cannot be used
 *
 * @example
 * ```ts
 * import { githubActionsGate } from "nines";
 *
 * const yaml = githubActionsGate({ service: "checkout", whenUnknown: "closed" });
 * if (!yaml.includes("workflow_call")) throw new Error(yaml);
 * ```
 */
export function githubActionsGate(options: CiGateOptions): string {
  checkOptions(options, "githubActionsGate", CI_OPTIONS);
  const { service, open, file, variable, wanted } = ciGateOf(options);
  // Texts come in by the environment: in a script they would be a part of it.
  const question = questionLine(FOLDER, {
    file: '"$GATE_FILE"',
    service: '"$GATE_SERVICE"',
    prometheus: '"$GATE_PROMETHEUS"',
  });
  const warning = (text: string): string => `echo "::warning title=Release gate::${text}" ;;`;
  const run = [
    `code=0`,
    `${question} || code=$?`,
    `case "$code" in`,
    `  ${String(EXIT_CODES.pass)}) ;;`,
    `  ${String(EXIT_CODES.warn)}) ${warning("the release may go on, with care; the reasons are in the log")}`,
    ...(open
      ? [`  ${String(EXIT_CODES.unknown)}) ${warning("nobody can tell whether the release may go on; it does")}`]
      : []),
    `  *) exit "$code" ;;`,
    `esac`,
  ];
  return writeYaml({
    name: "Release gate",
    on: { workflow_call: { secrets: { [TOKEN]: { required: false } } }, workflow_dispatch: {} },
    permissions: { contents: "read" },
    jobs: {
      gate: {
        "runs-on": "ubuntu-latest",
        "timeout-minutes": 10,
        steps: [
          { uses: "actions/checkout@v4" },
          { uses: "actions/setup-node@v4", with: { "node-version": "22" } },
          { name: "Install nines", shell: "bash", run: `${installLine(wanted, FOLDER)}\n` },
          {
            name: "Ask whether the release may go on",
            shell: "bash",
            env: {
              GATE_SERVICE: literal(service),
              GATE_FILE: literal(file),
              GATE_PROMETHEUS: `\${{ vars.${variable} }}`,
              [TOKEN]: `\${{ secrets.${TOKEN} }}`,
            },
            run: `${run.join("\n")}\n`,
          },
        ],
      },
    },
  });
}

/** `text` as GitHub leaves it: what begins an expression is written by one. */
function literal(text: string): string {
  return text.replaceAll("${{", "${{ '${{' }}");
}
