/** Texts for fields that have an end. */

/** `text`, at most `most` characters long: cut at the end, where an ellipsis tells so, and never through a letter. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // Half of a surrogate pair would be a broken letter.
  return `${text.slice(0, Math.max(0, most - 1)).replace(/[\uD800-\uDBFF]$/, "")}…`.slice(0, most);
}
