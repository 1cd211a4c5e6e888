/** Providers of activities, checked: what is called, and how. */
import { show } from "../../core/errors.ts";
import type { Faults, Path } from "../../core/faults.ts";
import { choices } from "../../core/nearest.ts";
import { check } from "../../core/parse.ts";
import * as z from "../../core/schema.ts";

import type { ToolkitProvider } from "./model.ts";
import { splitWords, WordsProblem } from "./process-words.ts";

/** Text that says something. */
export const words: z.ZodString = z.string().min(1).max(10_000);

/** Seconds, or a text that names them. */
export const seconds: z.ZodType<number | string> = z.union(
  [
    z.number().min(0).max(3_600),
    z.string().regex(/\$/, { error: "is no time; write a number of seconds from 0 to 3600, or ${name}" }),
  ],
  { error: "a number of seconds from 0 to 3600, or ${name}" },
);

/** Names of groups of secrets. */
export const groups: z.ZodType<string[]> = z.array(words).max(100);

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
const HTTP = z.strictObject({
  type: z.literal("http"),
  url: words,
  method: words.optional(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  arguments: z.json().optional(),
  timeout: z.union([seconds, z.array(z.number().min(0).max(3_600)).length(2)]).optional(),
  verify_tls: z.boolean().optional(),
  max_retries: z.int().min(0).max(10).optional(),
  secrets: groups.optional(),
});
const PROCESS = z.strictObject({
  type: z.literal("process"),
  path: words,
  arguments: z
    .union([z.string(), z.array(z.json()), z.record(z.string(), z.json())], { error: "a list, a mapping or a text" })
    .optional(),
  timeout: seconds.optional(),
  secrets: groups.optional(),
});

/** Reads a provider; undefined where it has faults, which are then told. */
export function readProvider(value: unknown, path: Path, faults: Faults): ToolkitProvider | undefined {
  const type = (value as { readonly type?: unknown } | null | undefined)?.type;
  if (type === "http") return readHttp(value, path, faults);
  if (type === "process") return readProcess(value, path, faults);
  if (typeof value !== "object" || value === null) faults.add(path, `${show(value)} is no provider; write a mapping`);
  else if (type === "python")
    faults.add([...path, "type"], '"python" is not run here: there is no Python; allowed: http, process');
  else if (type === undefined) faults.add([...path, "type"], "is missing; allowed: http, process");
  else faults.add([...path, "type"], `${show(type)} is no provider that is known${choices(type, ["http", "process"])}`);
  return undefined;
}

function readHttp(value: unknown, path: Path, faults: Faults): ToolkitProvider | undefined {
  const read = check(HTTP, value, path, faults);
  if (read === undefined) return undefined;
  const { url, method, verify_tls, headers = {} } = read;
  if (!url.includes("$") && urlOf(url) === undefined)
    faults.add([...path, "url"], `${show(url)} is no address of http or https`);
  if (method !== undefined && !METHODS.includes(method.toUpperCase()))
    faults.add([...path, "method"], `${show(method)} is no method that is known${choices(method, METHODS)}`);
  if (verify_tls === false) {
    faults.add(
      [...path, "verify_tls"],
      "certificates are always checked; leave it out, and hand in a fetch that trusts this one",
    );
  }
  for (const [name, header] of Object.entries(headers)) {
    if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && !/[\r\n\0]/.test(String(header))) continue;
    faults.add([...path, "headers", name], `${show(name)} is no header, or its value has a line end`);
  }
  return read as ToolkitProvider;
}

function readProcess(value: unknown, path: Path, faults: Faults): ToolkitProvider | undefined {
  const read = check(PROCESS, value, path, faults);
  if (read === undefined) return undefined;
  if (/[$\0\n]/.test(read.path) || read.path.startsWith("~"))
    faults.add(
      [...path, "path"],
      `${show(read.path)} is no program; write its name or where it is, with nothing to be replaced in it`,
    );
  if (typeof read.arguments === "string") {
    try {
      splitWords(read.arguments);
    } catch (error) {
      if (!(error instanceof WordsProblem)) throw error;
      faults.add([...path, "arguments"], error.message);
    }
  }
  return read as ToolkitProvider;
}

/** The address, if it is one that can be called. */
export function urlOf(text: string): URL | undefined {
  try {
    const url = new URL(text);
    return url.protocol === "http:" || url.protocol === "https:" ? url : undefined;
  } catch {
    return undefined;
  }
}
