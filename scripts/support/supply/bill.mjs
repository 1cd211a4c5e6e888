/** The software bill of materials: CycloneDX, by npm, of what an install of nines alone brings, and of what is built in. */
import { Buffer } from "node:buffer";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUILT_IN, runtimePlaces } from "./packages.mjs";

/**
 * npm is asked of a project that has nothing but these packages: asked of this one, with `--omit dev`, it leaves out those that
 * something for development depends on, too (npm 11.19: prom-client, zod and three more).
 */
export function billOf(manifest, lock) {
  const scratch = mkdtempSync(join(tmpdir(), "nines-bill-"));
  // Its name is in the bill.
  const folder = join(scratch, manifest.name);
  try {
    const places = runtimePlaces(lock);
    const kept = Object.fromEntries(places.map((place) => [place, lock.packages[place]]));
    const { devDependencies: _tools, scripts: _scripts, ...own } = manifest;
    const { devDependencies: _lockedTools, ...root } = lock.packages[""];
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify(own));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ ...lock, packages: { "": root, ...kept } }));
    const args = ["sbom", "--sbom-format", "cyclonedx", "--package-lock-only", "--offline"];
    const npm = spawnSync("npm", args, { cwd: folder, encoding: "utf8", shell: process.platform === "win32" });
    if (npm.status !== 0) throw new Error(`npm sbom: ${npm.error?.message ?? npm.stderr}`);
    const bill = JSON.parse(npm.stdout);
    for (const name of BUILT_IN) bill.components.push(builtIn(name, lock));
    return bill;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function builtIn(name, lock) {
  const { version, license, integrity } = lock.packages[`node_modules/${name}`];
  const content = hexOf(integrity);
  return {
    "bom-ref": `${name}@${version}`,
    type: "library",
    name,
    version,
    scope: "required",
    purl: `pkg:npm/${name}@${version}`,
    description: "Built into dist/dashboard/page-bundle.js.",
    hashes: [{ alg: "SHA-512", content }],
    licenses: [{ license: { id: license } }],
  };
}

const hexOf = (integrity) => Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex");

/** What is not in a bill as the lock file has it: each package with its version, licence, address and hash, and no other. */
export function billProblems(bill, lock) {
  const places = [...runtimePlaces(lock), ...BUILT_IN.map((name) => `node_modules/${name}`)];
  const left = new Map(bill.components.map((component) => [component.purl, component]));
  const problems = places.flatMap((place) => {
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    const { version, license, integrity } = lock.packages[place];
    const purl = `pkg:npm/${name.replace("@", "%40")}@${version}`;
    const component = left.get(purl);
    left.delete(purl);
    if (component === undefined) return [`the bill lacks ${purl}`];
    return [
      ...(component.licenses?.[0]?.license?.id === license ? [] : [`the bill has another licence for ${purl}`]),
      ...(component.hashes?.[0]?.content === hexOf(integrity) ? [] : [`the bill has another hash for ${purl}`]),
    ];
  });
  return [...problems, ...[...left.keys()].map((purl) => `the bill has ${purl}, which is not installed`)];
}
