/** What answers in a Prometheus' place: to each question a value comes of it, or a failure that says what came. */
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import { type Random, seededRandom } from "../../../src/core/random.ts";
import type { HttpFetch } from "../../../src/ports/http-fetch.ts";
import { drawn } from "../support/drawn.ts";
import type { Words } from "../support/mutated.ts";
import { answering, anyReply, inTime, REPEATED, type Reply } from "../support/replies.ts";
import type { FuzzTarget, Outcome } from "../types.ts";
import {
  type Asked,
  AT,
  type Connection,
  DAY,
  HOUR,
  PLAIN,
  QUESTIONS,
  REFUSALS,
  SLOS,
  success,
} from "../support/prometheus-questions.ts";

const WORDS: Words = {
  names: [
    ...["status", "data", "resultType", "result", "metric", "value", "values", "histogram", "histograms", "warnings"],
    ...["infos", "error", "errorType", "nines_branch", "slo", "service", "window", "sloth_window", "__name__"],
  ],
  values: [
    ...[
      "success",
      "error",
      "vector",
      "matrix",
      "scalar",
      "string",
      "NaN",
      "+Inf",
      "-Inf",
      "0x10",
      "1e400",
      "9".repeat(400),
      "1_0",
      " 1",
    ],
    ...[
      "timeout",
      "PromQL info: a",
      "PromQL warning: b",
      REPEATED,
      "http://prometheus.example:9090",
      [AT / 1_000, "1"],
      [AT / 1_000, 1],
    ],
    ...[[8.64e12, "1"], [-8.65e12, "1"], ["1", "1"], [1], { slo: "shop/rate" }, ["a", REPEATED], AT / 1_000 + 0.0005],
  ],
};

/** Of the questions that read SLOs, what they were answered when all was well: their queries are too long to write down. */
const CAPTURED: ReadonlyMap<string, readonly (readonly string[])[]> = await capture();

async function capture(): Promise<Map<string, readonly (readonly string[])[]>> {
  const captured = new Map<string, readonly (readonly string[])[]>(
    Object.entries(PLAIN).map(([name, bodies]) => [name, [bodies]]),
  );
  for (const [name, ask] of Object.entries(QUESTIONS)) {
    if (captured.has(name)) continue;
    const answers: string[][] = [];
    const fetch: HttpFetch = async (_url, { body }) => {
      const texts = bodiesFor(new URLSearchParams(body));
      answers.push(texts);
      return new Response(texts[0]);
    };
    const clock = new ManualClock(AT);
    const outcome = await inTime(clock, ask({ ...connection(clock, { retries: 0, partial: "accept" }), fetch }));
    if (!("taken" in outcome)) throw new Error(`${name}: ${outcome.refused}`);
    captured.set(name, answers);
  }
  return captured;
}

/** An answer to each branch of a query; one in which nothing is recorded, and one in which all is nothing. */
function bodiesFor(form: URLSearchParams): string[] {
  const query = form.get("query") ?? "";
  const at = Date.parse(form.get("time") ?? form.get("start") ?? "");
  const branches = [...new Set([...query.matchAll(/"nines_branch", "([^"]+)"/g)].map((match) => match[1] ?? ""))];
  const windows = [
    ...new Set(["30d", ...[...query.matchAll(/window=~?"([^"]+)"/g)].flatMap((match) => (match[1] ?? "").split("|"))]),
  ];
  const told = (valueOf: (branch: string) => number | undefined): string => {
    const result = branches.flatMap((branch) =>
      SLOS.flatMap(({ id }) =>
        windows.flatMap((window) => {
          const value = valueOf(branch);
          if (value === undefined) return [];
          const labels = { nines_branch: branch, slo: id, service: "shop", window };
          const pairs = Array.from({ length: 12 }, (_, index) => [(at + index * HOUR) / 1_000, String(value)]);
          return [form.has("step") ? { metric: labels, values: pairs } : { metric: labels, value: pairs[0] }];
        }),
      ),
    );
    return success({ resultType: form.has("step") ? "matrix" : "vector", result });
  };
  const usual = (branch: string): number =>
    /^(errors|part)/.test(branch)
      ? 3
      : /^(time)/.test(branch)
        ? AT / 1_000 - 20
        : branch.startsWith("latency")
          ? 120
          : 1_000;
  const odd = (branch: string): number => (branch.startsWith("time") ? NaN : usual(branch));
  return [
    told(usual),
    told(odd),
    told(() => -1e308),
    told((branch) => (/^(beginning|events|errors|time)/.test(branch) ? undefined : usual(branch))),
    told(() => 0),
  ];
}

function connection(
  clock: ManualClock,
  { retries, partial }: Pick<Asked, "retries" | "partial">,
): Omit<Connection, "fetch"> {
  return {
    url: "http://prometheus.example:9090",
    token: REPEATED,
    clock,
    retries,
    partial,
    random: seededRandom("fuzz"),
  };
}

function anyAsked(random: Random): Asked {
  const question = random.pick(Object.keys(QUESTIONS));
  const captured = CAPTURED.get(question) as readonly (readonly string[])[];
  const calls = Math.max(captured.length, random.integer(1, 4));
  // Of a question of many calls most are answered well, or none would come to its end.
  const share = captured.length > 1 ? 1.5 / captured.length : 1;
  const replies = Array.from({ length: calls }, (_, index): Reply => {
    const bodies = captured[index % captured.length] as readonly string[];
    const samplesOf = random.next() < 0.97 ? bodies.map((body) => ({ body })) : REFUSALS;
    if (random.next() < share) return anyReply(samplesOf, random, WORDS);
    return {
      status: 200,
      headers: {},
      body: Buffer.from(random.next() < 0.8 ? (bodies[0] ?? "") : random.pick(bodies)).toString("latin1"),
      pieces: 0,
      ending: "ends",
    };
  });
  return {
    question,
    retries: random.pick([0, 0, 0, 1, 2]),
    partial: random.pick(["refuse", "accept"] as const),
    replies,
  };
}

async function run({ question, retries, partial, replies }: Asked): Promise<Outcome> {
  const ask = QUESTIONS[question];
  if (ask === undefined) throw new Error(`there is no question ${question}`);
  const clock = new ManualClock(AT);
  // Those that have no time limit of their own would wait for what hangs.
  const endless = question === "samples" || question === "sampled";
  const ended = replies.map((reply): Reply =>
    endless && reply.ending === "hangs" ? { ...reply, ending: "breaks off" } : reply,
  );
  const { fetch, asked } = answering(ended);
  const outcome = await inTime(clock, ask({ ...connection(clock, { retries, partial }), fetch }));
  const before = asked();
  clock.advance(DAY);
  if (asked() !== before) throw new Error("it asks on after its answer");
  return outcome;
}

export const target: FuzzTarget<Asked> = {
  name: "prometheus-answers",
  description: "answers of what is asked as a Prometheus",
  inputs: drawn(anyAsked),
  run,
};
