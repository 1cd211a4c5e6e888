// `npm run demo`: builds what the demo imports by its public name, then runs it.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(import.meta.dirname, "..");
const run = (...args) => spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" }).status ?? 1;

const built = run(join(root, "scripts", "build.mjs"));
if (built !== 0) process.exit(built);
process.exit(
  run(
    "--import",
    fileURLToPath(import.meta.resolve("tsx")),
    join(root, "examples", "demo", "main.ts"),
    ...process.argv.slice(2),
  ),
);
