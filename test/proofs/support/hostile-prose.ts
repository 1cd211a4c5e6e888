/** Texts that would be something else if they were not kept from it: tags, marks, links, templates, line ends. */
import type { Random } from "../../../src/core/random.ts";

const PIECES: readonly string[] = [
  ...["<script>alert(1)</script>", "</td></tr></table>", "<img src=x onerror=alert(1)>", "<!--", "-->", "]]>"],
  ...["<svg/onload=1>", "</title>", "</style>", "</pre></code>", '<a href="javascript:alert(1)">', "' onmouseover='1"],
  ...['" onmouseover="1', "&lt;", "&amp;", "&#60;", "&copy;", "&", "<", ">", "`", "``", "```", "~~~", "*", "**", "_", "__"],
  ...["~~", "[", "]", "](", "[x](javascript:alert(1))", "![i](https://evil.example/i.png)", "[r]: https://evil.example"],
  ...["<https://evil.example>", "https://evil.example", "www.evil.example", "mail@evil.example", "mailto:mail@evil.example"],
  ...["xmpp:a@evil.example", "@team", "#123", ":tada:", "$x$", "|", "||", "\\", "\\|", "\\\\|", "\n", "\r\n", "\n\n", "\n# "],
  ...["\n- ", "\n1. ", "\n> ", "\n===", "\n---", "\n    ", "\n<!-- /nines:timeline -->\n", "\n```\n"],
  ...["\n<!-- nines:header sum=00000000 -->\n", "\n| a | b |\n| --- | --- |\n", "{{title}}", "{{{title}}}", "{{#timeline}}"],
  ...["{{/timeline}}", "{{> header}}", "{{=<% %>=}}", "${x}", "$(id)", "`id`", "; rm -rf /", "$&", "$1", "\u0000", "\u0001"],
  ...["\u001b[31m", "\u007f", "\u0085", "\u2028", "\u202e", "\u2066", "\ufeff", "\ud800", "\udc00", "\u{1f4a9}", "é", "日本"],
  ...["\u00a0", "\t", " ", "  ", "# ", "## ", "- ", "+ ", "* ", "1. ", "2) ", "> ", "=", "-", "+", "---", "[ ] ", "[x] ", ":--"],
  ...["- [ ] ", "    code", "^1", "[^1]", "[^1]: note", "a", "pod-7", "check_pods", "_x_", "word", "97 %", "0", "O'Brien"],
  ...["javascript:alert(1)", "data:text/html,x", "//evil.example", "constructor", "__proto__"],
];

/** A text of 1 to 150 characters. */
export function hostileProse(random: Random): string {
  let text = "";
  for (let count = random.integer(1, 7); count > 0; count -= 1) text += random.pick(PIECES);
  return text.slice(0, 150);
}
