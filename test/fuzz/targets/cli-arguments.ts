/** Command lines: whatever is asked, there is an exit code that the help knows, and no trace of a stack. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Io, Output } from "../../../src/cli/io.ts";
import { COMMANDS, run } from "../../../src/cli/run.ts";
import type { CommandSpec, OptionSpec } from "../../../src/cli/spec.ts";
import type { Random } from "../../../src/core/random.ts";
import { hostileText } from "../../proofs/support/hostile-texts.ts";
import { drawn } from "../support/drawn.ts";
import { fences, sampleFiles } from "../support/samples.ts";
import type { FuzzTarget, Outcome } from "../types.ts";

interface CommandLine {
  readonly words: readonly string[];
  readonly stdin: string;
}

const [EXAMPLE = ""] = sampleFiles("slo", /\.yaml$/);
const FILES: Readonly<Record<string, string>> = {
  "slo.yaml": EXAMPLE,
  "page.yaml": fences("yaml slo")[0] ?? "",
  "policies.yaml": fences("yaml policy")[0] ?? "",
  "sloth.yaml": sampleFiles("slo-formats/sloth", /\.yml$/)[0] ?? "",
  "openslo.yaml": sampleFiles("slo-formats/openslo-v1", /shop\.yaml$/)[0] ?? "",
  "broken.yaml": "service_level_objectives: [\n",
  "empty.yaml": "",
  "binary.yaml": "\u0000\u0001\ud800",
  "samples.json": '{"slo":"shop/availability","steps":[]}',
  "samples.csv": "at,good,total\n2026-11-01T00:00:00Z,10,10\n2026-11-01T00:05:00Z,9,10\n",
};
const NAMES = [...Object.keys(FILES), "slo.yaml", "slo.yaml", "page.yaml", "-", "missing.yaml", "folder", "out"];
/** Nobody listens there. */
const NOBODY = "http://127.0.0.1:1";
const VALUES: Readonly<Record<string, readonly string[]>> = {
  FILE: NAMES,
  DIR: ["out", "folder", "slo.yaml"],
  URL: [NOBODY, "no url", "ftp://a.example", "http://user:pw@127.0.0.1:1", "https://a.example", "{{ service }}"],
  TIME: ["30s", "1m", "5m", "7d", "30d", "2026-11-29T01:00:00Z", "yesterday", "0", "-1m", "9999999y"],
  WINDOW: ["7d", "month", "30d", "fortnight"],
  ZONE: ["Europe/Berlin", "Mars/Base"],
  COUNT: ["0", "5", "-1", "1e3", "NaN"],
  PERCENT: ["99.9%", "100%", "99.9", "x"],
  SHARE: ["0.5", "99%", "2"],
  "NAME=VALUE": ["a=b", "a", "=", "a=b=c", "__proto__=x", "severity=page"],
  '"NAME: VALUE"': ["X-A: b", "X-A", "Host: a", "a\r\nb: c"],
};
/** Words that may have a slash in them: any other could name a file outside of the folder. */
const SAFE = new Set(Object.values(VALUES).flat());

function valueFor({ value = "", choices = [] }: OptionSpec, random: Random): string {
  const kind = random.next();
  if (choices.length > 0 && kind < 0.8) return random.pick(choices);
  if (kind < 0.9)
    return random.pick(
      VALUES[value] ?? ["shop", "web_frontend", "api_service/latency", "nines", "sloth", "html", "a b", "100%"],
    );
  return kind < 0.95 ? random.pick(random.pick(Object.values(VALUES))) : hostileText(random);
}

function optionOf(spec: CommandSpec, random: Random): readonly string[] {
  const option = random.pick(random.pick(spec.groups).options);
  const dashed = option.short !== undefined && random.next() < 0.3 ? `-${option.short}` : `--${option.name}`;
  if (option.value === undefined) return random.next() < 0.97 ? [dashed] : [`${dashed}=yes`];
  const value = valueFor(option, random);
  return random.next() < 0.5 ? [dashed, value] : [`${dashed}=${value}`];
}

function draw(random: Random): CommandLine {
  const spec = random.pick(COMMANDS);
  const words = [random.next() < 0.96 ? spec.name : random.pick(["help", "--version", "chek", "", "-h", "--json"])];
  if (random.next() < 0.93)
    words.push(random.pick(spec.name === "import" ? ["sloth.yaml", "openslo.yaml", ...NAMES] : NAMES));
  if (spec.usage.includes("--prometheus") && random.next() < 0.8) words.push("--prometheus", NOBODY, "--timeout", "1s");
  if (spec.usage.includes("--out DIR") && random.next() < 0.9) words.push("--out", "out");
  for (let left = random.pick([0, 0, 1, 1, 2, 3, 6]); left > 0; left -= 1) words.push(...optionOf(spec, random));
  if (random.next() < 0.15)
    words.splice(
      random.integer(0, words.length),
      0,
      random.next() < 0.5
        ? hostileText(random)
        : random.pick(["--", "--x", "-", "--no-json", "--json=1", "web_frontend"]),
    );
  if (random.next() < 0.05) words.splice(random.integer(0, words.length - 1), 1);
  return { words: words.map(inFolder), stdin: random.pick([EXAMPLE, EXAMPLE, "", "{", "a: [", "[]"]) };
}

function inFolder(word: string): string {
  const value = word.replace(/^--[\w-]+=/, "");
  return SAFE.has(value) ? word : word.replaceAll("/", "_");
}

async function runLine({ words, stdin }: CommandLine): Promise<Outcome> {
  const written = { stdout: "", stderr: "" };
  const output = (name: keyof typeof written): Output => ({
    isTerminal: false,
    write: async (text) => void (written[name] += text),
  });
  const now = Date.UTC(2026, 10, 29, 3);
  const io: Io = {
    stdout: output("stdout"),
    stderr: output("stderr"),
    readStdin: async () => stdin,
    env: {},
    clock: { now: () => now, monotonic: () => performance.now(), schedule: immediately },
    signal: new AbortController().signal,
  };
  const code = await run(words.map(inFolder), io);
  return judged(code, words, written);
}

/** What would wait before it tries again does so at once; a time limit is longer than any answer of nobody's. */
function immediately(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs >= 1_000 ? 200 : 0);
  return () => clearTimeout(timer);
}

/** As it was before: what one command line leaves behind is not the next one's. */
function tidy(words: readonly string[]): void {
  for (const name of readdirSync(".")) if (!(name in FILES)) rmSync(name, { recursive: true, force: true });
  mkdirSync("folder");
  for (const [name, text] of Object.entries(FILES)) {
    if (words.some((word) => word.endsWith(name))) writeFileSync(name, text);
  }
}

function judged(
  code: number,
  words: readonly string[],
  { stdout, stderr }: { readonly stdout: string; readonly stderr: string },
): Outcome {
  const said = JSON.stringify({ code, stdout: stdout.slice(0, 300), stderr: stderr.slice(0, 600) });
  if (![0, 1, 2, 3, 64, 65].includes(code)) throw new Error(`ended with ${said}`);
  if (/^ {4}at /m.test(stderr + stdout) || stderr.includes("[object "))
    throw new Error(`told what is for nobody: ${said}`);
  const end = words.indexOf("--");
  const asksForJson = words.slice(0, end === -1 ? undefined : end).includes("--json");
  if (code > 0 && stderr + stdout === "") throw new Error(`said nothing: ${said}`);
  if (code < 64) return { taken: true };
  if (asksForJson) {
    const { error } = JSON.parse(stdout) as { readonly error: { readonly message: string; readonly exitCode: number } };
    return { refused: error.message, at: `exit ${String(error.exitCode)}` };
  }
  const [first = ""] = stderr.split("\n");
  const at = /^(?:nines(?: [a-z]+)?|.+?(?::\d+:\d+)?)(?=[: ])/.exec(first)?.[0] ?? (words.length === 0 ? "nines" : "");
  return { refused: first, at };
}

export const target: FuzzTarget<CommandLine> = {
  name: "cli-arguments",
  description: "command lines",
  inputs: drawn(draw),
  share: 0.25,
  async open() {
    const folder = mkdtempSync(join(tmpdir(), "nines-fuzz-cli-"));
    const before = process.cwd();
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
    mkdirSync(join(folder, "folder"));
    // Whatever is written by a relative name is written there.
    process.chdir(folder);
    return {
      close: async () => {
        process.chdir(before);
        rmSync(folder, { recursive: true, force: true });
      },
    };
  },
  async run(line) {
    const outcome = await runLine(line);
    tidy(line.words);
    return outcome;
  },
};
