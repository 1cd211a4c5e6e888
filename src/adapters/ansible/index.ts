/** Runs Ansible playbooks. */
import { realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";

import { AdapterError, invalid, show } from "../../core/errors.ts";
import { checkMethods, checkOptions } from "../../core/options.ts";
import type { CommandOptions, CommandRequest, CommandResult, CommandRunner } from "../../ports/command-runner.ts";
import type { CallOptions } from "../../ports/store.ts";

import { readArguments } from "./arguments.ts";
import { failureOf } from "./exit-codes.ts";
import { removeLeftVariables, type VariablesFile, writeVariables } from "./variables.ts";

/** What can be told to an {@link AnsibleCommandRunner}. */
export interface AnsibleOptions {
  /** Runs ansible-playbook; as a rule the `LocalCommandRunner` of `nines/command`. */
  readonly runner: CommandRunner;
  /** `ansible-playbook` unless told. */
  readonly program?: string;
  /** Used by every playbook, unless a step names others. */
  readonly inventory?: string | readonly string[];
  /** Playbooks must be in here, and their paths are relative to it. */
  readonly playbookDirectory?: string;
  /** Put before all others: `["--vault-password-file", "/etc/ansible/vault"]`. */
  readonly extraArgs?: readonly string[];
  /** Whether a dry run also tells what it would change in files. */
  readonly diff?: boolean;
}

const OPTIONS: readonly (keyof AnsibleOptions)[] = [
  "runner",
  "program",
  "inventory",
  "playbookDirectory",
  "extraArgs",
  "diff",
];
const ENVIRONMENT = { ANSIBLE_NOCOLOR: "1", ANSIBLE_RETRY_FILES_ENABLED: "0" };

/**
 * A {@link CommandRunner} whose commands are playbooks: a step's program is the path of one, and its arguments are a few
 * options of ansible-playbook (`--limit`, `--inventory`, `--tags`, `--skip-tags`, `--forks`, `--start-at-task`,
 * `--become`, `--diff`, `-v` ...) and after them variables, `name=value`.
 *
 * Variables reach the playbook as data: what looks like a Jinja template is none. They are texts; write `{{ count | int }}`
 * for a number, and `{{ pod | string }}` where one that looks like a list (`[1, 2]`) shall stay as it is. A playbook that
 * has a shell read a variable must quote it: `{{ pod | quote }}`.
 *
 * A dry run is `--check`: tasks of the playbook with `check_mode: false` take effect all the same.
 *
 * @example
 * ```ts
 * import type { CommandRunner } from "nines";
 * import { AnsibleCommandRunner } from "nines/ansible";
 *
 * const seen: string[][] = [];
 * const runner: CommandRunner = {
 *   run: async ({ program, args }) => {
 *     seen.push([program, ...args]);
 *     return { exitCode: 0 };
 *   },
 * };
 * const ansible = new AnsibleCommandRunner({ runner, inventory: "hosts.ini" });
 * const args = ["--limit", "web1", "pod={{ lookup('pipe', 'id') }}"];
 * await ansible.run({ program: "restart.yml", args, environment: {}, isDryRun: true, key: "RUN-0001/restart" });
 * const [line = []] = seen;
 * if (!line.join(" ").startsWith("ansible-playbook --inventory=hosts.ini --limit=web1 --check --extra-vars @")) {
 *   throw new Error(line.join(" "));
 * }
 * ```
 */
export class AnsibleCommandRunner implements CommandRunner {
  readonly #runner: CommandRunner;
  readonly #program: string;
  readonly #inventories: readonly string[];
  readonly #directory: string | undefined;
  readonly #extraArgs: readonly string[];
  readonly #diff: boolean;

  /** @throws `ConfigurationError` if an option is not as it must be */
  constructor(options: AnsibleOptions) {
    checkOptions(options, "AnsibleCommandRunner", OPTIONS);
    const { program = "ansible-playbook", inventory = [], playbookDirectory, extraArgs = [], diff = false } = options;
    const runner: unknown = options.runner;
    checkMethods(runner ?? null, "runner", ["run"]);
    this.#runner = options.runner;
    this.#program = text("program", program);
    this.#inventories = texts("inventory", typeof inventory === "string" ? [inventory] : inventory);
    this.#directory =
      playbookDirectory === undefined ? undefined : resolve(text("playbookDirectory", playbookDirectory));
    this.#extraArgs = texts("extraArgs", extraArgs);
    if (typeof diff !== "boolean") throw invalid("diff", `${show(diff)} is neither true nor false`);
    this.#diff = diff;
  }

  async run(request: CommandRequest, options: CommandOptions = {}): Promise<CommandResult> {
    const playbook = await this.#pathOf(request.program, "playbook");
    const read = readArguments(request.args);
    if (typeof read === "string") throw this.#failure(read);
    const named = await Promise.all(read.inventories.map((inventory) => this.#inventoryOf(inventory)));
    const file = await this.#write(read.variables, request.key);
    try {
      const args = [
        ...this.#extraArgs,
        ...(named.length > 0 ? named : this.#inventories).map((inventory) => `--inventory=${inventory}`),
        ...read.options,
        ...(request.isDryRun ? ["--check", ...(this.#diff ? ["--diff"] : [])] : []),
        ...(file === undefined ? [] : ["--extra-vars", `@${file.path}`]),
        playbook,
      ];
      const { workingDirectory = this.#directory } = request;
      const environment = { ...ENVIRONMENT, ...request.environment };
      // What has no effect is ansible-playbook's business: it is run for real.
      const asked = { program: this.#program, args, environment, isDryRun: false, key: request.key };
      const result = await this.#runner.run(
        workingDirectory === undefined ? asked : { ...asked, workingDirectory },
        options,
      );
      return { ...result, reason: result.reason ?? failureOf(result.exitCode) };
    } finally {
      await file?.remove();
    }
  }

  /** Ends what the runner below has left, and removes the variables that were written for it. */
  async endLeftovers(key: string, options: CallOptions = {}): Promise<number> {
    const ended = (await this.#runner.endLeftovers?.(key, options)) ?? 0;
    try {
      await removeLeftVariables(key);
    } catch (cause) {
      throw new AdapterError("the variables of an earlier attempt could not be removed", {
        adapter: "ansible",
        operation: "clean up",
        retryable: true,
        cause,
      });
    }
    return ended;
  }

  async #write(variables: ReadonlyMap<string, string>, key: string): Promise<VariablesFile | undefined> {
    if (variables.size === 0) return undefined;
    try {
      return await writeVariables(variables, key);
    } catch (cause) {
      throw this.#failure("the file for its variables could not be written", cause, true);
    }
  }

  async #inventoryOf(inventory: string): Promise<string> {
    // Hosts with commas are a list of their own, and no file.
    return inventory.includes(",") ? inventory : this.#pathOf(inventory, "inventory");
  }

  /** A path inside the playbooks' directory, links followed; as it is written if there is none. */
  async #pathOf(path: string, what: "playbook" | "inventory"): Promise<string> {
    if (path === "" || path.startsWith("-") || path.includes("\0")) {
      throw this.#failure(`${show(path)} is no path of a ${what}`);
    }
    if (this.#directory === undefined) return path;
    try {
      const root = await realpath(this.#directory);
      const found = await realpath(resolve(root, path));
      const inside = relative(root, found);
      if (inside !== "" && inside !== ".." && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)) return found;
    } catch (cause) {
      throw this.#failure(`there is no ${what} ${show(path)} in ${show(this.#directory)}`, cause);
    }
    throw this.#failure(`${show(path)} is outside of ${show(this.#directory)}, where each ${what} must be`);
  }

  #failure(message: string, cause?: unknown, retryable = false): AdapterError {
    return new AdapterError(message, { adapter: "ansible", operation: "run a playbook", retryable, cause });
  }
}

function text(path: string, value: unknown): string {
  if (typeof value === "string" && value !== "" && !value.includes("\0")) return value;
  throw invalid(path, `${show(value)} must be a text that is not empty`);
}

function texts(path: string, values: unknown): readonly string[] {
  if (!Array.isArray(values)) throw invalid(path, `${show(values)} must be a list of texts`);
  return values.map((value) => text(path, value));
}
