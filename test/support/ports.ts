import { once } from "node:events";
import { createServer } from "node:http";

/** Below those that a system gives to connections and to whoever listens on any port: they are taken again in a moment. */
const FIRST = 20_000;
const COUNT = 12_000;

const given = new Set<number>();

/** A port of this machine that nobody listened to a moment ago. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (given.has(port)) continue;
    const probe = createServer().listen(port, "127.0.0.1");
    const isFree = await once(probe, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    given.add(port);
    probe.close();
    await once(probe, "close");
    return port;
  }
  throw new Error("no free port was found");
}
