/** How deep a JSON text is, told before it is parsed: brackets alone become sixty times their size in memory. */

/** Whether `text` has more than `most` lists and mappings inside each other. It need not be JSON. */
export function isDeeperThan(text: string, most: number): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x22) {
      index = endOfText(text, index + 1);
    } else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > most) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}

/** Where the quote is that ends the text which begins at `from`; the end of all if there is none. */
function endOfText(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text.charCodeAt(before - 1) === 0x5c) before -= 1;
    // An even number of backslashes escape each other.
    if ((end - before) % 2 === 0) return end;
  }
  return text.length;
}
