/** `{{ labels.pod }}` without quotes, which YAML takes for a mapping in a mapping. */
import { show } from "../errors.ts";

/** A line longer than this was not written by hand. */
const LOOKED_AT = 2_000;

/** Where the value begins that should be in quotes, and what to tell its author. */
export interface BracesSlip {
  readonly offset: number;
  readonly message: string;
}

/**
 * The value with braces that begins or ends where a fault was found, on the line of `offset`; undefined if braces are not
 * what is wrong there.
 *
 * @param isFlow - whether the line is known to be within brackets
 */
export function bracesSlip(text: string, offset: number, isFlow: boolean): BracesSlip | undefined {
  const window = text.slice(Math.max(0, offset - LOOKED_AT), offset);
  const before = window.slice(Math.max(window.lastIndexOf("\n"), window.lastIndexOf("\r")) + 1);
  if (before.length >= LOOKED_AT) return undefined;
  const lineStart = offset - before.length;
  const line = /^[^\n\r]*/.exec(text.slice(lineStart, offset + LOOKED_AT))?.[0] ?? "";
  const found = valueBefore(line, before.length, isFlow);
  if (found === undefined) return undefined;
  const message = `YAML reads {{ as the beginning of a mapping; put the value in quotes: ${show(found.value)}`;
  return { offset: lineStart + found.start, message };
}

interface FoundValue {
  readonly start: number;
  readonly value: string;
}

/** The last value up to `end` whose braces YAML would read. */
function valueBefore(line: string, end: number, isFlow: boolean): FoundValue | undefined {
  let depth = isFlow ? 1 : 0;
  let start = nextWord(line, 0);
  let found: FoundValue | undefined;
  for (let index = start; index <= end; index += 1) {
    const character = line.charAt(index);
    const isSpaced = /^\s?$/.test(line.charAt(index + 1));
    const closing = line.startsWith("{{", index) ? line.indexOf("}}", index) : -1;
    if (/^["']$/.test(character) && index === start) index = closingQuote(line, index);
    else if (closing !== -1) {
      if (index === start || depth > 0) found = { start, value: valueFrom(line.slice(start), depth > 0) };
      index = closing + 1;
    } else if (character === "#" && /^\s?$/.test(line.charAt(index - 1))) break;
    else if (/^[[{]$/.test(character) && (index === start || depth > 0)) {
      depth += 1;
      start = nextWord(line, index + 1);
    } else if (/^[\]}]$/.test(character)) depth -= 1;
    else if ((character === "," && depth > 0) || (isSpaced && /^[:-]$/.test(character))) {
      if (character !== "-" || index === start) start = nextWord(line, index + 1);
    }
  }
  return found;
}

function nextWord(line: string, index: number): number {
  return index + line.slice(index).search(/\S|$/);
}

function closingQuote(line: string, start: number): number {
  const quote = line.charAt(start);
  const inside = quote === '"' ? /^(?:\\.|[^"\\])*/ : /^(?:''|[^'])*/;
  return start + 1 + (inside.exec(line.slice(start + 1))?.[0].length ?? 0);
}

function valueFrom(rest: string, isFlow: boolean): string {
  const shape = isFlow ? /^(?:\{\{.*?\}\}\}?|[^,\]}])*/ : /^.*?(?=\s+#|,?\s*$)/;
  const start = rest.slice(0, MOST_SHOWN);
  return (shape.exec(start)?.[0] ?? start).trim();
}

/** Of a value; messages show less. */
const MOST_SHOWN = 1_000;
