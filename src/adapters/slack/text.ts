/** Slack's own markup. */
import { cut } from "../../core/cut.ts";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** `text` so that Slack shows it as it is, and nothing in it mentions or links; at most `most` characters when escaped. */
export function escaped(text: string, most: number): string {
  const whole = text.replace(/[&<>]/g, (character) => ESCAPES[character] as string);
  if (whole.length <= most) return whole;
  let room = most;
  let end = 0;
  for (const letter of text) {
    const size = ESCAPES[letter]?.length ?? letter.length;
    // The ellipsis needs one.
    if (size > room - 1) break;
    room -= size;
    end += letter.length;
  }
  return `${text.slice(0, end).replace(/[&<>]/g, (character) => ESCAPES[character] as string)}…`;
}

/** A link; the address is one that `URL` has written, in which only these could end it. */
export function link(url: string, text: string): string {
  const safe = url.replace(/[<>|]/g, (character) => encodeURIComponent(character)).replace(/&/g, "&amp;");
  return `<${safe}|${escaped(text, 100)}>`;
}

/** Somebody's name; ids of users and groups become mentions. */
export function mention(recipient: string): string {
  if (/^[UW][A-Z0-9]{6,20}$/.test(recipient)) return `<@${recipient}>`;
  if (/^S[A-Z0-9]{6,20}$/.test(recipient)) return `<!subteam^${recipient}>`;
  return escaped(cut(recipient, 200), 400);
}
