import { posix } from "node:path";
import { isBuiltin } from "node:module";

/** A source file by its path in the repository, and the specifiers that it imports, types included. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly string[];
}

/** The rooms of the loop: each may import only rooms to its left. */
export const LOOP = [
  "slo",
  "signals",
  "budget",
  "status",
  "policy",
  "rules",
  "incident",
  "runbook",
  "response",
  "postmortem",
] as const;

/** Rooms beside the loop: they may import rooms of the loop, and neither the loop nor each other imports them. */
export const SIDE_ROOMS = [
  "availability",
  "gate",
  "forecast",
  "backtest",
  "canary",
  "capacity",
  "chaos",
  "dashboard",
  "maturity",
  "logging",
] as const;

/** The rooms that touch the world; each may use everything below, and none of them another. */
export const OUTER_ROOMS = ["http", "adapters", "testing"] as const;

/** What each room may import besides itself; "*" is everything but index.ts. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  ports: ["core"],
  ...Object.fromEntries(LOOP.map((room, place) => [room, ["core", "ports", ...LOOP.slice(0, place)]])),
  ...Object.fromEntries(SIDE_ROOMS.map((room) => [room, ["core", "ports", ...LOOP]])),
  ...Object.fromEntries(OUTER_ROOMS.map((room) => [room, ["core", "ports", ...LOOP, ...SIDE_ROOMS]])),
  "reliability.ts": ["*"],
  cli: ["*"],
  "index.ts": ["*"],
};

/** Each room names in its index.ts what it shows to users: an entry of the package, and a part of src/index.ts. */
export const FACES: readonly string[] = ["core", "ports", ...LOOP, ...SIDE_ROOMS].map((room) => `src/${room}/index.ts`);

/** Rooms that may import from `node:`. */
export const NODE_ROOMS: readonly string[] = [...OUTER_ROOMS, "cli"];

/** Where each dependency lives; `files: 1` keeps it behind one file. A package that is not listed has no home at all. */
export const HOMES: ReadonlyArray<{
  readonly packages: readonly string[];
  readonly folder: string;
  readonly files: number;
}> = [
  { packages: ["prom-client"], folder: "src/signals/", files: Infinity },
  { packages: ["eventemitter3"], folder: "src/core/", files: 1 },
  { packages: ["mustache"], folder: "src/core/", files: 1 },
  { packages: ["js-yaml"], folder: "src/core/", files: 1 },
  { packages: ["zod"], folder: "src/core/", files: 1 },
  { packages: ["date-fns"], folder: "src/core/", files: 1 },
  { packages: ["@date-fns/tz"], folder: "src/core/", files: 1 },
  { packages: ["simple-statistics"], folder: "src/", files: 1 },
  { packages: ["@prometheus-io/lezer-promql", "@lezer/lr", "@lezer/common"], folder: "src/rules/", files: 1 },
  { packages: ["uplot"], folder: "src/dashboard/", files: 1 },
];

/** Packages whose root loads far more than anyone needs. */
export const SUBPATH_ONLY: readonly string[] = ["date-fns"];

/** Every breach of the tables above, as sentences that name the file. */
export function importBreaches(files: readonly SourceFile[]): string[] {
  const known = new Set(files.map(({ path }) => path));
  const users = new Map<string, Set<string>>();
  const breaches: string[] = [];

  for (const { path, imports } of files) {
    const room = roomOf(path);
    if (MAY_IMPORT[room] === undefined) breaches.push(`${path} is in no known room`);
    for (const specifier of imports) {
      if (specifier.startsWith(".")) {
        breaches.push(...fileBreaches(path, room, specifier, known));
      } else if (isBuiltin(specifier)) {
        if (!specifier.startsWith("node:")) breaches.push(`${path} imports ${specifier} without "node:"`);
        if (!NODE_ROOMS.includes(room)) breaches.push(`${path} imports ${specifier}, and ${room} may not touch Node`);
      } else {
        const name = packageOf(specifier);
        users.set(name, (users.get(name) ?? new Set()).add(path));
        if (SUBPATH_ONLY.includes(specifier)) breaches.push(`${path} imports the root of ${specifier}, not a subpath`);
      }
    }
  }
  return [...breaches, ...homeBreaches(users), ...cycles(files)];
}

function fileBreaches(path: string, room: string, specifier: string, known: ReadonlySet<string>): string[] {
  const target = posix.join(posix.dirname(path), specifier);
  if (!known.has(target)) return [`${path} imports ${specifier}, which is no file of src`];
  const targetRoom = roomOf(target);
  const allowed = MAY_IMPORT[room] ?? ["*"];
  if (targetRoom === "index.ts") return [`${path} imports index.ts, which is for users only`];
  if (FACES.includes(target) && path !== "src/index.ts") return [`${path} imports ${target}, which is for users only`];
  if (FACES.includes(path) && targetRoom !== room) return [`${path} shows ${target}, which is of another room`];
  if (targetRoom === room || allowed.includes("*") || allowed.includes(targetRoom)) return [];
  return [`${path} imports ${target}, and ${room} may not import ${targetRoom}`];
}

function homeBreaches(users: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const breaches: string[] = [];
  for (const [name, paths] of users) {
    const home = HOMES.find(({ packages }) => packages.includes(name));
    if (home === undefined) {
      breaches.push(`${[...paths].join(", ")} imports ${name}, which has no home`);
      continue;
    }
    for (const path of paths) {
      if (!path.startsWith(home.folder)) breaches.push(`${path} imports ${name}, whose home is ${home.folder}`);
    }
  }
  for (const { packages, folder, files } of HOMES) {
    const paths = new Set(packages.flatMap((name) => [...(users.get(name) ?? [])]));
    if (paths.size > files) {
      breaches.push(`${packages.join(", ")} must be behind ${files} file of ${folder}: ${[...paths].join(", ")}`);
    }
  }
  return breaches;
}

/** Each cycle once, found by a depth-first walk. */
function cycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(
    files.map(({ path, imports }) => [
      path,
      imports.filter((name) => name.startsWith(".")).map((name) => posix.join(posix.dirname(path), name)),
    ]),
  );
  const done = new Set<string>();
  const trail: string[] = [];
  const found: string[] = [];

  function walk(path: string): void {
    const place = trail.indexOf(path);
    if (place !== -1) {
      found.push(`cycle: ${[...trail.slice(place), path].join(" -> ")}`);
      return;
    }
    if (done.has(path)) return;
    trail.push(path);
    for (const next of graph.get(path) ?? []) walk(next);
    trail.pop();
    done.add(path);
  }

  for (const path of graph.keys()) walk(path);
  return found;
}

/** The folder under src/, or the name of a file that stands directly in src/. */
export function roomOf(path: string): string {
  return path.split("/")[1] ?? path;
}

function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
