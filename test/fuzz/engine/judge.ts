/** One input given to one target, and what is to be said of it. */
import { ROOT } from "../../support/spawn.ts";
import type { FuzzTarget } from "../types.ts";

/** What one input came to; `why` is the fault's message and the places that it came through. */
export type Judgement = { readonly kind: "taken" | "refused" } | { readonly kind: "fault"; readonly why: string };

/** Gives the input to the target; never throws. */
export async function judge(target: FuzzTarget, input: unknown): Promise<Judgement> {
  try {
    const outcome = target.run(input);
    const settled = outcome instanceof Promise ? await outcome : outcome;
    if ("taken" in settled) return { kind: "taken" };
    if (isBlank(settled.refused)) return { kind: "fault", why: "refused without a word" };
    if (isBlank(settled.at)) return { kind: "fault", why: `refused without a place: ${settled.refused.slice(0, 500)}` };
    return { kind: "refused" };
  } catch (error) {
    return { kind: "fault", why: describeFault(error) };
  }
}

/** The message and the first places, without what is this machine's. */
export function describeFault(error: unknown): string {
  if (!(error instanceof Error)) return `threw what is no error: ${String(error).slice(0, 500)}`;
  const [message = "", ...places] = (error.stack ?? String(error)).split(/\n(?= {4}at )/);
  const own = places
    .filter((place) => !/node:internal|<stdin>|\/(?:node_modules|test\/fuzz\/engine)\//.test(place))
    .slice(0, 8);
  return [message.slice(0, 1_000), ...own].join("\n").replaceAll(`file://${ROOT}/`, "").replaceAll(`${ROOT}/`, "");
}

/** Equal for faults that are most likely one: the message without what varies, and the first place in the source. */
export function kindOfFault(why: string): string {
  const [message = "", ...places] = why.split("\n    at ");
  const place = places.find((one) => one.includes("src/")) ?? "";
  return `${message.slice(0, 200).replaceAll(/"[^"]*"|\d+/g, "_")} ${place}`;
}

function isBlank(text: unknown): boolean {
  return typeof text !== "string" || text.trim() === "";
}
