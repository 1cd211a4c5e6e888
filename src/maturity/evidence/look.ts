/** One look at one or more sources: which criteria it tells of, and what it finds. */
import type { MaturityEvidence, MaturityFinding } from "../model.ts";
import type { MaturitySources } from "../sources.ts";
import { atOnce } from "../../core/thenable.ts";

/** What a look is given. */
export interface Looking {
  /** As of when, in epoch milliseconds. */
  readonly at: number;
  /** The stretch that is looked back over begins here. */
  readonly from: number;
  readonly signal: AbortSignal;
  readonly sources: MaturitySources;
  /** When the gate was asked. */
  readonly asked: GateAsked | undefined;
}

/** What was heard of a gate. */
export interface GateAsked {
  /** Since when it is listened to, in epoch milliseconds. */
  readonly since: number;
  readonly count: number;
  /** In epoch milliseconds. */
  readonly lastAt: number | undefined;
}

/** A look at a source. */
export interface Look {
  /** The source without which there is nothing to see. */
  readonly source: keyof MaturitySources;
  /** Ids of the criteria that it tells of. */
  readonly criteria: readonly string[];
  readonly find: (looking: Looking) => MaturityEvidence | PromiseLike<MaturityEvidence>;
}

/** How long is looked back, in days. */
export const LOOK_BACK_DAYS = 90;
/** Of incidents, runs and the like. */
export const MOST_LOOKED_AT = 10_000;

function part(count: number, of: number, text: string): MaturityFinding {
  return of === 0 ? untold(`there is nothing to count: ${text}`) : { share: count / of, text };
}

/** What cannot be told, and why. */
export function untold(text: string): MaturityFinding {
  return { share: undefined, text };
}

/** `1 alert`, `2 alerts`. */
export function counted(count: number, one: string, many: string = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`;
}

/** `2 of 9 alerts have a runbook; without: ...`: the share of `of` that is `count`, with the names of those that lack it. */
export function partOf(
  count: number,
  of: number,
  words: {
    readonly one: string;
    readonly many?: string;
    readonly has: string;
    readonly have: string;
    readonly lacking?: readonly string[];
    readonly rest?: string;
  },
): MaturityFinding {
  const { one, many, has, have, lacking = [], rest = "" } = words;
  const without = lacking.length === 0 ? "" : `; without: ${named(lacking)}`;
  return part(count, of, `${String(count)} of ${counted(of, one, many)} ${of === 1 ? has : have}${without}${rest}`);
}

/** Names in a sentence: the first few, and how many more. */
function named(names: readonly string[]): string {
  const MOST = 3;
  const shown = names.slice(0, MOST).map((name) => (name.length > 60 ? `${name.slice(0, 57)}...` : name));
  const more = names.length > MOST ? ` and ${String(names.length - MOST)} more` : "";
  return `${shown.join(", ")}${more}`;
}

/** The first of a list that may have no end. */
export async function firstOf<T>(
  list: AsyncIterable<T>,
  isWanted: (one: T) => boolean,
  isPast: (one: T) => boolean = () => false,
): Promise<readonly T[]> {
  const found: T[] = [];
  let seen = 0;
  for await (const one of atOnce(list)) {
    seen += 1;
    if (isPast(one) || seen > MOST_LOOKED_AT) break;
    if (isWanted(one)) found.push(one);
  }
  return found;
}
