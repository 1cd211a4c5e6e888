/** One child from its start to its end, watched: a child that makes no progress is killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cleanEnvironment, ROOT } from "../../support/spawn.ts";
import type { Job, Message } from "./job.ts";
import { type Progress, readProgress } from "./progress.ts";

/** The bounds within which a child has to stay. */
export interface ChildBounds {
  /** Without a new input for so long, it hangs. */
  readonly hangMs: number;
  /** The old space of V8; a child that wants more is ended by it. */
  readonly memoryMb: number;
}

/** How a child ended, and how far it had come. */
export interface ChildEnd {
  /** Undefined where all is well. */
  readonly death: string | undefined;
  readonly code: number | null;
  readonly progress: Progress & { readonly path: readonly number[] };
}

/** Before its first input a child reads its modules, on a machine that may have other things to do. */
const START_MS = 120_000;

/** Runs a child to its end; `onMessage` hears what it tells meanwhile. */
export async function runChild(
  script: string,
  job: Omit<Job, "progressFile">,
  { hangMs, memoryMb }: ChildBounds,
  onMessage: (message: Message) => void,
): Promise<ChildEnd> {
  const folder = mkdtempSync(join(tmpdir(), "nines-fuzz-"));
  const progressFile = join(folder, "progress");
  writeFileSync(progressFile, "");
  const flags = [`--max-old-space-size=${String(memoryMb)}`, "--expose-gc", "--enable-source-maps"];
  const child = spawn(process.execPath, [...flags, script, JSON.stringify({ ...job, progressFile })], {
    cwd: ROOT,
    env: cleanEnvironment({ TZ: "UTC" }),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let written = "";
  child.stderr?.setEncoding("utf8").on("data", (piece: string) => (written = (written + piece).slice(-4_000)));
  child.on("message", (message) => onMessage(message as Message));
  const watchdog = watch(child, progressFile, hangMs);
  try {
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (...ending) => resolve(ending));
    });
    const death = code === 0 ? undefined : describeDeath(watchdog.hung(), code, signal, written);
    return { death, code, progress: readProgress(progressFile) };
  } finally {
    watchdog.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function watch(child: ChildProcess, file: string, hangMs: number): { stop(): void; hung(): number | undefined } {
  let [turns, since, hungMs] = [0, performance.now(), undefined as number | undefined];
  const timer = setInterval(
    () => {
      const now = readProgress(file).turns;
      if (now !== turns) [turns, since] = [now, performance.now()];
      const patience = turns === 0 ? Math.max(hangMs, START_MS) : hangMs;
      if (performance.now() - since < patience) return;
      hungMs = patience;
      child.kill("SIGKILL");
    },
    Math.min(500, hangMs / 4),
  );
  return { stop: () => clearInterval(timer), hung: () => hungMs };
}

function describeDeath(hungMs: number | undefined, code: number | null, signal: string | null, told: string): string {
  if (hungMs !== undefined) return `hangs: nothing came of it within ${String(hungMs)} ms`;
  const lines = told.split("\n").filter((line) => line.trim() !== "" && !/^<---|Native stack trace/.test(line));
  const why = (lines.find((line) => /FATAL|Error/.test(line)) ?? lines[0] ?? "").replaceAll(`${ROOT}/`, "");
  // Node's own code for a program that waits for what cannot come any more.
  if (code === 13) return "never settles: the process has nothing left to do";
  if (code === 70) return lines.join("\n").replaceAll(`${ROOT}/`, "");
  return `ended the process (${signal ?? `exit code ${String(code)}`}): ${why}`;
}
