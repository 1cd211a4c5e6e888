import { fork } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { cleanEnvironment, ROOT } from "../support/spawn.ts";
import type { Fence } from "./fences.ts";

/** Where the fences become files: inside the repository, so that `nines` means this package. */
const FOLDER = join(ROOT, ".cache", "fences");

/** What is wrong with each fence that is wrong, by its `file:line`. */
export type Problems = ReadonlyMap<string, string>;

/** How a fence is named in titles and messages. */
export function nameOf({ file, line }: Fence): string {
  return `${file}:${line}`;
}

/** Compiles the fences as modules of their own, under the house's compiler options and by the package's public name. */
export function compileFences(fences: readonly Fence[], folder: string = FOLDER): Problems {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const byPath = new Map(fences.map((fence) => [pathOf(fence, folder, ".ts"), fence]));
  for (const [path, { code, line }] of byPath) {
    // Blank lines in front make the compiler's line numbers those of the page.
    writeFileSync(path, "\n".repeat(line) + code + "\n");
  }
  const program = ts.createProgram([...byPath.keys()], compilerOptions());
  const problems = new Map<string, string>();
  for (const diagnostic of ts.getPreEmitDiagnostics(program)) {
    const fence = diagnostic.file === undefined ? undefined : byPath.get(diagnostic.file.fileName);
    const place = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0);
    const where = fence === undefined ? (diagnostic.file?.fileName ?? "compiler") : fence.file;
    const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
    const key = fence === undefined ? where : nameOf(fence);
    problems.set(key, `${problems.get(key) ?? ""}${where}:${(place?.line ?? 0) + 1}: ${text}\n`);
  }
  return problems;
}

/** Runs the fences that are not marked `no-run`, one after another; a hang or an exit is a problem of its fence alone. */
export async function runFences(
  fences: readonly Fence[],
  { folder = FOLDER, stallMs = 10_000 }: { folder?: string; stallMs?: number } = {},
): Promise<Problems> {
  mkdirSync(folder, { recursive: true });
  const byPath = new Map<string, Fence>();
  for (const fence of fences.filter(({ flags }) => !flags.includes("no-run"))) {
    const path = pathOf(fence, folder, ".mjs");
    const { outputText } = ts.transpileModule("\n".repeat(fence.line) + fence.code, {
      // The extension makes it an ES module, and the map gives a stack the lines of the page.
      fileName: path.replace(/mjs$/, "mts"),
      compilerOptions: { ...compilerOptions(), noEmit: false, inlineSourceMap: true },
    });
    writeFileSync(path, outputText);
    byPath.set(path, fence);
  }
  const problems = new Map<string, string>();
  const waiting = [...byPath.keys()];
  while (waiting.length > 0) {
    const { ended, broken } = await runUntilBroken(waiting, stallMs);
    for (const [path, error] of ended) {
      if (error !== "") problems.set(nameOf(byPath.get(path)!), error);
    }
    waiting.splice(0, ended.length);
    const culprit = broken === "" ? undefined : waiting.shift();
    if (culprit !== undefined) problems.set(nameOf(byPath.get(culprit)!), broken);
  }
  return problems;
}

interface Round {
  /** Path and error ("" for none) of each fence that came to its end, in order. */
  readonly ended: ReadonlyArray<readonly [path: string, error: string]>;
  /** Why the next fence did not come to its end; "" when all did. */
  readonly broken: string;
}

/** One child process for many fences, until one of them takes the process down or holds it. */
async function runUntilBroken(paths: readonly string[], stallMs: number): Promise<Round> {
  const ended: Array<readonly [string, string]> = [];
  // What an example writes to disk belongs in no repository.
  const scratch = mkdtempSync(join(tmpdir(), "nines-fences-"));
  try {
    return await new Promise<Round>((resolve, reject) => {
      const child = fork(join(ROOT, "test", "house", "run-fences.mjs"), paths, {
        cwd: scratch,
        stdio: ["ignore", "ignore", "ignore", "ipc"],
        env: cleanEnvironment(),
        execArgv: ["--enable-source-maps"],
      });
      let broken = "";
      let watchdog = setTimeout(stall, stallMs);
      function stall(): void {
        broken = `did not end within ${stallMs} ms`;
        child.kill("SIGKILL");
      }
      child.on("message", ({ file, state, error }: { file: string; state: string; error?: string }) => {
        clearTimeout(watchdog);
        watchdog = setTimeout(stall, stallMs);
        if (state === "ended") ended.push([file, error ?? ""]);
      });
      child.on("error", reject);
      child.on("exit", (code) => {
        clearTimeout(watchdog);
        if (ended.length < paths.length && broken === "") broken = `ended its process with exit code ${code}`;
        resolve({ ended, broken });
      });
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function pathOf({ file, line }: Fence, folder: string, extension: string): string {
  return join(folder, `${file.replaceAll(/[^A-Za-z0-9]+/g, "-")}-${line}${extension}`);
}

function compilerOptions(): ts.CompilerOptions {
  const configFile = join(ROOT, "tsconfig.json");
  const { config } = ts.readConfigFile(configFile, (path) => ts.sys.readFile(path)) as {
    config: { include?: unknown };
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
  // A page shows a value by naming it, so what is unused there is no mistake.
  const forPages = { noUnusedLocals: false, noUnusedParameters: false, moduleDetection: ts.ModuleDetectionKind.Force };
  return { ...options, ...forPages, noEmit: true };
}
