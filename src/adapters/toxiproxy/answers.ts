/** What Toxiproxy answers. */
import { cut } from "../../core/cut.ts";
import * as z from "../../core/schema.ts";
import { parsedAnswer } from "../http/caller.ts";

const TOXIC = z.object({
  name: z.string(),
  type: z.string(),
  stream: z.enum(["upstream", "downstream"]),
  toxicity: z.number(),
  attributes: z.record(z.string(), z.unknown()),
});
const PROXY = z.object({
  name: z.string(),
  listen: z.string(),
  upstream: z.string(),
  enabled: z.boolean(),
  toxics: z.array(TOXIC),
});
const PROXIES = z.record(z.string(), PROXY);
const PROBLEM = z.object({ error: z.string(), status: z.number() });

/** One proxy, with what is put on it. */
export interface Proxy {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: ReadonlyArray<{
    readonly name: string;
    readonly type: string;
    readonly stream: "upstream" | "downstream";
    readonly toxicity: number;
    readonly attributes: Readonly<Record<string, unknown>>;
  }>;
}

/** The answer to `GET /proxies`; undefined if it is none. */
export function readProxies(text: string): readonly Proxy[] | undefined {
  const read = PROXIES.safeParse(parsedAnswer(text));
  return read.success ? Object.values(read.data) : undefined;
}

/** Whether it is the answer to the putting of a toxic of that name. */
export function isToxic(text: string, name: string): boolean {
  const read = TOXIC.safeParse(parsedAnswer(text));
  return read.success && read.data.name === name;
}

/** What Toxiproxy says of a failure; undefined if it was not Toxiproxy that answered. */
export function problemOf(text: string, status: number): string | undefined {
  const read = PROBLEM.safeParse(parsedAnswer(text));
  if (!read.success || read.data.status !== status) return undefined;
  return cut(read.data.error.replace(/[\s\p{Cc}]+/gu, " ").trim(), 200);
}
