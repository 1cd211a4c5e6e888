import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { ManualClock } from "../../src/core/time/manual-clock.ts";
import { type Random, seededRandom } from "../../src/core/random.ts";
import { IncidentManager } from "../../src/incident/manager.ts";
import { AutomatedResponse } from "../../src/response/automated-response.ts";
import { ROOT } from "../support/spawn.ts";
import { hasCleanPrototypes, mutated } from "./support/mutated-bodies.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "Whatever body a webhook is sent: it is stored or refused, nothing breaks, and no prototype is changed.";

interface Size {
  readonly bodies: number;
}

export const quick: Size = { bodies: 2_000 };
export const full: Size = { bodies: 1_000_000 };

const FOLDER = join(ROOT, "test", "data", "alertmanager");
/** An incident grows with each new alert, and a cold one costs nothing more: what is proved needs no long history. */
const BODIES_A_STORE = 500;

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const random = seededRandom(seed);
  const samples = readdirSync(FOLDER).map((name) => readFileSync(join(FOLDER, name), "utf8"));
  if (samples.length === 0) throw new Error(`no bodies in ${FOLDER}`);
  const found = { bodies: 0, stored: 0, refused: 0, incidents: 0 };
  let response = fresh();
  for (; found.bodies < size.bodies; found.bodies += 1) {
    if (found.bodies % BODIES_A_STORE === 0) response = fresh();
    if (found.bodies % 50_000 === 0) log(`${String(found.bodies)} bodies, ${String(found.stored)} stored`);
    const body = mutated(random.pick(samples), random);
    const status = await answered(response, body, random);
    const where = `body ${String(found.bodies)} of seed ${seed}: ${JSON.stringify(Buffer.from(body).toString("latin1"))}`;
    if (status === 200) found.stored += 1;
    else if (status >= 400 && status < 500) found.refused += 1;
    else throw new Error(`answered ${String(status)} to ${where}`);
    if (!hasCleanPrototypes()) throw new Error(`a prototype was changed by ${where}`);
  }
  if (found.stored === 0 || found.refused === 0) throw new Error("the bodies were all alike: nothing was tried");
  found.incidents = Number((await last(response)) ?? 0);
  return { ...found };

  function fresh(): AutomatedResponse {
    const clock = new ManualClock(Date.UTC(2026, 10, 22, 10));
    const incidents = new IncidentManager({ clock });
    return new AutomatedResponse({ incidents, clock, webhook: { open: true, rateLimit: false } });
  }
}

async function answered(response: AutomatedResponse, body: Uint8Array<ArrayBuffer>, random: Random): Promise<number> {
  const headers = { "content-type": random.next() < 0.99 ? "application/json" : "text/plain" };
  const answer = await response.handle(new Request("http://localhost/", { method: "POST", headers, body }));
  const text = await answer.text();
  if (text.length > 10_000) throw new Error(`an answer of ${String(text.length)} characters`);
  JSON.parse(text);
  return answer.status;
}

/** The last alert after all others still finds a working response. */
async function last(response: AutomatedResponse): Promise<string | undefined> {
  const { incidents } = await response.alert({ name: "after all of it" });
  return incidents[0]?.id.split("-")[1];
}
