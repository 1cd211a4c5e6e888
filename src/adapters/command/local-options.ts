/** What a runner on this machine is told, checked. */
import { readlinkSync } from "node:fs";

import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { MARKER_NAME, scopeOf } from "./marker.ts";
import { isVariableName } from "./request-checks.ts";

/** What can be told to a `LocalCommandRunner`. */
export interface LocalCommandOptions {
  /**
   * Names of this process' own variables that each command gets. PATH, HOME, USER, LOGNAME, LANG, LC_ALL, TZ and TMPDIR
   * unless told (on Windows what programs need to run at all): secrets of this process are nobody else's business.
   */
  readonly inherit?: readonly string[];
  /** Variables that each command gets; those of a request come before them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Where commands run that do not say it; the folder of this process unless told. */
  readonly workingDirectory?: string;
  /** How long a command that is to end may take to do it by itself, between SIGTERM and SIGKILL: 0 to 150, 100 unless told. */
  readonly killAfterMs?: number;
  /** How many run at once; more wait for their turn. 1 to 1,000, 32 unless told. */
  readonly maxProcesses?: number;
  /**
   * Sets runners apart that use the same keys for different things on one machine: `endLeftovers` finds only what was begun
   * with the same scope. The folder of this process unless told.
   */
  readonly scope?: string;
}

/** The same, complete. */
export interface LocalSettings {
  readonly inherit: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDirectory: string | undefined;
  readonly killAfterMs: number;
  readonly maxProcesses: number;
  readonly scope: string;
}

const OPTIONS: readonly (keyof LocalCommandOptions)[] = [
  ...(["inherit", "environment", "workingDirectory", "killAfterMs", "maxProcesses", "scope"] as const),
];
const USUAL = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"];
const USUAL_ON_WINDOWS = [
  ...["PATH", "PATHEXT", "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "TEMP", "TMP", "USERNAME", "USERPROFILE"],
  ...["HOMEDRIVE", "HOMEPATH", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA", "PROGRAMFILES"],
];

/** @throws `ConfigurationError` if an option is none */
export function localSettings(options: LocalCommandOptions): LocalSettings {
  checkOptions(options, "LocalCommandRunner", OPTIONS);
  const { inherit = process.platform === "win32" ? USUAL_ON_WINDOWS : USUAL, environment = {} } = options;
  const { workingDirectory, killAfterMs = 100, maxProcesses = 32, scope = process.cwd() } = options;
  if (!Array.isArray(inherit) || !inherit.every(isVariableName))
    throw invalid("inherit", "must be a list of names of variables");
  if (typeof environment !== "object" || (environment as unknown) === null) {
    throw invalid("environment", `must map names of variables to texts, not be ${show(environment)}`);
  }
  for (const [name, value] of Object.entries(environment as Readonly<Record<string, unknown>>)) {
    if (!isVariableName(name)) throw invalid(["environment", name], "is no name of a variable");
    if (typeof value !== "string" || value.includes("\0"))
      throw invalid(["environment", name], "must be a text without a NUL");
  }
  if (workingDirectory !== undefined) checkText("workingDirectory", workingDirectory);
  checkText("scope", scope);
  checkRange("killAfterMs", killAfterMs, [0, 150]);
  checkRange("maxProcesses", maxProcesses, [1, 1_000]);
  return {
    inherit: [...(inherit as readonly string[])],
    environment: { ...environment },
    ...{ workingDirectory, killAfterMs, maxProcesses },
    scope: scopeOf(`${processSpace()} ${scope}`),
  };
}

/** All variables of one command: the marker, what it inherits, what all get, what it gets. */
export function environmentFor(
  { inherit, environment }: LocalSettings,
  marker: string,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  const inherited = inherit.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { ...Object.fromEntries(inherited), ...environment, ...own, [MARKER_NAME]: marker };
}

/** Containers number their processes each for itself. */
function processSpace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

function checkText(name: string, value: unknown): void {
  if (typeof value !== "string" || value === "" || value.includes("\0"))
    throw invalid(name, `${show(value)} is no text for it`);
}

function checkRange(name: string, value: unknown, [least, most]: readonly [number, number]): void {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return;
  throw invalid(name, `${show(value)} is no whole number from ${String(least)} to ${String(most)}`);
}
