/** What a step may tell ansible-playbook: options that it names, then variables. */

/** The arguments of a step, told apart. */
export interface PlaybookArguments {
  /** For ansible-playbook, each in one piece: `--limit=web1`. */
  readonly options: readonly string[];
  /** Inventories, as they were written. */
  readonly inventories: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
}

/** Short forms of the options that a step may give. */
const LONG_FORMS: Readonly<Record<string, string>> = {
  "-i": "--inventory",
  "-l": "--limit",
  "-t": "--tags",
  "-f": "--forks",
  "-b": "--become",
  "-D": "--diff",
};
const FLAGS: ReadonlySet<string> = new Set(["--become", "--diff", "--flush-cache", "--force-handlers", "-v"]);
// Names only: an empty limit, "all" and "*" are every host there is, and @FILE is a file's content.
const NAMES = /^(?!all(?:,|$))[A-Za-z0-9_][\w.-]*(?:,(?!all(?:,|$))[A-Za-z0-9_][\w.-]*)*,?$/;
const VALUES: Readonly<Record<string, { readonly pattern: RegExp; readonly allowed: string }>> = {
  "--inventory": { pattern: /^[^-\0\s][^\0]*$/, allowed: "a path, or names of hosts with a comma behind each" },
  "--limit": { pattern: NAMES, allowed: "names of hosts and groups with commas between them" },
  "--tags": { pattern: NAMES, allowed: "tags with commas between them" },
  "--skip-tags": { pattern: NAMES, allowed: "tags with commas between them" },
  "--forks": { pattern: /^[1-9]\d{0,3}$/, allowed: "a number from 1" },
  "--start-at-task": { pattern: /^[^\0]+$/, allowed: "the name of a task" },
};
const VARIABLE = /^([A-Za-z_]\w{0,199})=([^]*)$/;

/**
 * Reads the arguments of a step. Options that could make ansible-playbook run or read something else (`--extra-vars`,
 * `--module-path`, `--ssh-common-args` ...) are for the runner's own `extraArgs`.
 *
 * @returns a text that says what is wrong, without any value: it may be a secret
 */
export function readArguments(args: readonly string[]): PlaybookArguments | string {
  const options: string[] = [];
  const inventories: string[] = [];
  const variables = new Map<string, string>();
  for (let index = 0; index < args.length; index += 1) {
    const argument = args[index] as string;
    const place = `argument ${String(index + 1)}`;
    if (!argument.startsWith("-")) {
      const problem = addVariable(variables, argument);
      if (problem !== undefined) return `${place} ${problem}`;
      continue;
    }
    if (variables.size > 0) return `${place} begins with a dash; options come before the variables`;
    const equals = argument.startsWith("--") ? argument.indexOf("=") : -1;
    const written = equals === -1 ? argument : argument.slice(0, equals);
    const name = Object.hasOwn(LONG_FORMS, written) ? (LONG_FORMS[written] as string) : written;
    if (FLAGS.has(name) && equals === -1) {
      options.push(name);
      continue;
    }
    const rule = Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
    if (rule === undefined) {
      const known = [...Object.keys(VALUES), ...FLAGS].join(", ");
      return `${place} is no option that a step may give (${known}); others belong to extraArgs`;
    }
    const value = equals === -1 ? args[(index += 1)] : argument.slice(equals + 1);
    if (value === undefined || !rule.pattern.test(value)) return `the value of ${name} must be ${rule.allowed}`;
    if (name === "--inventory") inventories.push(value);
    else options.push(`${name}=${value}`);
  }
  return { options, inventories, variables };
}

function addVariable(variables: Map<string, string>, argument: string): string | undefined {
  const [, name = "", value = ""] = VARIABLE.exec(argument) ?? [];
  if (name === "") return "is neither an option nor a variable; write name=value";
  if (name.startsWith("ansible_")) {
    return "sets a variable that begins with ansible_, which decides how hosts are reached; it belongs to the inventory";
  }
  if (variables.has(name)) return "sets a variable that is set already";
  variables.set(name, value);
  return undefined;
}
