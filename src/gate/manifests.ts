/** What the manifests of all deployment tools have in common: names, the address of the gate, and what may be in them. */
import { invalid, show } from "../core/errors.ts";
import { parseDuration } from "../core/time/duration.ts";
import { wellFormed } from "../core/well-formed.ts";
import { checkWords } from "../core/words.ts";

/** A key of a Secret in Kubernetes. */
export interface SecretKey {
  /** Name of the Secret. */
  readonly secret: string;
  /** The key in it; `token` unless told. */
  readonly key?: string;
}

/** What is told to a manifest for Kubernetes. */
export interface GateManifestOptions {
  /** Whose releases it is for. */
  readonly service: string;
  /** Where `gateHandler` answers, without a query, such as `http://ops.default.svc:8080/gate`. */
  readonly url: string;
  /** Name of the resource; `<service>-release-gate` unless told. */
  readonly name?: string;
  readonly namespace?: string;
  /** Where the secret is that the gate asks for (its `bearer`), if it does. */
  readonly token?: SecretKey;
  /** How long one question may take; 20 unless told, which is more than a gate takes by itself. */
  readonly timeoutSeconds?: number;
}

/** Names of {@link GateManifestOptions}. */
export const MANIFEST_OPTIONS: readonly (keyof GateManifestOptions)[] = [
  "service",
  "url",
  "name",
  "namespace",
  "token",
  "timeoutSeconds",
];

/** The same, checked. */
export interface SoundManifest {
  readonly service: string;
  /** With the service in its query; nothing in it means anything to YAML, a shell or a template. */
  readonly url: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly token: { readonly name: string; readonly key: string } | undefined;
  readonly timeoutSeconds: number;
}

/** A DNS label, which every name in Kubernetes may be. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const KEY = /^[A-Za-z0-9._-]{1,253}$/;
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d+)?$/;
const MOST_SECONDS = 7 * 86_400;
const SUFFIX = "-release-gate";

/** Checks what is told to a manifest. @throws {@link ConfigurationError} naming the option */
export function manifestOf(options: GateManifestOptions): SoundManifest {
  const { namespace, token } = options;
  const service = checkService(options.service);
  const name = options.name ?? nameOf(service);
  checkName("name", name);
  if (namespace !== undefined) checkName("namespace", namespace);
  return {
    service,
    url: `${addressOf(options.url)}?service=${encoded(service)}`,
    metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
    token: token === undefined ? undefined : secretOf(token),
    timeoutSeconds: checkCount("timeoutSeconds", options.timeoutSeconds ?? 20, 3_600),
  };
}

/** `service`, if a service can be called so. */
export function checkService(service: unknown): string {
  checkWords(service, 200, (message) => {
    throw invalid("service", message);
  });
  const text = service as string;
  if (wellFormed(text) !== text) throw invalid("service", `${show(text)} has half of a letter in it`);
  return text;
}

/** A name as Kubernetes has it. */
export function checkName(path: string | readonly string[], name: unknown): void {
  if (typeof name === "string" && LABEL.test(name)) return;
  throw invalid(path, `${show(name)} is no name in Kubernetes; use small letters, digits and -, at most 63 of them`);
}

/** A whole number from 0 or 1 to `most`. */
export function checkCount(path: string, value: unknown, most: number, least = 1): number {
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return value as number;
  throw invalid(path, `${show(value)} is not possible; write a whole number from ${String(least)} to ${String(most)}`);
}

/** A duration such as `5m` in whole seconds. */
export function secondsOf(path: string, text: string, least = 1): number {
  const seconds = parseDuration(text, path) / 1_000;
  if (Number.isInteger(seconds) && seconds >= least && seconds <= MOST_SECONDS) return seconds;
  throw invalid(path, `${show(text)} is not possible; write whole seconds, from ${String(least)}s to 7d`);
}

function nameOf(service: string): string {
  const slug = service
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 63 - SUFFIX.length)
    .replace(/^-+|-+$/g, "");
  if (slug !== "") return `${slug}${SUFFIX}`;
  throw invalid("name", `is missing, and none can be made of the service ${show(service)}; write one`);
}

function addressOf(address: unknown): string {
  const url = typeof address === "string" && address.length <= 1_000 ? parsed(address) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || !HOST.test(url.host)) {
    throw invalid("url", "is no address of a gate; write one such as http://ops.default.svc:8080/gate");
  }
  // Never shown: it may hold a secret, and a manifest lies in a repository.
  if (url.username !== "" || url.password !== "") throw invalid("url", "has a user or a password in it; use token");
  if (url.search !== "" || url.hash !== "")
    throw invalid("url", "has a query or a fragment; leave it out, the service is added");
  const path = url.pathname.replace(/[^\w./%~-]/g, (character) => percent(character));
  return `${url.protocol}//${url.host}${path}`;
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => percent(character));
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}

function secretOf({ secret, key = "token" }: SecretKey): { readonly name: string; readonly key: string } {
  if (typeof secret !== "string" || !SUBDOMAIN.test(secret)) {
    throw invalid(["token", "secret"], `${show(secret)} is no name of a Secret in Kubernetes`);
  }
  if (typeof key !== "string" || !KEY.test(key)) {
    throw invalid(["token", "key"], `${show(key)} is no key of a Secret; use letters, digits, -, _ and .`);
  }
  return { name: secret, key };
}
