/** Whether an answer is tolerated. */
import { show } from "../../core/errors.ts";
import type { Json, ProbeResult } from "../model.ts";

import { type ActivityAnswer, type ActivityContext, perform } from "./activities.ts";
import { JsonPath, JsonPathProblem } from "./json-path.ts";
import type { ToolkitActivity, ToolkitTolerance } from "./model.ts";
import { pythonPattern } from "../../core/pattern/python.ts";
import { PatternProblem } from "../../core/pattern/pattern.ts";
import { substitute, substituteAsText, textOf, type Variables } from "./variables.ts";

type Of<Type extends string> = Extract<ToolkitTolerance, { readonly type: Type }>;

/** The longest answer that another probe is told, in characters. */
const MOST_TOLD = 8_192;

/** How the answer ended, for people: `status 503`, `exit code 1`. */
export function endingOf({ provider, status }: ActivityAnswer): string {
  if (provider === "http") return `status ${String(status)}`;
  return status === -1 ? "ended by a signal" : `exit code ${String(status)}`;
}

/**
 * What is wrong with what an action or a rollback came to; undefined if nothing is. Where it has a tolerance that alone counts, else
 * statuses of 400 and more and exit codes other than 0 are failures; but what a DELETE does not find any more is as it was to be.
 */
export async function problemWith(
  activity: ToolkitActivity,
  answer: ActivityAnswer,
  context: ActivityContext,
): Promise<string | undefined> {
  const { tolerance, provider } = activity;
  if (tolerance !== undefined) {
    const { ok, message } = await tolerates(tolerance, answer, context);
    return ok ? undefined : message;
  }
  const { status } = answer;
  if (answer.provider === "process") return status === 0 ? undefined : endingOf(answer);
  const isGone = provider.type === "http" && provider.method?.toUpperCase() === "DELETE";
  return status < 400 || (isGone && (status === 404 || status === 410)) ? undefined : endingOf(answer);
}

/** Whether it is tolerated, and what was seen: never what was answered itself, which may be private. */
export async function tolerates(
  tolerance: ToolkitTolerance,
  answer: ActivityAnswer,
  context: ActivityContext,
): Promise<ProbeResult> {
  const { status } = answer;
  if (typeof tolerance === "number")
    return { ok: status === tolerance, message: `${endingOf(answer)}, tolerated: ${String(tolerance)}` };
  if (typeof tolerance === "boolean" || typeof tolerance === "string") {
    const message = `${show(tolerance)} is compared with the whole answer, which is never just that; write a status, or a mapping with a target`;
    return { ok: false, message };
  }
  if ("type" in tolerance) return bySort(tolerance, answer, context);
  return { ok: tolerance.includes(status), message: `${endingOf(answer)}, tolerated: ${tolerance.join(", ")}` };
}

function bySort(
  tolerance: Of<"regex" | "range" | "jsonpath" | "probe">,
  answer: ActivityAnswer,
  context: ActivityContext,
): Promise<ProbeResult> | ProbeResult {
  if (tolerance.type === "probe") return byProbe(tolerance, answer, context);
  const { target } = tolerance;
  const { value, cut } = answer;
  if (target === undefined ? cut.size > 0 : cut.has(target))
    return { ok: false, message: `${endingOf(answer)}, and the ${target ?? "answer"} is longer than 64 KiB` };
  const seen = target === undefined ? value : (value[target] ?? null);
  const said = `${endingOf(answer)}, and the ${target ?? "answer"}`;
  if (tolerance.type === "range") return byRange(tolerance, seen, said);
  try {
    return tolerance.type === "regex"
      ? byPattern(tolerance, seen, { said, variables: context.variables })
      : byPath(tolerance, seen, { said, variables: context.variables });
  } catch (error) {
    if (!(error instanceof PatternProblem || error instanceof JsonPathProblem)) throw error;
    // Its message shows what was replaced, which may be a secret.
    const [what, written] =
      tolerance.type === "regex" ? (["pattern", tolerance.pattern] as const) : (["path", tolerance.path] as const);
    return {
      ok: false,
      message: `the tolerance cannot be used: what ${show(written)} stands for is no ${what} that is known`,
    };
  }
}

interface Saying {
  readonly said: string;
  readonly variables: Variables;
}

function byPattern({ pattern }: Of<"regex">, seen: Json, { said, variables }: Saying): ProbeResult {
  const ok = pythonPattern(substituteAsText(pattern, variables)).fitsIn(textOf(seen));
  if (ok === undefined)
    return { ok: false, message: `${said} takes too long to be looked through with ${show(pattern)}` };
  return { ok, message: `${said} ${ok ? "fits" : "does not fit"} ${show(pattern)}` };
}

function byRange({ range: [least, most] }: Of<"range">, seen: Json, said: string): ProbeResult {
  const text = typeof seen === "string" ? seen.trim() : undefined;
  const number = text === undefined ? seen : text === "" || text.length > 100 ? NaN : Number(text);
  if (typeof number !== "number" || !Number.isFinite(number)) return { ok: false, message: `${said} is no number` };
  const ok = number >= least && number <= most;
  return { ok, message: `${said} is ${String(number)}, tolerated: ${String(least)} to ${String(most)}` };
}

function byPath({ path, count, expect }: Of<"jsonpath">, seen: Json, { said, variables }: Saying): ProbeResult {
  const value = typeof seen === "string" ? asJson(seen) : seen;
  const found = new JsonPath(substituteAsText(path, variables)).find(value);
  if (found === undefined)
    return { ok: false, message: `${said} has more than can be looked through with ${show(path)}` };
  const wanted = expect === undefined ? undefined : Array.isArray(expect) ? (expect as readonly Json[]) : [expect];
  const isCounted = count === undefined ? wanted !== undefined || found.length > 0 : found.length === count;
  const isExpected = wanted === undefined || isSame(found, substitute(wanted, variables));
  const places = `${String(found.length)} ${found.length === 1 ? "value" : "values"} at ${show(path)}`;
  const why = !isExpected
    ? ", not what is expected"
    : !isCounted && count !== undefined
      ? `, not ${String(count)}`
      : "";
  return { ok: isCounted && isExpected, message: `${said} has ${places}${why}` };
}

/** Another probe is told the answer as its argument `value`, and decides by how it ends, or by its own tolerance. */
async function byProbe(
  { name, provider, tolerance }: Of<"probe">,
  answer: ActivityAnswer,
  context: ActivityContext,
): Promise<ProbeResult> {
  const value = JSON.stringify(answer.value);
  if (value.length > MOST_TOLD || answer.cut.size > 0)
    return { ok: false, message: `${endingOf(answer)}, and the answer is too long to be told to ${show(name)}` };
  const { variables } = context;
  const given = substitute(provider.arguments ?? {}, variables) as Readonly<Record<string, Json>>;
  // Replaced already: what was answered is never read as names of variables.
  const asked = { ...provider, arguments: { ...escaped(given), value: value.replaceAll("$", "$$$$") } };
  const activity = { type: "probe" as const, name, provider: asked };
  const judged = await perform(activity, { ...context, key: `${context.key}/tolerance` });
  const problem = await problemWith(tolerance === undefined ? activity : { ...activity, tolerance }, judged, context);
  const said = `${endingOf(answer)}, and ${show(name)}`;
  return {
    ok: problem === undefined,
    message: problem === undefined ? `${said} tolerates it` : `${said} says ${problem}`,
  };
}

function escaped(value: Json): Readonly<Record<string, Json>> {
  const escape = (one: Json): Json => {
    if (typeof one === "string") return one.replaceAll("$", "$$$$");
    if (Array.isArray(one)) return (one as readonly Json[]).map(escape);
    if (typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, inner]) => [key, escape(inner)]));
  };
  return escape(value) as Readonly<Record<string, Json>>;
}

function asJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function isSame(one: Json, other: Json): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [mine, theirs] = [Object.entries(one as Record<string, Json>), other as Readonly<Record<string, Json>>];
  return (
    mine.length === Object.keys(theirs).length &&
    mine.every(([key, value]) => Object.hasOwn(theirs, key) && isSame(value, theirs[key] ?? null))
  );
}
