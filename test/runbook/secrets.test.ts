import { inspect } from "node:util";

import { describe, expect, it } from "vitest";

import { LocalCommandRunner } from "../../src/adapters/command/index.ts";
import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { RunbookExecutor } from "../../src/runbook/executor/executor.ts";
import type { CommandRunner } from "../../src/ports/command-runner.ts";
import { ALERT, Heard, incidentOf } from "./support.ts";

const TOKEN = "tok-9f8e7d6c5b4a";
const PASSWORD = "p@ss \"word\" $(id) 'x'";
const KEY = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END KEY-----";
const FORMS = [
  TOKEN,
  PASSWORD,
  "MIIEvQIBADANBgkqhkiG",
  JSON.stringify(PASSWORD).slice(1, -1),
  encodeURIComponent(PASSWORD),
  Buffer.from(TOKEN).toString("base64"),
  Buffer.from(TOKEN).toString("hex"),
];

/** Prints everything that could be secret, in pieces that cut through it. */
const LEAKY = `
  const all = [process.env.API_TOKEN, process.env.DB_PASSWORD, process.argv[1], process.argv[2],
    Buffer.from(process.env.API_TOKEN).toString("base64"), Buffer.from(process.env.API_TOKEN).toString("hex"),
    JSON.stringify({ p: process.env.DB_PASSWORD }), encodeURIComponent(process.env.DB_PASSWORD)].join("\\n");
  (async () => {
    for (const stream of [process.stdout, process.stderr])
      for (const letter of all) { stream.write(letter); if (Math.random() < 0.1) await new Promise((r) => setTimeout(r, 1)); }
    process.exitCode = 3;
  })();
`;

async function leakyRun(runner: CommandRunner) {
  const { incidents, incident } = await incidentOf();
  const heard = new Heard();
  const store = new MemoryIncidentStore();
  const told: unknown[] = [];
  const executor = new RunbookExecutor({
    runner,
    store,
    incidents,
    logger: heard.logger,
    secrets: { token: TOKEN, key: KEY },
    environment: { DB_PASSWORD: PASSWORD, PLAIN: "visible" },
    approver: (request) => {
      told.push(request);
      throw new Error(`the approver was sent ${TOKEN}`);
    },
  });
  for (const name of ["runStarted", "stepStarted", "stepEnded", "output", "approvalRequested", "runEnded"] as const) {
    executor.on(name, (event) => told.push(event));
  }
  executor.on("approvalRequested", ({ run: { id } }) =>
    executor.answer(id, { step: "act", approved: true, by: "bob", reason: `I know ${TOKEN}` }),
  );
  executor.registerRunbook(ALERT, [
    {
      name: "leak",
      command: ["node", "-e", LEAKY, "{{ secrets.token }}", "{{ secrets.key }}"],
      environment: { API_TOKEN: "{{ secrets.token }}" },
      continueOnFailure: true,
      retries: { attempts: 2, delay: "1ms" },
    },
    { name: "use", command: ["node", "-e", "console.log(process.argv[1])", "{{ steps.leak.output }}"] },
    {
      name: "act",
      approval: true,
      run: ({ values, log }) => {
        log(`with ${values.secrets.token ?? ""}`);
        throw new Error(`401 for ${PASSWORD}`);
      },
    },
  ]);
  const ended = await executor.executeRunbook(ALERT, {
    by: "ann",
    incident,
    labels: { note: `somebody pasted ${TOKEN} here` },
    parameters: { [`x`]: TOKEN },
  });
  const kept = [await store.read(1), (await store.rows({ limit: 9 })).map(({ summary }) => summary)];
  return { ended, texts: { kept, told, heard: heard.lines, timeline: await incidents.timeline(incident.id), ended } };
}

describe("secrets in environment, arguments, output, errors, labels and reasons", () => {
  it("appear nowhere in what is kept, told, logged or written to the timeline", async () => {
    const { ended, texts } = await leakyRun(new LocalCommandRunner());
    expect(ended.steps.map(({ status }) => status)).toEqual(["failed", "succeeded", "failed"]);
    for (const [where, value] of Object.entries(texts)) {
      const text = inspect(value, {
        depth: Infinity,
        maxStringLength: Infinity,
        maxArrayLength: Infinity,
        breakLength: Infinity,
      });
      const json = JSON.stringify(value);
      for (const form of FORMS) {
        expect(text.includes(form), `${form} in ${where}`).toBe(false);
        expect(json.includes(form), `${form} in ${where} as JSON`).toBe(false);
      }
    }
    expect(JSON.stringify(texts.kept)).toContain("[redacted]");
  });

  it("but reach the commands that need them", async () => {
    const executor = new RunbookExecutor({ runner: new LocalCommandRunner(), secrets: { token: TOKEN } });
    executor.registerRunbook(ALERT, [
      {
        name: "a",
        command: [
          "node",
          "-e",
          `process.exit(process.argv[1] === "${TOKEN.split("").join("")}" ? 0 : 1)`,
          "{{ secrets.token }}",
        ],
      },
    ]);
    expect((await executor.executeRunbook(ALERT, { by: "ann" })).status).toBe("succeeded");
  });
});
