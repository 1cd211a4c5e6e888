import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";

import { seededRandom } from "../../src/core/random.ts";
import { parseTags } from "../../src/core/template.ts";
import { runbookOf } from "../../src/runbook/definition/definition.ts";
import { fillCommand, fillHeaders, fillJson, fillUrl } from "../../src/runbook/fill/fill.ts";
import type { CommandTemplate } from "../../src/runbook/model.ts";
import type { RunValues } from "../../src/runbook/values.ts";
import { valuesOf } from "../runbook/values.ts";
import { hostileText } from "./support/hostile-texts.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Whatever a label is: in a command it is one argument, in a script one word, in JSON, an address or a header one value.";

interface Size {
  readonly labels: number;
}

export const quick: Size = { labels: 1_500 };
export const full: Size = { labels: 100_000 };

/** So many labels are handed to one real process. */
const BATCH = 50;
const NODE_EVERY = 40;
const SHELLS = ["sh", "bash"];
const PRINT = "for (const text of process.argv.slice(1)) process.stdout.write(text + '\\0')";
const execute = promisify(execFile);

/** Scripts that print each label, ended by a zero byte, from all places where one may stand. */
const SCRIPTS: readonly ((tags: readonly string[]) => string)[] = [
  (tags) => `printf '%s\\0' ${tags.join(" ")}`,
  (tags) => `for x in ${tags.join(" ")}; do printf '%s\\0' "$x"; done`,
  (tags) => tags.map((tag) => `x=${tag}; printf '%s\\0' "$x"`).join("\n"),
  (tags) => tags.map((tag) => `case ${tag} in nobody) ;; *) printf '%s\\0' ${tag} ;; esac`).join("; "),
  (tags) => tags.map((tag) => `x="$(printf '%sx' ${tag})" && printf '%s\\0' "\${x%x}"`).join("\n"),
  (tags) => tags.map((tag) => `if [ ${tag} != '' ]; then printf '%s\\0' ""${tag}''; else printf '\\0'; fi`).join("\n"),
];

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const folder = await mkdtemp(join(tmpdir(), "nines-injection-"));
  const figures = {
    labels: 0,
    processes: 0,
    argumentsCompared: 0,
    withZeroByte: 0,
    dashesRefused: 0,
    addresses: 0,
    headers: 0,
    longest: 0,
  };
  try {
    while (figures.labels < size.labels) {
      const texts = Array.from({ length: Math.min(BATCH, size.labels - figures.labels) }, () => hostileText(random));
      for (const text of texts) checkOne(text, figures, seed);
      const able = texts.filter((text) => !text.includes("\0"));
      await checkProcesses(able, random.pick(SHELLS), random.pick(SCRIPTS), folder, figures);
      figures.labels += texts.length;
      if (figures.labels % 10_000 === 0)
        log(`${String(figures.labels)} labels, ${String(figures.processes)} processes`);
    }
    const left = await readdir(folder);
    if (left.length > 0) throw new Error(`a label was run, and left ${left.join()} (seed ${seed})`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const { withZeroByte, dashesRefused, addresses, headers, argumentsCompared } = figures;
  if (Math.min(withZeroByte, dashesRefused, addresses, headers, argumentsCompared) === 0)
    throw new Error("something was never tried");
  return figures;
}

type Figures = Record<"withZeroByte" | "dashesRefused" | "addresses" | "headers" | "longest", number>;

const VECTOR = commandOf({ command: "p --pod={{ labels.a }} x{{ labels.a }}{{ labels.a }} -- {{ labels.a }}" });
const BARE = commandOf({ command: ["p", "{{ labels.a }}"] });
const SCRIPT = commandOf({ command: "p --pod={{ labels.a }} -- {{ labels.a }} | q", shell: true });
const URL_TEMPLATE = parseTags("https://ci.example:8443/a/{{ labels.a }}/b?q={{ labels.a }}&r=1#{{ labels.a }}");

/** One label, through everything that is filled in. */
function checkOne(text: string, figures: Figures, seed: string): void {
  const values = valuesOf({ labels: { a: text } });
  const sound = wellFormed(text);
  const isPossible = !text.includes("\0");
  const expect = (what: string, found: unknown, expected: unknown): void => {
    if (isDeepStrictEqual(found, expected)) return;
    throw new Error(
      `${what} of ${JSON.stringify(text)} (seed ${seed}): ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`,
    );
  };
  const vector = [`--pod=${sound}`, `x${sound}${sound}`, "--", sound];
  expect("the arguments", argsOf(VECTOR, values), isPossible ? vector : undefined);
  const isOption = text.startsWith("-");
  expect("the bare argument", argsOf(BARE, values), isPossible && !isOption ? [sound] : undefined);
  const script = ["-c", 'p --pod="${1}" -- "${2}" | q', "sh", sound, sound];
  expect("the script", argsOf(SCRIPT, values), isPossible ? script : undefined);
  const json = fillJson({ a: ["{{ labels.a }}", 1], b: "x {{ labels.a }} x" }, values);
  expect("the JSON", JSON.parse(JSON.stringify(json)), { filled: { a: [sound, 1], b: `x ${sound} x` } });
  checkUrl(sound, values, expect, figures);
  checkHeader(text, values, expect, figures);
  figures.withZeroByte += isPossible ? 0 : 1;
  figures.dashesRefused += isOption ? 1 : 0;
  figures.longest = Math.max(figures.longest, text.length);
}

type Expect = (what: string, found: unknown, expected: unknown) => void;

function checkUrl(sound: string, values: RunValues, expect: Expect, figures: Figures): void {
  const url = fillUrl(URL_TEMPLATE, values);
  const isLong = encodeURIComponent(sound).length * 3 > 15_000;
  if (isLong && "refused" in url) return;
  const leads = sound === "" || sound === "." || sound === "..";
  expect("whether the address was refused", "refused" in url, leads);
  if ("refused" in url) return;
  const read = new URL(url.filled);
  expect("the host", read.host, "ci.example:8443");
  expect("the path", read.pathname.split("/").map(decodeURIComponent), ["", "a", sound, "b"]);
  expect(
    "the query",
    [...read.searchParams],
    [
      ["q", sound],
      ["r", "1"],
    ],
  );
  expect("the fragment", decodeURIComponent(read.hash.slice(1)), sound);
  figures.addresses += 1;
}

function checkHeader(text: string, values: RunValues, expect: Expect, figures: Figures): void {
  const filled = fillHeaders({ "X-Pod": parseTags("a{{ labels.a }}b") }, values);
  const isPossible = /^[\t -~]*$/.test(text) && text.length < 8_000;
  expect("whether the header was filled in", "filled" in filled, isPossible);
  if ("refused" in filled) return;
  expect("the headers", [...new Headers({ ...filled.filled })], [["x-pod", `a${text}b`]]);
  figures.headers += 1;
}

/** Labels in real processes: as arguments, and in a script of a real shell. */
async function checkProcesses(
  texts: readonly string[],
  shell: string,
  script: (typeof SCRIPTS)[number],
  folder: string,
  figures: { processes: number; argumentsCompared: number },
): Promise<void> {
  const labels = Object.fromEntries(texts.map((text, index) => [`l${String(index)}`, text]));
  const tags = Object.keys(labels).map((name) => `{{ labels.${name} }}`);
  const values = valuesOf({ labels });
  const expected = Buffer.from(texts.map((text) => `${wellFormed(text)}\0`).join(""));
  // Node is slow to start; what is handed over is the same for any program.
  const printing =
    figures.processes % NODE_EVERY === 0 ? [process.execPath, "-e", PRINT, "--"] : ["printf", "--", "%s\\0"];
  const vector = commandOf({ command: [...printing, ...tags] });
  const scripted = commandOf({ command: script(tags), shell: true });
  for (const [program, args] of [
    [printing[0] ?? "", argsOf(vector, values)],
    [shell, argsOf(scripted, values)],
  ] as const) {
    if (args === undefined) throw new Error(`a batch was refused: ${JSON.stringify(labels)}`);
    const options = {
      cwd: folder,
      encoding: "buffer",
      maxBuffer: 64 * 1024 * 1024,
      env: { PATH: process.env.PATH, HOME: folder },
    } as const;
    const { stdout, stderr } = await execute(program, [...args], options);
    if (!stdout.equals(expected) || stderr.length > 0) {
      throw new Error(
        `${program} received something else than ${JSON.stringify(labels)}: ${JSON.stringify(stdout.toString())} ${stderr.toString()}`,
      );
    }
    figures.processes += 1;
    figures.argumentsCompared += texts.length;
  }
}

function commandOf(step: { readonly command: string | string[]; readonly shell?: boolean }): CommandTemplate {
  const [made] = runbookOf("proof", [{ name: "a", ...step }]).steps;
  if (made?.kind !== "command") throw new Error("no command");
  return made.command;
}

function argsOf(command: CommandTemplate, values: RunValues): readonly string[] | undefined {
  const filled = fillCommand(command, values);
  return "filled" in filled ? filled.filled.args : undefined;
}

/** Half of a surrogate pair is no letter, and becomes the one that stands for none. */
function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, "\uFFFD");
}
