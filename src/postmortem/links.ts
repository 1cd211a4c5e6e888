/** Addresses that may be followed. */

const SCHEMES: readonly string[] = ["http:", "https:", "mailto:"];
const LONGEST = 8_000;

/**
 * `text` as an address that can stand in Markdown and HTML as it is; undefined if it is none, or leads elsewhere than to
 * http, https or mailto.
 */
export function safeUrl(text: string | undefined): string | undefined {
  if (text === undefined || text.length > LONGEST || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (!SCHEMES.includes(url.protocol)) return undefined;
  // Who is let in is nobody else's business.
  if (url.protocol !== "mailto:") [url.username, url.password] = ["", ""];
  return url.href.replace(
    /[\s<>()[\]{}"'`\\|*$^;]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}
