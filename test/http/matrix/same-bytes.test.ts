import { afterAll, describe, expect, it } from "vitest";

import { compare, CONVERSATIONS, RARE_CONVERSATIONS } from "./bytes.ts";
import { hosts } from "./hosts/index.ts";
import { hushHono } from "./hosts/hono.ts";

afterAll(hushHono());

describe.each(hosts)("$name", (host) => {
  it(`${host.name}: nothing of a response changes by being watched, byte for byte`, async () => {
    const { differences, counted } = await compare(host, [...CONVERSATIONS, ...RARE_CONVERSATIONS]);
    expect(differences).toEqual([]);
    // The nonsense is no request, and the pipeline is six.
    const most = CONVERSATIONS.length + RARE_CONVERSATIONS.length + 4;
    expect(CONVERSATIONS.length + RARE_CONVERSATIONS.length).toBeGreaterThanOrEqual(40);
    expect(counted).toBe(most);
  });
});
