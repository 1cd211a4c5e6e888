/** Runs a command that writes a lot, and tells what that cost this process: `output-child.ts BYTES`. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

import { LocalCommandRunner } from "../../../src/adapters/command/index.ts";
import { OutputCapture } from "../../../src/runbook/performing/capture.ts";
import { Redactor } from "../../../src/runbook/redact/redactor.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const MAX_CHARACTERS = 1_000_000;

async function capture(bytes: number) {
  const redactor = new Redactor(Array.from({ length: 20 }, (_, index) => `tr0ub4dor-${String(index)}`));
  let secretsTold = 0;
  let charactersTold = 0;
  const captures = {
    stdout: new OutputCapture({
      redactor,
      maxCharacters: MAX_CHARACTERS,
      onText(text) {
        charactersTold += text.length;
        if (text.includes("tr0ub4dor-7")) secretsTold += 1;
      },
    }),
    stderr: new OutputCapture({ redactor, maxCharacters: MAX_CHARACTERS }),
  };
  const { exitCode } = await new LocalCommandRunner().run(
    {
      program: "/bin/sh",
      args: [
        "-c",
        'yes "$1" | head -c "$2"',
        "sh",
        "a line with ä€😀 and tr0ub4dor-7 in it, as it comes",
        String(bytes),
      ],
      ...{ environment: {}, isDryRun: false, key: "output" },
    },
    { onOutput: (stream, piece) => captures[stream].push(piece) },
  );
  const { text, bytes: came, isCut } = captures.stdout.end();
  return {
    exitCode,
    came,
    isCut,
    kept: text.length,
    charactersTold,
    secretsTold: secretsTold + Number(text.includes("tr0ub4dor-7")),
  };
}

// The code itself, and what the engine makes of it, is there before anything is measured.
await capture(4_000_000);
collect();
const before = process.memoryUsage();
let peak = before.rss;
const sampler = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 5);
const began = performance.now();
const result = await capture(Number(process.argv[2]));
const seconds = (performance.now() - began) / 1_000;
peak = Math.max(peak, process.memoryUsage().rss);
clearInterval(sampler);
collect();
const heapGrowth = process.memoryUsage().heapUsed - before.heapUsed;
process.stdout.write(JSON.stringify({ ...result, rssGrowth: peak - before.rss, heapGrowth, seconds }));
