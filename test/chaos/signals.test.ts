import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { type EndingSignal, undoOnSignals } from "../../src/chaos/signals.ts";
import { cleanEnvironment, ROOT } from "../support/spawn.ts";

import { settled } from "./support.ts";

/** A process that is told what a test says. */
class Told {
  readonly pid = 7;
  readonly killed: [number, string][] = [];
  readonly listeners = new Map<string, Set<() => void>>();

  on(signal: EndingSignal, listener: () => void): void {
    this.listeners.set(signal, (this.listeners.get(signal) ?? new Set()).add(listener));
  }
  /** As Node does: gone before it is called. */
  once(signal: EndingSignal, listener: () => void): void {
    const told = (): void => {
      this.off(signal, told);
      listener();
    };
    this.on(signal, told);
  }
  prependListener(signal: EndingSignal, listener: () => void): void {
    this.listeners.set(signal, new Set([listener, ...(this.listeners.get(signal) ?? [])]));
  }
  off(signal: EndingSignal, listener: () => void): void {
    this.listeners.get(signal)?.delete(listener);
  }
  kill(pid: number, signal: EndingSignal): void {
    this.killed.push([pid, signal]);
  }
  listenerCount(signal: EndingSignal): number {
    return this.listeners.get(signal)?.size ?? 0;
  }
  tell(signal: EndingSignal): void {
    for (const listener of [...(this.listeners.get(signal) ?? [])]) listener();
  }
  get listening(): number {
    return [...this.listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }
}

function stopping() {
  let done = (): void => undefined;
  let fail = (): void => undefined;
  let stops = 0;
  const stop = (): Promise<void> => {
    stops += 1;
    return new Promise<void>((resolve, reject) => {
      done = resolve;
      fail = () => reject(new Error("no"));
    });
  };
  return { runner: { stop }, done: () => done(), fail: () => fail(), stops: () => stops };
}

describe("a process that is told to end", () => {
  it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("by %s undoes first, and ends by it then", async (signal) => {
    const process = new Told();
    const { runner, done, stops } = stopping();
    undoOnSignals(runner, process);
    process.tell(signal);
    await settled();
    expect([stops(), process.killed]).toEqual([1, []]);
    done();
    await settled();
    expect(process.killed).toEqual([[7, signal]]);
    expect(process.listening).toBe(0);
  });

  it("does not wait when it is told a second time, and ends once", async () => {
    const process = new Told();
    const { runner, done, stops } = stopping();
    undoOnSignals(runner, process);
    process.tell("SIGTERM");
    process.tell("SIGINT");
    expect(process.killed).toEqual([[7, "SIGINT"]]);
    done();
    await settled();
    expect([stops(), process.killed, process.listening]).toEqual([1, [[7, "SIGINT"]], 0]);
  });

  it("ends even if the runner cannot be stopped", async () => {
    const process = new Told();
    const { runner, fail } = stopping();
    undoOnSignals(runner, process);
    process.tell("SIGTERM");
    fail();
    await settled();
    expect(process.killed).toEqual([[7, "SIGTERM"]]);
  });

  it("ends even if the runner throws before there is anything to wait for", async () => {
    const process = new Told();
    const stop = (): never => {
      throw new Error("no");
    };
    undoOnSignals({ stop }, process);
    process.tell("SIGTERM");
    await settled();
    expect(process.killed).toEqual([[7, "SIGTERM"]]);
  });

  it("leaves its end to who else listens", async () => {
    const process = new Told();
    const { runner, done } = stopping();
    process.on("SIGTERM", () => undefined);
    undoOnSignals(runner, process);
    process.tell("SIGTERM");
    done();
    await settled();
    expect([process.killed, process.listening]).toEqual([[], 1]);
  });

  it.each(["before", "after"] as const)("leaves its end to who listens once, mounted %s it", async (when) => {
    const process = new Told();
    const { runner, done } = stopping();
    let told = 0;
    if (when === "before") process.once("SIGTERM", () => (told += 1));
    undoOnSignals(runner, process);
    if (when === "after") process.once("SIGTERM", () => (told += 1));
    process.tell("SIGTERM");
    done();
    await settled();
    expect([told, process.killed, process.listening]).toEqual([1, [], 0]);
  });

  it("ends by a second signal that nobody else listens to any more", async () => {
    const process = new Told();
    const { runner, done } = stopping();
    undoOnSignals(runner, process);
    process.once("SIGTERM", () => undefined);
    process.tell("SIGTERM");
    process.tell("SIGTERM");
    expect(process.killed).toEqual([[7, "SIGTERM"]]);
    done();
    await settled();
    expect(process.killed).toHaveLength(1);
  });

  it("ends when the last of two runners has stopped", async () => {
    const process = new Told();
    const [one, other] = [stopping(), stopping()];
    undoOnSignals(one.runner, process);
    undoOnSignals(other.runner, process);
    process.tell("SIGTERM");
    one.done();
    await settled();
    expect(process.killed).toEqual([]);
    other.done();
    await settled();
    expect([process.killed, process.listening]).toEqual([[[7, "SIGTERM"]], 0]);
  });

  it("is let alone when nobody wants to listen any more, and by signals that were not named", async () => {
    const process = new Told();
    const { runner, stops } = stopping();
    const off = undoOnSignals(runner, process, { signals: ["SIGTERM"] });
    expect(process.listening).toBe(1);
    process.tell("SIGINT");
    off();
    process.tell("SIGTERM");
    await settled();
    expect([stops(), process.listening]).toEqual([0, 0]);
  });

  it("is refused what cannot be answered", () => {
    const process = new Told();
    const { runner } = stopping();
    expect(() => undoOnSignals(runner, process, { signals: ["SIGKILL" as never] })).toThrow(/"SIGKILL" is not one of/);
    expect(() => undoOnSignals({} as never, process)).toThrow(/no method stop/);
    expect(() => undoOnSignals(runner, process, { signal: [] } as never)).toThrow(/did you mean "signals"/);
    expect(process.listening).toBe(0);
  });
});

describe("a real process", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "nines-signals-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** A process that strikes by writing a file, and takes `undoMs` to take it away. */
  function striking(undoMs: number, before: string = "") {
    const at = (path: string): string => JSON.stringify(pathToFileURL(join(ROOT, "src", path)).href);
    const text = `
      import { existsSync, rmSync, writeFileSync } from "node:fs";
      import { setTimeout as sleep } from "node:timers/promises";
      import { FileStateStore } from ${at("adapters/file/index.ts")};
      import { ChaosExperiment } from ${at("chaos/experiment.ts")};
      import { probe } from ${at("chaos/probes.ts")};
      import { ChaosRunner } from ${at("chaos/runner.ts")};
      import { undoOnSignals } from ${at("chaos/signals.ts")};
      const [folder] = process.argv.slice(1);
      class Files extends ChaosExperiment {
        kind = "files";
        targets() {
          return ["a", "b"].map((id) => ({ id, group: "all", healthy: true, labels: {}, details: {} }));
        }
        inject({ target }) {
          writeFileSync(folder + "/fault", target);
          return { result: "done", message: "it is there" };
        }
        async undo() {
          await sleep(${String(undoMs)});
          rmSync(folder + "/fault", { force: true });
        }
      }
      const runner = await ChaosRunner.open({ store: new FileStateStore(folder), guard: "none", armed: true });
      ${before}
      undoOnSignals(runner, process);
      runner.on("moment", ({ code }) => console.log(code));
      await runner.run(new Files({ name: "files", duration: "1h", steadyState: [probe("fine", () => true)] }));
    `;
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", text, folder], {
      env: cleanEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let told = "";
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (complaint += chunk));
    const heard = (code: string): Promise<void> =>
      new Promise((resolve, reject) => {
        child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
          told += chunk;
          if (told.includes(`${code}\n`)) resolve();
        });
        child.once("close", () => reject(new Error(`it ended before ${code}: ${complaint}`)));
      });
    return { child, heard, told: () => told, complaint: () => complaint };
  }

  const fault = (): string | undefined => {
    try {
      return readFileSync(join(folder, "fault"), "utf8");
    } catch {
      return undefined;
    }
  };

  it.each(["SIGTERM", "SIGINT"] as const)("undoes at %s, and is ended by it", async (signal) => {
    const { child, heard, told, complaint } = striking(100);
    await heard("injection_done");
    expect(fault()).toMatch(/^[ab]$/);
    child.kill(signal);
    expect(await once(child, "close")).toEqual([null, signal]);
    expect([fault(), complaint()]).toEqual([undefined, ""]);
    expect(told().split("\n")).toEqual(["strikes", "injection_done", "stopped", "undone", "steady_again", ""]);
  });

  it("is the service's own to end, where that listens once", async () => {
    const shutdown = `process.once("SIGTERM", async () => {
      await runner.stop();
      await sleep(200);
      console.log("saved");
      process.exit(0);
    });`;
    const { child, heard, told, complaint } = striking(50, shutdown);
    await heard("injection_done");
    child.kill("SIGTERM");
    expect(await once(child, "close")).toEqual([0, null]);
    expect([fault(), complaint()]).toEqual([undefined, ""]);
    expect(told()).toMatch(/saved\n$/);
  });

  it("does not wait for a second signal, and leaves what is not undone to its journal", async () => {
    const { child, heard } = striking(3_600_000);
    await heard("injection_done");
    const stopped = heard("stopped");
    child.kill("SIGTERM");
    // Of two kinds that wait SIGINT would be the first.
    await stopped;
    // Sent again and again: two of a kind that wait are one.
    const again = setInterval(() => child.kill("SIGINT"), 50);
    const [code, signal] = (await once(child, "close")) as [number | null, string];
    clearInterval(again);
    expect([code, signal]).toEqual([null, "SIGINT"]);
    expect(fault()).toMatch(/^[ab]$/);
  });
});
