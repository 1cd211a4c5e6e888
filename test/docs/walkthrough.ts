/** Follows a page as a newcomer does: writes its files, types its commands, and compares what is printed. */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { freePort } from "../support/ports.ts";
import { cleanEnvironment, run } from "../support/spawn.ts";
import { emptyFolder, install } from "./folder.ts";
import { patternOf, type CommandPiece, type OutputPiece, type Piece } from "./pieces.ts";

const PATIENCE_MS = 30_000;
const TYPING_MS = 500;
const LOOK_EVERY_MS = 100;
const CURL_COULD_NOT_CONNECT = 7;

interface Terminal {
  readonly child: ChildProcess;
  written: string;
}

/** One newcomer in one folder. */
export class Walkthrough {
  readonly folder: string;
  readonly #remove: () => void;
  readonly #terminals = new Map<string, Terminal>();
  readonly #ports = new Map<string, string>();
  readonly #packed: boolean;
  #last: { readonly command: string; readonly output: string } | undefined;

  constructor({ packed = true } = {}) {
    this.#packed = packed;
    [this.folder, this.#remove] = emptyFolder();
  }

  /** Gives the ports that a page names to somebody else, so that the test disturbs nobody. */
  async movePorts(...ports: readonly string[]): Promise<void> {
    for (const port of ports) this.#ports.set(port, String(await freePort()));
  }

  async follow(piece: Piece): Promise<void> {
    if (piece.kind === "file") writeFileSync(join(this.folder, piece.name), this.#here(piece.content));
    else if (piece.kind === "commands") await this.#type(piece);
    else await this.#compare(piece);
  }

  /** What the last command that ended has printed. */
  get output(): string {
    return this.#last?.output ?? "";
  }

  async close(): Promise<void> {
    for (const name of this.#terminals.keys()) await this.#stop(name);
    this.#remove();
  }

  async #type({ commands, terminal }: CommandPiece): Promise<void> {
    // Nobody types faster: an incident of a quarter of a second is too short for its cost to be measured.
    await sleep(TYPING_MS);
    for (const typed of commands) {
      const command = this.#here(typed).replace(/ &$/, "");
      if (/^mkdir (\w+) && cd \1$/.test(command)) continue; // the folder is empty as it is
      const installed = /^npm install ([\w @/-]+)$/.exec(command)?.[1];
      if (installed !== undefined) await install(this.folder, installed.split(" "), { packed: this.#packed });
      else if (terminal !== undefined) await this.#begin(terminal, command);
      else this.#last = await this.#run(command, performance.now() + PATIENCE_MS);
    }
  }

  /** Runs a command to its end; one that finds no server yet is tried again, as people do. */
  async #run(command: string, until = 0): Promise<{ readonly command: string; readonly output: string }> {
    for (;;) {
      const options = { cwd: this.folder, env: cleanEnvironment(), timeout: PATIENCE_MS };
      const { code, stdout, stderr } = await run("sh", ["-c", this.#direct(command)], options);
      if (code === 0) return { command, output: stdout };
      const isEarly = command.startsWith("curl ") && code === CURL_COULD_NOT_CONNECT && performance.now() < until;
      if (!isEarly) throw new Error(`${command}: exit code ${String(code)}\n${stdout}${stderr}`);
      await sleep(LOOK_EVERY_MS);
    }
  }

  async #begin(name: string, command: string): Promise<void> {
    await this.#stop(name);
    const child = spawn("sh", ["-c", `exec ${command}`], {
      cwd: this.folder,
      env: cleanEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    const terminal: Terminal = { child, written: "" };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (terminal.written += text));
    this.#terminals.set(name, terminal);
  }

  async #stop(name: string): Promise<void> {
    const child = this.#terminals.get(name)?.child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGINT");
    await ended;
  }

  /** Waits for what the page shows; what only asks (`curl` without `-X`) is asked again meanwhile, as people do. */
  async #compare({ line, text, terminal }: OutputPiece): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const printed = terminal === undefined ? this.#fits(text) : this.#shows(terminal, text);
      if (printed === undefined) return;
      const asks = this.#last?.command.startsWith("curl ") === true && !this.#last.command.includes(" -X ");
      if (performance.now() > until || (terminal === undefined && !asks)) {
        throw new Error(`line ${String(line)} shows\n${text}\nbut this was printed:\n${printed}`);
      }
      await sleep(LOOK_EVERY_MS);
      if (terminal === undefined && this.#last !== undefined) this.#last = await this.#run(this.#last.command);
    }
  }

  #fits(text: string): string | undefined {
    return new RegExp(`^${patternOf(text)}\\s*$`).test(this.output) ? undefined : this.output;
  }

  #shows(name: string, text: string): string | undefined {
    const terminal = this.#terminals.get(name);
    if (terminal === undefined) throw new Error(`no terminal ${name} was opened`);
    return new RegExp(patternOf(text)).test(terminal.written) ? undefined : terminal.written;
  }

  /** Of a package that is only linked `npx` would tell no more, and takes a second longer. */
  #direct(command: string): string {
    return `exec ${this.#packed ? command : command.replace(/^npx /, "node node_modules/.bin/")}`;
  }

  #here(text: string): string {
    let moved = text;
    for (const [port, here] of this.#ports) moved = moved.replaceAll(new RegExp(`\\b${port}\\b`, "g"), here);
    return moved;
  }
}
