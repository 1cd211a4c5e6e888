import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { transformSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";

import { emptyFolder, install } from "../docs/folder.ts";
import { fencesOf, type Fence } from "../house/fences.ts";
import { filesUnder } from "../support/files.ts";
import { requireBuild } from "../support/package.ts";
import { freePort } from "../support/ports.ts";
import { cleanEnvironment, ROOT, runNode } from "../support/spawn.ts";

const FOLDER = join(ROOT, ".cache", "recipes");
const recipes = fencesOf(filesUnder("docs/recipes", ".md"));
const pages = [...new Set(recipes.map(({ file }) => file))];
const fileOf = ({ flags }: Pick<Fence, "flags">): string | undefined =>
  flags.find((flag) => flag.startsWith("file="))?.slice("file=".length);
const services = pages.filter((page) => recipes.some((fence) => fence.file === page && fileOf(fence) === "main.ts"));

beforeAll(requireBuild);
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** Does in an empty folder what a page says: installs, sets what is set, writes the files, and has `main.js` made of `main.ts`. */
async function follow(folder: string, fences: readonly Fence[]): Promise<void> {
  const commands = fences.filter(({ language }) => language === "sh").flatMap(({ code }) => code.split("\n"));
  const names = commands.flatMap(
    (command) => /^npm install (?:--save-dev )?(.+)$/.exec(command)?.[1]?.split(" ") ?? [],
  );
  await install(folder, names, { packed: false });
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, unknown>;
  for (const command of commands) {
    const [, key, value] = /^npm pkg set (\w+)=(\S+)$/.exec(command) ?? [];
    if (key !== undefined) manifest[key] = value;
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  for (const fence of fences) {
    const name = fileOf(fence);
    if (name !== undefined) writeFileSync(join(folder, name), `${fence.code}\n`);
  }
  expect(commands.some((command) => command.endsWith(" node --import tsx main.ts"))).toBe(true);
  expect(names).toContain("tsx");
  // Without its types a program starts in half the time that `tsx` takes, and the docs' own test compiles it.
  const tsconfig = join(folder, "tsconfig.json");
  const { code } = transformSync(readFileSync(join(folder, "main.ts"), "utf8"), {
    loader: "ts",
    target: "es2022",
    format: manifest.type === "module" ? "esm" : "cjs", // as `tsx` has it
    tsconfigRaw: existsSync(tsconfig) ? readFileSync(tsconfig, "utf8") : "{}",
  });
  writeFileSync(join(folder, "main.js"), code);
}

/** The ports that stand in the pages, and those that are free here. */
type Ports = Readonly<Record<string, number>>;

const addressOf = (port = 0): string => `http://127.0.0.1:${String(port)}`;

/** `curl -s[w '\n'] [-o /dev/null] [-X METHOD] localhost:PORT/PATH [| grep WHAT]` of a page: what it prints. */
async function ask(command: string, ports: Ports): Promise<string> {
  const match =
    /^curl -s(w '\\n')?( -o \/dev\/null)?(?: -X (\w+))? localhost:(\d+)(\S*)(?: \| grep '?([^']+?)'?)?$/.exec(command);
  if (match === null) throw new Error(`this is no command of a recipe: ${command}`);
  const [, end, silent, method = "GET", port = "", path = "", wanted] = match;
  const text = await (await fetch(addressOf(ports[port]) + path, { method })).text();
  if (silent !== undefined) return "";
  if (wanted === undefined) return end === undefined ? text : `${text}\n`;
  const lines = text.split("\n").filter((line) => new RegExp(wanted).test(line));
  return lines.map((line) => `${line}\n`).join("");
}

async function answers(child: ChildProcess, url: string): Promise<void> {
  const patience = AbortSignal.timeout(60_000);
  for (;;) {
    patience.throwIfAborted();
    if (child.exitCode !== null) throw new Error(`it ended with ${String(child.exitCode)} before it answered`);
    const isThere = await fetch(url).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await pause(50);
  }
}

describe("the commands of guides and recipes", () => {
  const guides = [...fencesOf(filesUnder("docs/migration", ".md")), ...recipes];
  const withCommands = [...new Set(guides.filter(({ flags }) => flags.includes("run")).map(({ file }) => file))];

  test("are there", () => {
    expect(withCommands.length).toBeGreaterThan(1);
  });

  test.each(withCommands)("%s shows what the command prints", { timeout: 60_000 }, async (page) => {
    const folder = join(FOLDER, page.replaceAll(/[^a-z]+/g, "-"));
    mkdirSync(folder, { recursive: true });
    let printed = "";
    for (const { file, language, flags, code, line } of guides.filter((fence) => fence.file === page)) {
      const name = fileOf({ flags });
      if (name !== undefined) writeFileSync(join(folder, name), `${code}\n`);
      if (language === "sh" && flags.includes("run")) {
        for (const command of code.split("\n")) {
          const [npx, nines, ...args] = command.split(" ");
          expect([npx, nines]).toEqual(["npx", "nines"]);
          const main = join(ROOT, "dist", "cli", "main.js");
          const { stdout, stderr } = await runNode([main, ...args], { cwd: folder, env: cleanEnvironment() });
          printed += stdout + stderr;
        }
      } else if (language === "text" && flags.includes("answer")) {
        expect(printed, `${file}:${String(line)}`).toBe(`${code}\n`);
        printed = "compared";
      }
    }
    expect(printed, "no answer was compared").toBe("compared");
  });
});

describe("the recipes", () => {
  test("are there, and most of them are whole services", () => {
    expect(services.length).toBeGreaterThan(5);
  });

  test.each(services)("%s prints what it says", { timeout: 90_000 }, async (page) => {
    const [folder, remove] = emptyFolder();
    onTestFinished(remove);
    const own = recipes.filter(({ file }) => file === page);
    await follow(folder, own);
    const ports = { 3000: await freePort(), 9100: await freePort() };
    const child = spawn(process.execPath, ["main.js"], {
      cwd: folder,
      env: cleanEnvironment({ PORT: String(ports[3000]), METRICS_PORT: String(ports[9100]) }),
      stdio: ["ignore", "ignore", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let stderr = "";
    child.stderr.on("data", (piece: Buffer) => (stderr += String(piece)));
    await answers(child, `${addressOf(ports[3000])}/healthz`);
    if (own.some(({ code }) => code.includes("localhost:9100"))) await answers(child, addressOf(ports[9100]));
    let printed = "";
    for (const { language, flags, code, line } of own) {
      if (language === "sh" && flags.includes("ask")) {
        printed = "";
        // A server sees the end of a response a moment after its client.
        for (const command of code.split("\n")) printed += await pause(20).then(() => ask(command, ports));
      } else if (language === "text" && flags.includes("answer")) {
        expect(printed, `${page}:${String(line)}`).toBe(`${code}\n`);
        printed = "compared";
      }
    }
    expect(printed, "no answer was compared").toBe("compared");
    const exit = once(child, "exit");
    child.kill("SIGTERM");
    // Nest ends its process by the signal that it was sent.
    expect([0, "SIGTERM"], stderr).toContain((await exit).find((how) => how !== null));
  });

  test("quote files of the examples word for word", () => {
    const quoted = recipes.filter(({ language }) => language === "mts");
    expect(quoted.length).toBeGreaterThan(0);
    for (const fence of quoted) {
      const name = fileOf(fence) ?? "";
      expect(`${fence.code}\n`, `${fence.file}:${String(fence.line)}`).toBe(readFileSync(join(ROOT, name), "utf8"));
    }
  });
});
