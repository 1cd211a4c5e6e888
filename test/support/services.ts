import { accessSync, constants, readdirSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, test } from "vitest";

/** A real program that judges what nines makes, by the name that its project gives it. */
export type ServiceName =
  | "promtool"
  | "prometheus"
  | "alertmanager"
  | "ansible-playbook"
  | "chromium"
  | "chromedriver"
  | "redis-server"
  | "postgres"
  | "initdb"
  | "wrk"
  | "faketime"
  | "etcd"
  | "kube-apiserver";

/** Distributions rename some programs, and Debian keeps those of PostgreSQL off the PATH. */
const OTHER_NAMES: Partial<Record<ServiceName, readonly string[]>> = {
  alertmanager: ["prometheus-alertmanager"],
  chromium: ["chromium-browser", "google-chrome"],
};
const POSTGRES_HOME = "/usr/lib/postgresql";

/** Absolute paths by name; a name that was not found maps to itself, for titles only. */
export type ServicePaths = Readonly<Record<string, string>>;

/** Absolute path of the program, or undefined where this machine has none. */
export function findService(name: ServiceName, path: string = process.env.PATH ?? ""): string | undefined {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  if (name === "postgres" || name === "initdb") folders.push(...postgresFolders());
  for (const candidate of [name, ...(OTHER_NAMES[name] ?? [])]) {
    for (const folder of folders) {
      if (isExecutable(join(folder, candidate))) return join(folder, candidate);
    }
  }
  return undefined;
}

/** Absolute path of the program; throws where it is missing. */
export function service(name: ServiceName): string {
  const found = findService(name);
  if (found === undefined) throw new Error(`service "${name}" was not found on PATH`);
  return found;
}

/**
 * A suite that needs real programs. Where one is missing the suite is skipped, with the program named in its title;
 * with NINES_REQUIRE_SERVICES=1 (as in CI) a missing program is a failing test instead.
 */
export function describeWithService(
  names: readonly ServiceName[],
  title: string,
  define: (paths: ServicePaths) => void,
): void {
  const found = names.map((name) => [name, findService(name)] as const);
  const missing = found.filter(([, path]) => path === undefined).map(([name]) => name);
  const paths: ServicePaths = Object.fromEntries(found.map(([name, path]) => [name, path ?? name]));

  if (missing.length === 0) {
    describe(title, () => define(paths));
  } else if (process.env.NINES_REQUIRE_SERVICES === "1") {
    describe(title, () => {
      test(`finds ${missing.join(", ")}`, () => {
        throw new Error(`NINES_REQUIRE_SERVICES=1, and not found on PATH: ${missing.join(", ")}`);
      });
    });
  } else {
    describe.skip(`${title} [not found on PATH: ${missing.join(", ")}]`, () => define(paths));
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function postgresFolders(): string[] {
  try {
    return readdirSync(POSTGRES_HOME).map((version) => join(POSTGRES_HOME, version, "bin"));
  } catch {
    return [];
  }
}
