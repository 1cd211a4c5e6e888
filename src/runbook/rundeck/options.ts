/** Options of a Rundeck job: what whoever runs it is asked for. */
import type { TemplateTag } from "../../core/template.ts";

/** An option as Rundeck has it. */
export interface JobOption {
  readonly name: string;
  readonly description: string;
  readonly required?: boolean;
  readonly value?: string;
  readonly values?: readonly string[];
  readonly enforced?: boolean;
  readonly secure?: boolean;
  readonly valueExposed?: boolean;
}

/** Gathers the options of one job. Each name is one of its own in the environment, too. */
export class JobOptions {
  readonly #byUse = new Map<string, JobOption>();
  readonly #variables = new Set<string>();
  readonly #alertName: string | undefined;

  constructor(alertName: string | undefined) {
    this.#alertName = alertName;
  }

  /** In the order in which they were asked for. */
  all(): readonly JobOption[] {
    return [...this.#byUse.values()];
  }

  /** The option for a place to fill in. */
  valueOf({ path, name }: TemplateTag): { readonly variable: string; readonly isNew: boolean } {
    const [root] = path;
    const isOptional = root === "incident";
    const isAlert = name === "alert.name" && this.#alertName !== undefined;
    return this.#of(`value ${name}`, path.join("_"), {
      description: `Value of ${name}`,
      required: !isOptional,
      ...(isAlert ? { value: this.#alertName } : {}),
      ...(root === "secrets" ? { secure: true, valueExposed: true } : {}),
    });
  }

  /** A question to be answered with yes or no. */
  question(use: string, name: string, description: string, preset?: "no"): string {
    const value = preset === undefined ? {} : { value: preset };
    const rest = { description, required: true, values: ["yes", "no"], enforced: true, ...value };
    return this.#of(`question ${use}`, name, rest).variable;
  }

  /** An option that nobody has to give. */
  optional(name: string, description: string): void {
    this.#of(`optional ${name}`, name, { description });
  }

  #of(
    use: string,
    wanted: string,
    rest: Omit<JobOption, "name">,
  ): { readonly variable: string; readonly isNew: boolean } {
    const known = this.#byUse.get(use);
    if (known !== undefined) return { variable: variableOf(known.name), isNew: false };
    const name = wanted.replace(/[^A-Za-z0-9_]/g, "_");
    let free = name;
    for (let number = 2; this.#variables.has(variableOf(free)); number += 1) free = `${name}_${String(number)}`;
    const variable = variableOf(free);
    this.#variables.add(variable);
    this.#byUse.set(use, { name: free, ...rest });
    return { variable, isNew: true };
  }
}

/** The name that Rundeck gives it in the environment. */
function variableOf(option: string): string {
  return `RD_OPTION_${option.toUpperCase()}`;
}
