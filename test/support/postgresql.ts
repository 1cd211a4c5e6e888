import { execFileSync, spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import pg from "pg";

import { run } from "./spawn.ts";

/** A PostgreSQL of one's own. */
export interface Postgresql {
  /** What a `pg` Pool takes. */
  readonly connection: { readonly host: string; readonly user: string; readonly database: string };
  /** Ends it, and removes all that it had. */
  readonly stop: () => Promise<void>;
}

/**
 * Starts a PostgreSQL that listens on a socket in a temporary folder and nowhere else. Settings are those of its
 * configuration file, such as `fsync: "off"`.
 */
export async function startPostgresql(
  programs: { readonly initdb: string; readonly postgres: string },
  settings: Readonly<Record<string, string>> = {},
): Promise<Postgresql> {
  const folder = mkdtempSync(join(tmpdir(), "nines-pg-"));
  const data = join(folder, "data");
  const options = unprivileged(folder);
  try {
    const args = ["--pgdata", data, "--username=nines", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
    const { code, stderr } = await run(programs.initdb, args, options);
    if (code !== 0) throw new Error(`initdb failed: ${stderr}`);
    const wanted = { listen_addresses: "", unix_socket_directories: folder, max_connections: "200", ...settings };
    const flags = Object.entries(wanted).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const server = spawn(programs.postgres, ["-D", data, ...flags], { ...options, stdio: "ignore" });
    const connection = { host: folder, user: "nines", database: "postgres" };
    const stop = async (): Promise<void> => {
      await stopped(server);
      rmSync(folder, { recursive: true, force: true });
    };
    await answering(connection, server);
    return { connection, stop };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** PostgreSQL refuses to run as root, so root starts it as nobody. */
function unprivileged(folder: string): SpawnOptions {
  if (process.getuid?.() !== 0) return { cwd: folder };
  const idOf = (flag: string): number => Number(execFileSync("id", [flag, "nobody"], { encoding: "utf8" }));
  const [uid, gid] = [idOf("-u"), idOf("-g")];
  chownSync(folder, uid, gid);
  chmodSync(folder, 0o755);
  return { cwd: folder, uid, gid };
}

async function answering(connection: Postgresql["connection"], server: ChildProcess): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`postgres ended with ${String(server.exitCode)}`);
    const client = new pg.Client(connection);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (attempt === 300) {
        await stopped(server);
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function stopped(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, "exit");
  // At once, without waiting for those who are connected.
  server.kill("SIGQUIT");
  await ended;
}
