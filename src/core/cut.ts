/** Texts for fields that have an end. */

/** The end of `text`: its last `most` characters, after an ellipsis that tells so, and never through a letter. */
export function lastOf(text: string, most: number): string {
  const trimmed = text.trimEnd();
  return trimmed.length <= most ? trimmed : `…${trimmed.slice(-most).replace(/^[\uDC00-\uDFFF]/, "")}`;
}

/** `text`, at most `most` characters long: cut at the end, where an ellipsis tells so, and never through a letter. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  // Half of a surrogate pair would be a broken letter.
  return `${text.slice(0, Math.max(0, most - 1)).replace(/[\uD800-\uDBFF]$/, "")}…`.slice(0, most);
}
