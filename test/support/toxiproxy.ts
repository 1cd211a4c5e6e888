/** A real Toxiproxy, where this machine has one or can make one. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { freePort } from "./ports.ts";
import { ROOT, run } from "./spawn.ts";
import type { RunningToxiproxy } from "./toxiproxy-stand-in.ts";

const VERSION = "v2.5.0";
const CACHE = join(ROOT, "node_modules", ".cache", "nines");
const CACHED = join(CACHE, `toxiproxy-server-${VERSION}`);
const INSTALLING_MS = 300_000;

/** Where it is, or why there is none. */
export type ToxiproxyProgram =
  { readonly path: string } | { readonly path: undefined; readonly why: string; readonly couldBe: boolean };

/**
 * The program that `TOXIPROXY_SERVER` names (there is none if that is `none`), one on the PATH, or one that is made by `go install` and kept for the next time; five
 * minutes at most, unless it is not to be made. `couldBe`: Go is there, so that there ought to be one.
 */
export async function toxiproxyProgram({ makes = true }: { readonly makes?: boolean } = {}): Promise<ToxiproxyProgram> {
  const named = process.env.TOXIPROXY_SERVER;
  if (named === "none") return { path: undefined, why: "TOXIPROXY_SERVER is none", couldBe: false };
  if (named !== undefined && named !== "") return { path: named };
  const path = onPath("toxiproxy-server") ?? (existsSync(CACHED) ? CACHED : undefined);
  if (path !== undefined) return { path };
  const go = onPath("go");
  if (go === undefined)
    return { path: undefined, why: "neither toxiproxy-server nor go was found on PATH", couldBe: false };
  if (!makes) return { path: undefined, why: "it has not been made yet", couldBe: true };
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(CACHE, "making-"));
  try {
    const env = { ...process.env, GOBIN: folder, CGO_ENABLED: "0" };
    const source = `github.com/Shopify/toxiproxy/v2/cmd/server@${VERSION}`;
    const { code, stderr } = await run(go, ["install", source], { env, timeout: INSTALLING_MS });
    if (code !== 0) return { path: undefined, why: `go install failed: ${stderr.slice(-300)}`, couldBe: true };
    // Renamed at the end: whoever finds it finds all of it.
    renameSync(join(folder, "server"), CACHED);
    return { path: CACHED };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function onPath(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Starts it on a free port. */
export async function startToxiproxy(program: string): Promise<RunningToxiproxy> {
  const port = await freePort();
  const url = `http://127.0.0.1:${String(port)}`;
  const env = { ...process.env, LOG_LEVEL: "panic" };
  const child = spawn(program, ["-host", "127.0.0.1", "-port", String(port)], { stdio: "ignore", env });
  const ended = once(child, "exit");
  for (let attempt = 0; ; attempt += 1) {
    const isUp = await fetch(`${url}/version`).then(
      (reply) => reply.ok,
      () => false,
    );
    if (isUp) break;
    if (attempt === 200 || child.exitCode !== null) {
      child.kill("SIGKILL");
      throw new Error(`${program} does not answer`);
    }
    await pause(50);
  }
  return {
    url,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
