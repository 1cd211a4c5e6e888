/** What the jobs of CI services have in common: they ask the command `nines gate`, and read its exit code. */
import { invalid, show } from "../core/errors.ts";
import { checkWords } from "../core/words.ts";

import { checkService } from "./manifests.ts";
import type { WhenUnknown } from "./model.ts";
import { readWhenUnknown } from "./when-unknown.ts";

/** What is told to a job of a CI service. */
export interface CiGateOptions {
  /** Whose releases it is for. */
  readonly service: string;
  /** Whether a release may go on when it cannot be told: a CI service that cannot ask fails all the same. */
  readonly whenUnknown: WhenUnknown;
  /** The SLO document, from the root of the repository; `slo.yaml` unless told. */
  readonly file?: string;
  /** Name of the variable that holds the address of Prometheus; `PROMETHEUS_URL` unless told. */
  readonly prometheusVariable?: string;
  /** Which version of nines, as npm has it; `latest` unless told. */
  readonly version?: string;
}

/** Names of {@link CiGateOptions}. */
export const CI_OPTIONS: readonly (keyof CiGateOptions)[] = [
  "service",
  "whenUnknown",
  "file",
  "prometheusVariable",
  "version",
];

/** The same, checked. */
export interface SoundCi {
  readonly service: string;
  readonly open: boolean;
  readonly file: string;
  readonly variable: string;
  /** `nines@1.2.3`. */
  readonly wanted: string;
}

/** What `nines gate` exits with. */
export const EXIT_CODES = { pass: 0, warn: 1, block: 2, unknown: 3 } as const;

/** Checks what is told to a job. @throws {@link ConfigurationError} naming the option */
export function ciGateOf(options: CiGateOptions): SoundCi {
  const { file = "slo.yaml", prometheusVariable: variable = "PROMETHEUS_URL", version = "latest" } = options;
  checkWords(file, 500, (message) => {
    throw invalid("file", message);
  });
  if (file.startsWith("-")) throw invalid("file", `${show(file)} would be taken for an option; write ./ before it`);
  if (typeof variable !== "string" || !/^[A-Za-z_]\w{0,99}$/.test(variable)) {
    throw invalid("prometheusVariable", `${show(variable)} is no name of a variable; write one such as PROMETHEUS_URL`);
  }
  if (typeof version !== "string" || !/^[\w.^~+-]{1,100}$/.test(version)) {
    throw invalid("version", `${show(version)} is no version; write one such as 1.2.3`);
  }
  const open = readWhenUnknown(options.whenUnknown) === "open";
  return { service: checkService(options.service), open, file, variable, wanted: `nines@${version}` };
}

/**
 * Installs nines where nothing else is. Apart from the question, for npm fails with 1, which is the exit code of a warning; and not by
 * `npx`, whose own failures look the same.
 */
export function installLine(wanted: string, folder: string): string {
  return `npm install --no-audit --no-fund --prefix "${folder}" '${wanted}'`;
}

/** The question, in a shell; the arguments are words of it already. */
export function questionLine(
  folder: string,
  words: { readonly file: string; readonly service: string; readonly prometheus: string },
): string {
  const { file, service, prometheus } = words;
  return `"${folder}/node_modules/.bin/nines" gate ${file} --service=${service} --prometheus=${prometheus}`;
}
