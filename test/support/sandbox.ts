import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { ROOT } from "./spawn.ts";

/** A temporary project that holds this repository's scripts, to run them among made-up tools. */
export class Sandbox {
  readonly root: string = mkdtempSync(join(tmpdir(), "nines-sandbox-"));

  /** Copies paths of this repository; all is removed when the test ends. */
  constructor(...paths: string[]) {
    onTestFinished(() => rmSync(this.root, { recursive: true, force: true }));
    for (const path of paths) cpSync(join(ROOT, path), join(this.root, path), { recursive: true });
  }

  write(path: string, text: string): string {
    const target = join(this.root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
    return target;
  }

  writeProgram(path: string, text: string): void {
    chmodSync(this.write(path, text), 0o755);
  }
}
