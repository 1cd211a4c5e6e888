/** Headings of Markdown, by numbers of signs. */

/** A line that is one. */
export interface Heading {
  /** 1 to 6. */
  readonly level: number;
  /** Without the signs before and behind it; empty if there is nothing else. */
  readonly text: string;
}

const HEADING = /^ {0,3}(#{1,6})(?=[ \t]|$)(.*)$/;
const BLANKS = /^[ \t]+|(?<![ \t])[ \t]+$/g;
const CLOSING = /(?<![ \t])[ \t]+#+$/;

/** The heading that `line` is; undefined if it is none. Takes time in proportion to the line, whatever is in it. */
export function headingOf(line: string): Heading | undefined {
  const [, signs, rest = ""] = HEADING.exec(line) ?? [];
  if (signs === undefined) return undefined;
  const text = rest.replace(BLANKS, "").replace(CLOSING, "");
  return { level: signs.length, text };
}
