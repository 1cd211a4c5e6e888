/** HTTP requests and actions as they are written. */
import { show } from "../../core/errors.ts";
import { parseTags, type TagTemplate, tagsOf } from "../../core/template.ts";

import type { ActionFunction } from "../action.ts";
import { literal, template } from "./command.ts";
import {
  attempt,
  Fields,
  isMapping,
  LIMITS,
  oneOf,
  oneOrMore,
  type Place,
  type Read,
  refuse,
  text,
  whole,
  within,
} from "./fields.ts";
import { noted, type Uses } from "./uses.ts";
import type { ActionStep, HttpStep, StepBase } from "../model.ts";

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;
const statuses = oneOrMore(whole(100, 599), 500);
const method: Read<HttpStep["method"]> = (value, place) =>
  oneOf(METHODS)(typeof value === "string" ? value.toUpperCase() : value, place);
/** What the request says of itself; two that disagree are how requests are smuggled. */
const OWN_HEADERS = /^(?:host|content-length|transfer-encoding|connection|upgrade|te|trailer|expect|keep-alive)$/i;

/** What a step with a request has beside what all steps have. */
export function httpFields(outer: Fields, uses: Uses): Omit<HttpStep, keyof StepBase> | undefined {
  return outer.take("http", (value, place) => {
    const fields = Fields.of(value, place, ["method", "url", "headers", "json", "ok_statuses"]);
    if (fields === undefined) return undefined;
    const url = fields.need("url", (raw, at) => address(raw, at, uses), "https://ci.example/deploys");
    const headers = fields.take("headers", (raw, at) => headerFields(raw, at, uses)) ?? {};
    const json = jsonField(fields, "json", uses);
    const verb = fields.take("method", method) ?? (fields.has("json") ? "POST" : "GET");
    const okStatuses = fields.take("ok_statuses", statuses) ?? [];
    if (fields.has("json") && (verb === "GET" || verb === "HEAD"))
      refuse(fields.at("json"), `${verb} has no body; leave it out`);
    if (url === undefined) return undefined;
    return { kind: "http", method: verb, url, headers, okStatuses, ...(json === undefined ? {} : { json }) };
  });
}

/** What a step with an action has beside what all steps have. */
export function actionFields(fields: Fields, uses: Uses): Omit<ActionStep, keyof StepBase> | undefined {
  const name = literal(text(LIMITS.name, "drain_queue"));
  const isFunction = (value: unknown): value is ActionFunction => typeof value === "function";
  const action = fields.take<string | ActionFunction>("action", (value, place) =>
    isFunction(value) ? value : name(value, place),
  );
  const run = fields.take<ActionFunction>("run", (value, place) =>
    isFunction(value)
      ? value
      : refuse(place, `${show(value)} is no function; in a document, write action: with its name`),
  );
  if (action !== undefined && run !== undefined)
    return refuse(fields.at("run"), "is there beside action; keep one of them");
  const input = jsonField(fields, "input", uses);
  const done = action ?? run;
  return done === undefined ? undefined : { kind: "action", action: done, input };
}

/** A value as JSON has it; texts in it are templates. An empty one is null. */
function jsonField(fields: Fields, name: string, uses: Uses): unknown {
  if (!fields.has(name)) return undefined;
  const value = fields.raw(name);
  walk(value, fields.at(name), uses);
  return value;
}

function walk(value: unknown, place: Place, uses: Uses): void {
  if (typeof value === "string") {
    if (value.length > LIMITS.text)
      refuse(place, `has ${String(value.length)} characters; allowed: at most ${String(LIMITS.text)}`);
    else attempt(place, () => noted(uses, parseTags(value, []), place.path));
  } else if (Array.isArray(value)) value.forEach((item: unknown, index) => walk(item, within(place, index), uses));
  else if (isMapping(value)) {
    for (const [key, item] of Object.entries(value) as [string, unknown][]) walk(item, within(place, key), uses);
  } else if (
    typeof value === "function" ||
    value instanceof RegExp ||
    (typeof value === "number" && !Number.isFinite(value))
  ) {
    refuse(place, `${show(value)} is nothing that JSON has`);
  }
}

function headerFields(value: unknown, place: Place, uses: Uses): Readonly<Record<string, TagTemplate>> | undefined {
  if (!isMapping(value)) return refuse(place, `${show(value)} is not a mapping of headers`);
  const entries = Object.entries(value) as [string, unknown][];
  if (entries.length > LIMITS.inGroup)
    return refuse(place, `has ${String(entries.length)} headers; allowed: ${String(LIMITS.inGroup)}`);
  const seen = new Set<string>();
  return Object.fromEntries(
    entries.flatMap(([name, raw]) => {
      const at = within(place, name);
      if (!/^[!#$%&'*+.^_`|~\w-]{1,100}$/.test(name)) refuse(at, `${show(name)} is no name of a header`, "key");
      else if (OWN_HEADERS.test(name)) refuse(at, `${name} is set by the request itself; leave it out`, "key");
      else if (seen.has(name.toLowerCase())) refuse(at, `${name} is there already`, "key");
      seen.add(name.toLowerCase());
      const made = template(uses, 8_192)(raw, at);
      return made === undefined ? [] : [[name, made] as const];
    }),
  );
}

function address(value: unknown, place: Place, uses: Uses): TagTemplate | undefined {
  const made = template(uses, 8_192)(value, place);
  if (made === undefined) return undefined;
  const problem = addressProblem(made);
  return problem === undefined ? made : refuse(place, problem);
}

/** The scheme, the host and the port are written out, or a value could send the request elsewhere. */
function addressProblem(url: TagTemplate): string | undefined {
  const [first] = url.parts;
  const start = typeof first === "string" ? /^https?:\/\/([^/?#\\\s]*)([/?#]?)/i.exec(first) : null;
  const written = "write it out, such as https://ci.example/deploys/{{ labels.service }}";
  if (start === null) return `${show(url.text)} does not begin with http:// or https:// and a host; ${written}`;
  const [, host = "", end] = start;
  if (host.includes("@"))
    return "has a name or a password before the host; put them into a header, from {{ secrets.NAME }}";
  if (end === "" && tagsOf(url).length > 0) return `what is filled in would be a part of the host; ${written}`;
  // Of more slashes than two what follows is the host to all who read an address.
  if (host === "") return `${show(url.text)} has no host; ${written}`;
  const sample = url.parts.map((part) => (typeof part === "string" ? part : "x")).join("");
  if (/[\s\\]/.test(sample)) return `${show(url.text)} has a space or a backslash in it; percent-encode it`;
  return URL.canParse(sample) ? undefined : `${show(url.text)} is no address; ${written}`;
}
