/** How much is in a YAML text, counted before any value is made. */

/**
 * Where a text gets more than `most` nodes, if it may: their number is bounded by that of the characters that can begin
 * one.
 */
export function offsetOfExcess(text: string, most: number): number | undefined {
  if (text.length <= most) return undefined;
  let count = 0;
  for (let offset = 0; offset < text.length; offset += 1) {
    const code = text.charCodeAt(offset);
    const begins = code === COMMA || code === COLON || code === BRACKET || code === BRACE || code === QUESTION_MARK;
    if (!begins && !(code === DASH && text.charCodeAt(offset + 1) <= SPACE)) continue;
    count += 1;
    if (count > most) return offset;
  }
  return undefined;
}

const [SPACE, COMMA, DASH, COLON, QUESTION_MARK, BRACKET, BRACE] = [32, 44, 45, 58, 63, 91, 123] as const;
