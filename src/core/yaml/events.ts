/** The events of a YAML text, as far as values and places need them; the parser behind them is in yaml.ts. */

/** Kinds of event, by the parser's numbers. */
export const EVENT = { document: 1, sequence: 2, mapping: 3, scalar: 4, alias: 5, pop: 6 } as const;

/** How a scalar is written, by the parser's numbers. */
export const STYLE = { plain: 1, singleQuoted: 2, doubleQuoted: 3, literal: 4, folded: 5 } as const;

/** One event. Offsets into the text; -1 where there is none. */
export interface YamlEvent {
  readonly type: number;
  readonly start?: number;
  readonly valueStart?: number;
  readonly valueEnd?: number;
  readonly anchorStart?: number;
  readonly anchorEnd?: number;
  readonly tagStart?: number;
  readonly tagEnd?: number;
  readonly style?: number;
  /** How many spaces before each line of a block scalar are no part of it; -1 if it has no lines. */
  readonly indent?: number;
}

/** A text, its events, and the parser's reading of its scalars. */
export interface YamlSource {
  readonly text: string;
  readonly events: readonly YamlEvent[];
  /** The text of a scalar: unquoted, unescaped, unfolded. */
  decode(scalar: YamlEvent): string;
  /** What a scalar without quotes and tag means in YAML 1.2. */
  resolve(text: string): unknown;
  /** What a scalar with one of YAML's own tags means; undefined if it has another tag or does not suit it. */
  resolveTagged(tag: string, text: string): unknown;
}

/** Where an event's node is written; undefined for a value that is left empty. */
export function offsetOf(event: YamlEvent): number | undefined {
  const { start = -1, valueStart = -1, anchorStart = -1, tagStart = -1, style } = event;
  if (start >= 0) return start;
  if (valueStart >= 0)
    return style === STYLE.singleQuoted || style === STYLE.doubleQuoted ? valueStart - 1 : valueStart;
  if (tagStart >= 0) return tagStart;
  return anchorStart > 0 ? anchorStart - 1 : undefined;
}

/** The name behind `&` or `*`; empty if the node has none. */
export function anchorOf({ text }: YamlSource, { anchorStart = -1, anchorEnd = -1 }: YamlEvent): string {
  return anchorStart < 0 ? "" : text.slice(anchorStart, anchorEnd);
}

/** The tag as written, such as `!!str`; empty if the node has none. */
export function tagOf({ text }: YamlSource, { tagStart = -1, tagEnd = -1 }: YamlEvent): string {
  return tagStart < 0 ? "" : text.slice(tagStart, tagEnd);
}
