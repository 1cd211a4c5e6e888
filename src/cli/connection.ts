/** The Prometheus that a command was told of. */
import type { PrometheusSourceOptions } from "../adapters/prometheus/source.ts";
import { MILLISECONDS } from "../core/time/duration.ts";
import { show } from "../core/errors.ts";
import type { Logger } from "../ports/logger.ts";

import type { Given } from "./given.ts";
import { readText } from "./files.ts";
import type { Io } from "./io.ts";
import { durationOf, fromOptions, textOrEnvironment } from "./options.ts";
import { oneLine } from "./paint.ts";
import type { Call } from "./spec.ts";
import { WatchedSource } from "./watched-source.ts";

/** A Prometheus, and how long it may take. */
export interface Connection {
  readonly source: WatchedSource;
  /** What a single question may take, in milliseconds. */
  readonly timeoutMs: number;
  /** What all that is asked for one answer may take, in milliseconds: later, so that the better reason comes first. */
  readonly wholeMs: number;
}

const URL_VARIABLE = "NINES_PROMETHEUS_URL";
const TOKEN_VARIABLE = "NINES_PROMETHEUS_TOKEN";
const BASIC_VARIABLE = "NINES_PROMETHEUS_BASIC_AUTH";
const OPTION_OF: Readonly<Record<string, string>> = {
  url: "prometheus",
  token: "token-file",
  basic: "basic-auth-file",
  headers: "header",
  timeoutMs: "timeout",
  convention: "convention",
  scrapeInterval: "scrape-interval",
  target: "target",
};
/** Headers that prove who somebody is. */
const SECRETS: readonly string[] = ["authorization", "proxy-authorization", "cookie"];

/** Whether one was told of at all. */
export function hasPrometheus({ given, io }: Call): boolean {
  return textOrEnvironment(given, io, "prometheus", URL_VARIABLE) !== undefined;
}

/** Opens it; nothing is asked yet. @throws {@link UsageError} for options that cannot be used */
export async function connect(
  { given, io }: Call,
  { usualTimeoutMs = 30 * MILLISECONDS.s }: { readonly usualTimeoutMs?: number } = {},
): Promise<Connection> {
  const url = textOrEnvironment(given, io, "prometheus", URL_VARIABLE);
  if (url === undefined) {
    throw given.fault(`--prometheus is missing; write the address of a Prometheus, or set ${URL_VARIABLE}`);
  }
  given.atMostOne("token-file", "basic-auth-file");
  given.atMostOne("rules", "expressions");
  const timeoutMs = durationOf(given, "timeout") ?? usualTimeoutMs;
  if (timeoutMs < 1 || timeoutMs > MILLISECONDS.h) {
    throw given.fault(`--timeout: ${show(given.text("timeout"))} is out of range; write a time from 1ms to 1h`);
  }
  const options: PrometheusSourceOptions = {
    url,
    timeoutMs,
    clock: io.clock,
    partial: given.has("accept-partial") ? "accept" : "refuse",
    logger: debugging(io),
    ...(await credentials(given, io)),
    ...headersOf(given),
    ...recordedBy(given),
    ...(given.has("rules") ? { use: "rules" } : given.has("expressions") ? { use: "expressions" } : {}),
  };
  const source = fromOptions(given, OPTION_OF, () => new WatchedSource(options));
  return { source, timeoutMs, wholeMs: 2 * timeoutMs + MILLISECONDS.s };
}

/** How the rules were generated that are asked for. */
export function recordedBy(given: Given): Pick<PrometheusSourceOptions, "convention" | "scrapeInterval" | "target"> {
  const [convention, scrapeInterval, target] = ["convention", "scrape-interval", "target"].map((name) =>
    given.text(name),
  );
  return {
    ...(convention === undefined ? {} : { convention: convention as "nines" | "sloth" }),
    ...(scrapeInterval === undefined ? {} : { scrapeInterval }),
    ...(target === undefined ? {} : { target }),
  };
}

/** What is given with the call is nearer than what is set in the environment. */
async function credentials(given: Given, io: Io): Promise<Pick<PrometheusSourceOptions, "token" | "basic">> {
  const [tokenFile, basicFile] = [given.text("token-file"), given.text("basic-auth-file")];
  if (tokenFile !== undefined) return { token: await secretIn(tokenFile, io) };
  if (basicFile !== undefined) return basicOf(given, await secretIn(basicFile, io), "--basic-auth-file");
  const [token, basic] = [io.env[TOKEN_VARIABLE] ?? "", io.env[BASIC_VARIABLE] ?? ""];
  if (token !== "") return { token };
  return basic === "" ? {} : basicOf(given, basic, BASIC_VARIABLE);
}

async function secretIn(file: string, io: Io): Promise<string> {
  // Editors end files with a line end.
  return (await readText(file, io)).replace(/^\uFEFF/, "").trim();
}

function basicOf(given: Given, text: string, where: string): Pick<PrometheusSourceOptions, "basic"> {
  const at = text.indexOf(":");
  if (at < 1) throw given.fault(`${where} has no user:password in it`);
  return { basic: { username: text.slice(0, at), password: text.slice(at + 1) } };
}

function headersOf(given: Given): Pick<PrometheusSourceOptions, "headers"> {
  const headers = given.all("header").map((text): [string, string] => {
    const [, name, value] = /^([^:\s]+)\s*:\s*(.*)$/s.exec(text) ?? [];
    // The text may be a secret.
    if (name === undefined || value === undefined) throw given.fault('--header: write "NAME: VALUE"');
    if (SECRETS.includes(name.toLowerCase())) {
      throw given.fault(
        `--header: ${name} is a secret, and command lines are seen by others; use --token-file or --basic-auth-file`,
      );
    }
    return [name, value];
  });
  return headers.length === 0 ? {} : { headers: Object.fromEntries(headers) };
}

/** Attempts that failed are of interest to whoever looks for a fault. */
function debugging({ env, stderr }: Io): Logger {
  const warned = new Set<string>();
  const tell = (message: string): void => {
    // Who accepts an answer in part must know that it is one.
    const isPartial = message.startsWith("prometheus warns") && !warned.has(message);
    warned.add(message);
    if (isPartial || env.NINES_DEBUG === "1") void stderr.write(`nines: ${oneLine(message)}\n`).catch(() => undefined);
  };
  return { warn: tell, error: tell };
}
