/** What is installed with nines, by the lock file: which packages, from where, with which licence, running what. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Another one is a decision: it is made here, and in docs/architecture.md. */
export const LICENCES = ["Apache-2.0", "ISC", "MIT", "PSF-2.0"];
/** Of the packages that nines is developed with, those that run something when they are installed. */
export const DEVELOPMENT_SCRIPTS = ["node_modules/esbuild"];
/** Built into a file of dist, and so no dependency of the package: uPlot draws the charts of the dashboard's page. */
export const BUILT_IN = ["uplot"];

const REGISTRY = "https://registry.npmjs.org/";

/** The places of a lock file that an install of the package alone brings, found by walking from its dependencies. */
export function runtimePlaces({ packages }) {
  const found = new Set();
  const walk = (from, names) => {
    for (const name of names) {
      const place = resolved(packages, from, name);
      if (place === undefined) throw new Error(`package-lock.json has no ${name}, which ${from || "nines"} depends on`);
      if (found.has(place)) continue;
      found.add(place);
      const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = packages[place];
      const peers = Object.keys(peerDependencies ?? {}).filter(
        (peer) => peerDependenciesMeta?.[peer]?.optional !== true,
      );
      walk(place, [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers]);
    }
  };
  walk("", Object.keys(packages[""].dependencies ?? {}));
  return [...found].sort();
}

/** As Node finds a package: in the nearest node_modules, going up. */
function resolved(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    const place = `${at === "" ? "" : `${at}/`}node_modules/${name}`;
    if (packages[place] !== undefined) return place;
    if (at === "") return undefined;
  }
}

/** What must not be so of the packages that nines is installed with. */
export function packageProblems(lock) {
  const places = runtimePlaces(lock);
  const problems = places.flatMap((place) => {
    const { hasInstallScript, license, dev, optional } = lock.packages[place];
    return [
      ...(hasInstallScript === true ? [`${place} runs a script when it is installed`] : []),
      ...(LICENCES.includes(license)
        ? []
        : [`${place} has the licence ${license}; allowed are ${LICENCES.join(", ")}`]),
      ...(dev === true || optional === true ? [`${place} is needed, and the lock file says that it is not`] : []),
    ];
  });
  const more = Object.keys(lock.packages).filter((place) => place !== "" && !places.includes(place));
  return [
    ...problems,
    ...more.filter((place) => isForUsers(lock.packages[place])).map((place) => `nothing depends on ${place}`),
  ];
}

const isForUsers = ({ dev, devOptional, peer, optional }) => !(dev || devOptional || peer || optional);

/** What must not be so of any package in the lock file, for development or not. */
export function lockProblems({ packages }) {
  return Object.entries(packages).flatMap(([place, { resolved: from, integrity, link, hasInstallScript }]) => {
    if (place === "") return [];
    return [
      // Without an address npm asks the registry that it is set up with; the hash is what binds.
      ...(from === undefined || from.startsWith(REGISTRY) ? [] : [`${place} comes from ${from}`]),
      ...(link === true ? [`${place} is a link`] : []),
      ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity ?? "") ? [] : [`${place} has the integrity ${integrity}`]),
      ...(hasInstallScript === true && !DEVELOPMENT_SCRIPTS.includes(place)
        ? [`${place} runs a script when it is installed`]
        : []),
    ];
  });
}

/** Whether docs/architecture.md has a row for each dependency, or the paragraph of another one names it, and no row besides. */
export function dependencyProblems(dependencies, architecture) {
  const [, section = ""] = /^## Dependencies\n([^]*?)(?=^## |$(?![^]))/m.exec(architecture) ?? [];
  const rows = [...section.matchAll(/^\| ([@a-z0-9/-]+) +\| `/gm)].map(([, name]) => name);
  if (rows.length === 0) return ["docs/architecture.md has no table of dependencies"];
  return [
    ...dependencies.filter((name) => !named(section, name)).map((name) => `${name} is not in docs/architecture.md`),
    ...rows.filter((name) => !dependencies.includes(name)).map((name) => `${name} has a row, and is no dependency`),
  ];
}

const named = (text, name) => new RegExp(`(?<![\\w@/-])${name.replaceAll(/[/.]/g, "\\$&")}(?![\\w/-])`).test(text);

/** Bytes of all files of a package, without packages within it; 0 where it is not installed. */
export function sizeOf(folder) {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return sum + statSync(path).size;
    return entry.isDirectory() && entry.name !== "node_modules" ? sum + sizeOf(path) : sum;
  }, 0);
}
