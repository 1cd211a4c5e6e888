// `npm run nextjs` builds the application of examples/nextjs with the real Next and the packed nines, and asks its server.
import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const PACKAGES = ["next@16", "react@19", "react-dom@19", "typescript@6", "@types/node@20", "@types/react@19"];
const PORT = process.env.PORT ?? "3939";

const root = join(import.meta.dirname, "..");
// Outside of the repository: what nines forgot to name as its dependency would be found in there.
const folder = join(tmpdir(), "nines-nextjs");
const app = join(folder, "app");
const next = join(app, "node_modules", "next", "dist", "bin", "next");
const started = performance.now();

function run(command, args, cwd) {
  const environment = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
  const { status, error } = spawnSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"], env: environment });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
}

function say(what) {
  console.log(`nextjs: ${what} (${((performance.now() - started) / 1000).toFixed(0)} s)`);
}

/** The application as a reader has it: the files of the example, and what `create-next-app` makes beside them. */
function write() {
  rmSync(join(app, "app"), { recursive: true, force: true });
  mkdirSync(app, { recursive: true });
  cpSync(join(root, "examples", "nextjs"), app, { recursive: true, filter: (path) => !path.endsWith("main.ts") });
  const children = "{ children }: { children: React.ReactNode }";
  const layout = `export default (${children}) => <html><body>{children}</body></html>;\n`;
  writeFileSync(join(app, "app", "layout.tsx"), layout);
  mkdirSync(join(app, "app", "posts", "[slug]"), { recursive: true });
  writeFileSync(
    join(app, "app", "posts", "[slug]", "page.tsx"),
    "export default async ({ params }: { params: Promise<{ slug: string }> }) => <h1>{(await params).slug}</h1>;\n",
  );
  const options = { target: "ES2022", lib: ["DOM", "ES2023"], module: "esnext", moduleResolution: "bundler" };
  const checks = { strict: true, noEmit: true, allowImportingTsExtensions: true, isolatedModules: true };
  const rest = { jsx: "react-jsx", esModuleInterop: true, resolveJsonModule: true, skipLibCheck: true };
  const config = { compilerOptions: { ...options, ...checks, ...rest }, include: ["**/*.ts", "**/*.tsx"] };
  writeFileSync(join(app, "tsconfig.json"), JSON.stringify(config));
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", version: "1.0.0", private: true }));
}

async function ask(path) {
  const response = await fetch(`http://127.0.0.1:${PORT}${path}`);
  return { status: response.status, text: await response.text() };
}

async function untilItAnswers(server) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`next start ended with ${server.exitCode}`);
    try {
      return await ask("/healthz");
    } catch {
      await pause(100);
    }
  }
  throw new Error("next start does not answer");
}

function same(what, found, expected) {
  if (found !== expected) throw new Error(`${what}:\n${found}\ninstead of\n${expected}`);
}

write();
const packed = spawnSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], { cwd: root });
const [{ filename }] = JSON.parse(String(packed.stdout));
run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", join(folder, filename), ...PACKAGES], app);
say(`Next ${JSON.parse(readFileSync(join(app, "node_modules", "next", "package.json"), "utf8")).version} is installed`);
run(process.execPath, [next, "build"], app);
say("built");

const server = spawn(process.execPath, [next, "start", "--port", PORT], { cwd: app, stdio: "ignore" });
try {
  await untilItAnswers(server);
  const asked = { "/items/1": 200, "/items/2": 200, "/items/broken": 500, "/posts/a": 200, "/nowhere": 404 };
  for (const [path, status] of Object.entries(asked)) same(path, (await ask(path)).status, status);
  const lines = (await ask("/metrics")).text.split("\n");
  const counts = lines.filter((line) => line.startsWith("http_requests_total"));
  const expected = [
    'http_requests_total{method="GET",route="/items/[id]",code="200"} 2',
    'http_requests_total{method="GET",route="/items/[id]",code="500"} 1',
    'http_requests_total{method="GET",route="/posts/[slug]",code="200"} 1',
    'http_requests_total{method="GET",route="(unmatched)",code="404"} 1',
  ];
  same("metrics", counts.sort().join("\n"), expected.sort().join("\n"));
  const { services } = JSON.parse((await ask("/slo")).text);
  const [{ budget }] = services[0].slos;
  same("budget", `${budget.good} of ${budget.total}`, "4 of 5");
  for (const line of counts) console.log(line);
} finally {
  server.kill("SIGTERM");
}
const [code] = await new Promise((resolve) => server.once("exit", (...how) => resolve(how)));
say(`ended with ${code}`);
