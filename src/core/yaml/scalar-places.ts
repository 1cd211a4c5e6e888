/** Where the characters of a scalar are written: its text is laid beside the source, piece by piece. */
import { STYLE, type YamlEvent } from "./events.ts";

/** A stretch of the scalar's text, and the stretch of the source that it is made of. */
interface Piece {
  /** In the scalar's text. */
  readonly length: number;
  /** Offsets in the source; as far apart as `length` if the text is written as it is. */
  readonly start: number;
  readonly end: number;
}

/**
 * The offset in `source` of what is at `offset` of the scalar's text: of a character's escape, of the end of the line that
 * was folded. Behind the last character for an offset at the end, or in the line breaks that end a block.
 */
export function offsetInScalar(source: string, scalar: YamlEvent, offset: number): number {
  let left = Math.max(0, offset);
  const isBlock = scalar.style === STYLE.literal || scalar.style === STYLE.folded;
  let end = isBlock ? headerEnd(source, scalar) : (scalar.valueStart ?? 0);
  for (const piece of isBlock ? blockPieces(source, scalar) : flowPieces(source, scalar)) {
    if (left < piece.length) return piece.start + (piece.end - piece.start === piece.length ? left : 0);
    left -= piece.length;
    end = piece.end;
  }
  return end;
}

/** The end of the line that has the `|` or `>`: the line behind it may be no part of the scalar. */
function headerEnd(source: string, { valueStart = 0 }: YamlEvent): number {
  const before = source.slice(Math.max(0, valueStart - 2), valueStart);
  return valueStart - (/(?:\r\n|[\n\r])?$/.exec(before)?.[0].length ?? 0);
}

const BLANK = String.raw`[ \t\n\r]+`;
const ESCAPE = String.raw`\\(?:x..|u.{4}|U.{8}|[\n\r][ \t\n\r]*|.)`;
const TOKENS: Readonly<Record<number, RegExp>> = {
  [STYLE.plain]: new RegExp(String.raw`${BLANK}|[^ \t\n\r]+`, "g"),
  [STYLE.singleQuoted]: new RegExp(String.raw`${BLANK}|''|[^ \t\n\r']+`, "g"),
  [STYLE.doubleQuoted]: new RegExp(String.raw`${BLANK}|${ESCAPE}|[^ \t\n\r\\]+`, "g"),
};

/** Of a scalar that is plain or in quotes. */
function* flowPieces(source: string, scalar: YamlEvent): Generator<Piece> {
  const { valueStart = 0, valueEnd = 0, style = STYLE.plain } = scalar;
  const tokens = TOKENS[style];
  if (tokens === undefined) return;
  for (const { 0: token, index } of source.slice(valueStart, valueEnd).matchAll(tokens)) {
    const start = valueStart + index;
    yield { length: decodedLength(token, style), start, end: start + token.length };
  }
}

function decodedLength(token: string, style: number): number {
  if (style === STYLE.singleQuoted && token === "''") return 1;
  if (style === STYLE.doubleQuoted && token.startsWith("\\")) {
    if (/^[\n\r]/.test(token.slice(1, 2))) return 0;
    return Number.parseInt(token.slice(2), 16) > 0xffff ? 2 : 1;
  }
  const breaks = token.match(/\r\n?|\n/g)?.length ?? 0;
  // One break is folded to a space; of several the first is dropped.
  return breaks === 0 ? token.length : Math.max(1, breaks - 1);
}

/** Of a scalar behind `|` or `>`, without the line breaks that end it. */
function* blockPieces(source: string, scalar: YamlEvent): Generator<Piece> {
  const { valueStart = 0, valueEnd = 0, indent = -1, style } = scalar;
  if (indent < 0) return;
  let [end, empty] = [headerEnd(source, scalar), 0];
  let [isFirst, wasIndented] = [true, false];
  for (const { 1: line = "", index } of source.slice(valueStart, valueEnd).matchAll(/([^\n\r]*)(?:\r\n?|\n|$)/g)) {
    const spaces = line.search(/[^ ]|$/);
    if (spaces <= indent && spaces === line.length) {
      empty += 1;
      continue;
    }
    const content = line.slice(indent);
    const isIndented = /^[ \t]/.test(content);
    const isFolded = style === STYLE.folded && !isIndented && !wasIndented;
    const breaks = isFolded && empty > 0 ? empty : empty + (isFirst ? 0 : 1);
    yield { length: breaks, start: end, end };
    const start = valueStart + index + indent;
    end = start + content.length;
    yield { length: content.length, start, end };
    [empty, isFirst, wasIndented] = [0, false, isIndented];
  }
}
