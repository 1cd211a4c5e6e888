import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { SlackNotifier } from "../../../src/adapters/slack/index.ts";
import { escaped, link, mention } from "../../../src/adapters/slack/text.ts";
import { type FakeServer, fakeServer, notificationOf } from "../http/fake-server.ts";

let fake: FakeServer;
beforeAll(async () => {
  fake = await fakeServer([200, "ok"]);
});
beforeEach(() => {
  fake.seen.splice(0);
  fake.answers = [[200, "ok"]];
});
afterAll(() => fake.close());

const room = (): SlackNotifier => new SlackNotifier({ webhookUrl: `${fake.url}/services/T0/B0/hunter2` });

describe("a Slack notifier", () => {
  it("sends text and blocks, escaped", async () => {
    await room().notify(notificationOf("opened", { title: "p99 > 2 s & <!channel>" }, { recipient: "U0123ABCD" }));
    expect(fake.seen[0]).toMatchObject({ method: "POST", url: "/services/T0/B0/hunter2" });
    expect(fake.seen[0]?.json).toEqual({
      text: "<@U0123ABCD> INC-0001 SEV2: p99 &gt; 2 s &amp; &lt;!channel&gt; - it is opened",
      blocks: [
        {
          type: "section",
          text: {
            type: "mrkdwn",
            text: ":large_orange_circle: <@U0123ABCD> *INC-0001 SEV2: p99 &gt; 2 s &amp; &lt;!channel&gt;*",
          },
        },
        { type: "section", text: { type: "mrkdwn", text: "it is opened" } },
        {
          type: "context",
          elements: [
            { type: "mrkdwn", text: "*Status* investigating" },
            { type: "mrkdwn", text: "*Services* checkout, cart" },
            { type: "mrkdwn", text: "<https://wiki.example.com/checkout|Runbook>" },
          ],
        },
      ],
    });
  });

  it.each([
    ["ok", true],
    ["ok\n", true],
    ['{"ok":true}', true],
    ["<html>a proxy</html>", false],
    ["", false],
  ])("takes %j for an answer of Slack: %s", async (body, good) => {
    fake.answers = [[200, body]];
    const sent = room().notify(notificationOf("opened"));
    if (good) await sent;
    else await expect(sent).rejects.toMatchObject({ retryable: true, message: expect.not.stringContaining("proxy") });
  });

  it("never says its address, which is a secret", async () => {
    fake.answers = [[404, "no_service"]];
    const error = await room()
      .notify(notificationOf("opened"))
      .catch((reason: unknown) => reason);
    expect(JSON.stringify(error) + String(error) + String((error as Error).stack)).not.toContain("hunter2");
    expect(() => new SlackNotifier({ webhookUrl: "hooks.slack.com/hunter2" })).toThrow(/^webhookUrl: (?!.*hunter2)/);
  });

  it("keeps to the size of a block", async () => {
    await room().notify(notificationOf("opened", { title: "<".repeat(300) }, { message: "&".repeat(5_000) }));
    for (const { text } of fake.seen[0]!.json.blocks.slice(0, 2)) expect(text.text.length).toBeLessThanOrEqual(3_000);
  });
});

it("escaped text can be read back, is never longer than asked for, and has whole letters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), fc.integer({ min: 1, max: 80 }), (text, most) => {
      const shown = escaped(text, most);
      expect(shown.length).toBeLessThanOrEqual(most);
      expect(shown).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
      expect(Buffer.from(shown).toString()).toBe(shown);
      const back = shown.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
      expect(back === text || (back.endsWith("…") && text.startsWith(back.slice(0, -1)))).toBe(true);
    }),
  );
});

it.each([
  ["U0123ABCD", "<@U0123ABCD>"],
  ["S0123ABCD", "<!subteam^S0123ABCD>"],
  ["ann <x>", "ann &lt;x&gt;"],
])("the recipient %j is written %j", (recipient, expected) => {
  expect(mention(recipient)).toBe(expected);
});

it("a link ends where it should", () => {
  expect(link("https://e.com/a|b?x=1&y=2", "R>")).toBe("<https://e.com/a%7Cb?x=1&amp;y=2|R&gt;>");
});
