import fc from "fast-check";
import { type DefaultTreeAdapterMap, parseFragment } from "parse5";
import { describe, expect, test } from "vitest";

import { markdownHtml } from "../../src/postmortem/templates/markdown-html.ts";

describe("people's Markdown", () => {
  test.each([
    ["a *b* **c** ~~d~~ `e*f*`", "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e*f*</code></p>"],
    ["_a_ snake_case_name __b__", "<p><em>a</em> snake_case_name <strong>b</strong></p>"],
    ["a\nb\n\nc", "<p>a\nb</p>\n<p>c</p>"],
    ["# One\n#### Four ##", "<h3>One</h3>\n<h4>Four</h4>"],
    ["- a\n- b\n  - c\n- d", "<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul></li>\n<li>d</li>\n</ul>"],
    ["1. a\n2. b", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>"],
    ["- [ ] a\n- [x] b", "<ul>\n<li>☐ a</li>\n<li>☑ b</li>\n</ul>"],
    ["> a\n> b", "<blockquote><p>a\nb</p></blockquote>"],
    ["```js\na < b\n```", "<pre><code>a &lt; b</code></pre>"],
    [
      "| a | b |\n|---|---|\n| 1 | *2* |",
      "<table>\n<thead><tr><th>a</th><th>b</th></tr></thead>\n<tbody><tr><td>1</td><td><em>2</em></td></tr></tbody>\n</table>",
    ],
    ["[a *b*](https://x.example/)", '<p><a href="https://x.example/" rel="noreferrer">a <em>b</em></a></p>'],
    ["see https://x.example/y.", '<p>see <a href="https://x.example/y" rel="noreferrer">https://x.example/y</a>.</p>'],
    ["<https://x.example/>", '<p><a href="https://x.example/" rel="noreferrer">https://x.example/</a></p>'],
    ["![picture](https://x.example/a.png)", '<p><a href="https://x.example/a.png" rel="noreferrer">picture</a></p>'],
    ["![graph](graph.png)", '<p><a href="graph.png" rel="noreferrer">graph</a></p>'],
    ['![a *b*](../img/a_b.svg#x "title")', '<p><a href="../img/a_b.svg#x" rel="noreferrer">a <em>b</em></a></p>'],
    ["[notes](notes.md)", '<p><a href="notes.md" rel="noreferrer">notes</a></p>'],
    ["![x](//evil.example/a.png)", "<p>![x](//evil.example/a.png)</p>"],
    ["![x](/etc/a.png)", "<p>![x](/etc/a.png)</p>"],
    ["![x](javascript:a.png)", "<p>![x](javascript:a.png)</p>"],
    ["[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"],
    ["<b onclick=x>a</b> &amp; \\*b\\*", "<p>&lt;b onclick=x&gt;a&lt;/b&gt; &amp; *b*</p>"],
    ["a <!-- b --> c", "<p>a  c</p>"],
    ["---", "<hr>"],
    ["a * b * c", "<p>a * b * c</p>"],
    ["", ""],
  ])("%j", (markdown, html) => {
    expect(markdownHtml(markdown)).toBe(html);
  });

  const piece = fc.constantFrom(
    "*",
    "**",
    "_",
    "`",
    "```",
    "~~",
    "[",
    "](",
    "](https://a.b)",
    ")",
    "<",
    ">",
    "<script>",
    "javascript:",
    "- ",
    "1. ",
    "> ",
    "\n",
    "\n\n",
    "  ",
    "| a |",
    "|---|",
    "# ",
    "<!--",
    "-->",
    "\\",
    "&lt;",
    "a",
    "https://a.b/",
    "![",
  );

  test("never becomes anything but a few tags, and links to where may be gone", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
        const walk = (node: DefaultTreeAdapterMap["node"]): void => {
          if ("tagName" in node) {
            expect(node.tagName).toMatch(
              /^(?:p|h[3-6]|hr|br|blockquote|pre|code|ul|ol|li|table|thead|tbody|tr|th|td|em|strong|del|a)$/,
            );
            for (const { name, value } of node.attrs) {
              if (name === "href") expect(value).toMatch(/^(?:https?|mailto):/);
              else expect(name).toBe("rel");
            }
          }
          if ("childNodes" in node) node.childNodes.forEach(walk);
        };
        walk(parseFragment(markdownHtml(parts.join(""))));
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    "*",
    "**a ",
    "`",
    "` ``",
    "[",
    "[](",
    "_a ",
    "<",
    "> ",
    "- ",
    "| ",
    "h",
    "https://",
    "~~x",
    "\\",
    "![",
    "<!--",
    "*a_",
    "[a](b",
    "    ",
    "> - ",
  ])("of many %j takes no long time", (unit) => {
    const text = unit.repeat(Math.ceil(200_000 / unit.length));
    const begun = performance.now();
    markdownHtml(text);
    expect(performance.now() - begun).toBeLessThan(3_000);
  });
});
