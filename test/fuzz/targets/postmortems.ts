/** Postmortems that people have written in, read back. */
import type { Random } from "../../../src/core/random.ts";
import { readPostmortem } from "../../../src/postmortem/read/read.ts";
import { hostileText } from "../../proofs/support/hostile-texts.ts";
import { brokenText } from "../../support/broken-text.ts";
import { tried } from "../support/documents.ts";
import { drawn } from "../support/drawn.ts";
import { sampleFiles } from "../support/samples.ts";
import type { FuzzTarget } from "../types.ts";

interface Written {
  readonly text: string;
}

const SAMPLES = sampleFiles("postmortem", /INC-0001\.md$/);
const PIECES = [
  ...[
    "<!-- nines:timeline -->",
    "<!-- nines:end timeline -->",
    "<!-- nines:header ",
    "<!--",
    "-->",
    "| a | b |",
    "|",
    "\\|",
  ],
  ...[
    "| --- | --- |",
    "- [ ] item (owner: ann, due: 2026-12-01)",
    "- [x] ",
    "## Trigger",
    "# Title",
    "###### deep",
    "```",
    "~~~",
  ],
  ...[
    "> quote",
    "- ",
    "1. ",
    "    code",
    "\t",
    "\r",
    "\u2028",
    "2026-02-30 25:61:00",
    "2026-11-29 01:00:00 UTC",
    "100 %",
    "[a](b",
  ],
  ...[
    "<script>alert(1)</script>",
    "\u0000",
    "\ud800",
    "__proto__",
    "P0",
    "prevent",
    "**",
    "| Status | draft |",
    "| Authors |",
  ],
];

function draw(random: Random): Written {
  const lines = random.pick(SAMPLES).split("\n");
  for (let left = random.integer(0, 5); left > 0; left -= 1) {
    const at = random.integer(0, lines.length - 1);
    const line = lines[at] ?? "";
    const kind = random.next();
    if (kind < 0.1) lines.splice(at, random.integer(1, 3));
    else if (kind < 0.2) lines.splice(at, 0, lines[random.integer(0, lines.length - 1)] ?? "");
    else if (kind < 0.35) lines.splice(at, 0, random.pick(PIECES));
    else if (kind < 0.55) lines[at] = brokenText(line, random);
    else if (kind < 0.7) lines[at] = line.slice(0, random.integer(0, line.length)) + random.pick(PIECES) + line;
    else if (kind < 0.85) lines[at] = line.replace(/\w+/, () => random.pick(PIECES));
    else lines[at] = hostileText(random);
  }
  return { text: random.next() < 0.02 ? brokenText(lines.join("\r\n"), random) : lines.join("\n") };
}

export const target: FuzzTarget<Written> = {
  name: "postmortems",
  description: "postmortems that people have written in",
  inputs: drawn(draw),
  run: (input) =>
    tried(input, () => {
      const read = readPostmortem(input.text);
      if (typeof read.frame !== "string") throw new Error("there is no frame");
    }),
};
