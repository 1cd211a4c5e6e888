/** The files of a Next application, hosted as Next does it: `node --import tsx examples/nextjs/main.ts` */
import { once } from "node:events";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { GET as items } from "./app/items/[id]/route.ts";
import { GET as metrics } from "./app/metrics/route.ts";
import { register } from "./instrumentation.ts";
import { reliability } from "./lib/reliability.ts";

// `npm run nextjs` builds the application and asks the real server. Here is what Next does around these files.
const folder = await mkdtemp(join(tmpdir(), "nines-nextjs-"));
await copyFile(join(import.meta.dirname, "slo.yaml"), join(folder, "slo.yaml"));
await mkdir(join(folder, ".next"));
const manifest = {
  staticRoutes: [{ page: "/metrics" }],
  dynamicRoutes: [{ page: "/items/[id]", regex: "^/items/([^/]+?)(?:/)?$" }],
};
await writeFile(join(folder, ".next", "routes-manifest.json"), JSON.stringify(manifest));
process.chdir(folder);
Object.assign(process.env, { NEXT_RUNTIME: "nodejs", NODE_ENV: "production" });
await register();

async function answer(path: string): Promise<Response> {
  const [, id] = /^\/items\/([^/]+)$/.exec(path) ?? [];
  if (id !== undefined) return items(new Request(`http://localhost${path}`), { params: Promise.resolve({ id }) });
  return path === "/metrics" ? metrics() : new Response("not found\n", { status: 404 });
}

const server = createServer(async (request, response) => {
  const answered = await answer(request.url ?? "").catch(() => new Response("failed\n", { status: 500 }));
  response.writeHead(answered.status).end(await answered.text());
}).listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;

for (const path of ["/items/1", "/items/2", "/items/broken", "/nowhere", "/metrics"]) {
  await (await fetch(url + path)).text();
}
const exposition = await (await fetch(`${url}/metrics`)).text();
for (const line of exposition.split("\n")) {
  if (/^http_requests_total|^slo_sli_ratio/.test(line)) console.log(line);
}

server.close();
server.closeAllConnections();
await (await reliability()).close();
process.chdir(tmpdir());
await rm(folder, { recursive: true });
