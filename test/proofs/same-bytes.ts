import { seededRandom } from "../../src/core/random.ts";
import { anyConversation, compare } from "../http/matrix/bytes.ts";
import { hushHono } from "../http/matrix/hosts/hono.ts";
import { hosts } from "../http/matrix/hosts/index.ts";
import type { ProofContext, ProofFigures } from "./types.ts";

export const description =
  "An application that is watched answers with the very bytes of one that is not, at every host.";

interface Size {
  readonly conversations: number;
}

/** Over all hosts; a conversation is two to five requests on one connection. */
export const quick: Size = { conversations: 200 };
export const full: Size = { conversations: 20_000 };

export async function run(size: Size, { seed, log }: ProofContext): Promise<ProofFigures> {
  const figures: Record<string, number> = {};
  const listen = hushHono();
  try {
    for (const host of hosts) {
      const random = seededRandom(`${seed} ${host.name}`);
      const count = Math.ceil(size.conversations / hosts.length);
      const conversations = Array.from({ length: count }, () => anyConversation(random));
      const { differences, counted } = await compare(host, conversations);
      const [first] = differences;
      if (first !== undefined) {
        const { sent, plain, watched } = first;
        throw new Error(`${host.name} (seed ${seed}): ${JSON.stringify({ sent, plain, watched })}`);
      }
      if (counted < count) throw new Error(`${host.name}: only ${counted} requests came by (seed ${seed})`);
      figures[`${host.name}: requests`] = counted;
      log(`${host.name}: ${counted} requests, no byte differs`);
    }
  } finally {
    listen();
  }
  return figures;
}
