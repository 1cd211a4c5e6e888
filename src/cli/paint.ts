/** Text for a terminal: coloured where that is wanted, and never with signs that would steer it. */
import { visible } from "../core/escape.ts";

import type { Given } from "./given.ts";
import type { Io } from "./io.ts";

/** The colours that are used. */
export type Colour = "red" | "green" | "yellow" | "magenta" | "bold" | "dim";

/** `text` in a colour, made harmless. */
export type Paint = (colour: Colour | undefined, text: string) => string;

const CODES: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  magenta: [35, 39],
  bold: [1, 22],
  dim: [2, 22],
};

/** How text is painted for one of the two streams. */
export function painter({ given, io }: { readonly given: Given; readonly io: Io }, stream: "stdout" | "stderr"): Paint {
  const isColoured = wantsColour(given.text("colour"), { env: io.env, isTerminal: io[stream].isTerminal });
  return (colour, text) => {
    const shown = oneLine(text);
    if (colour === undefined || !isColoured || shown === "") return shown;
    const [on, off] = CODES[colour];
    return `\u001b[${String(on)}m${shown}\u001b[${String(off)}m`;
  };
}

function wantsColour(
  asked: string | undefined,
  { env, isTerminal }: { readonly env: Io["env"]; readonly isTerminal: boolean },
): boolean {
  if (asked === "always") return true;
  if (asked === "never") return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== "") return forced !== "0" && forced !== "false";
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  return isTerminal && env.TERM !== "dumb";
}

/** Text from outside on one line, with what cannot be seen made visible. */
export function oneLine(text: string): string {
  return visible(text)
    .replace(/(?<!\s)[^\S\n]*\n\s*/g, " ")
    .replaceAll("\t", " ");
}
