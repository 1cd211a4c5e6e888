import { spawn } from "node:child_process";
import { programOf } from "../../support/program.ts";

/**
 * Runs a program of this repository, kills it so long after it has told its first line, and gives back the whole lines that
 * it told. Rejects if it ends by itself, with what it complained of.
 */
export function toldUntilKilled(program: string, args: readonly string[], afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [programOf(program), ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let told = "";
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (complaint += text));
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    if (told === "") setTimeout(() => child.kill("SIGKILL"), afterMs);
    told += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const lines = told.split("\n").slice(0, -1);
      if (signal === "SIGKILL" && lines.length > 0) resolve(lines);
      else reject(new Error(`the child ended by itself (${String(code)}): ${complaint}`));
    });
  });
}
