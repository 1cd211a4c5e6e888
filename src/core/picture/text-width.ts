/** How wide text is where nobody can measure it: for pictures that are written without a browser. */
import { cut } from "../cut.ts";

/** Of a letter in the font's size of 12; wide enough for any font that is used. */
const LETTER = 7;
const CAPITAL = 10;
/** Of signs that are no Latin letters: a square or a bit more. */
const SQUARE = 14;

/** The width of `text` in pixels, rather too much than too little, in a font of 12 pixels. */
export function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0x250 && !isPunctuation(code)) width += SQUARE;
    else width += /[A-Z@%]/.test(character) ? CAPITAL : LETTER;
  }
  return width;
}

/** `text`, or as much of its beginning as has room in `most` pixels, with an ellipsis. */
export function fitted(text: string, most: number): string {
  // What has no room in any case is not even looked at.
  let shown = cut(text, Math.max(1, Math.floor(most / LETTER)));
  while (shown.length > 1 && widthOf(shown) > most) shown = cut(text, shown.length - 1);
  return shown;
}

/** Dashes, quotes, the ellipsis; not the sign for per mille, which is wide. */
function isPunctuation(code: number): boolean {
  return code >= 0x2010 && code <= 0x2027;
}
