/** Experiments of Chaos Toolkit, run against answers that are as odd as they are; schedules; manifests for LitmusChaos. */
import { ChaosScheduler } from "../../../src/chaos/schedule/scheduler.ts";
import { litmusChaosEngine } from "../../../src/chaos/litmus.ts";
import type { ChaosInjection } from "../../../src/chaos/model.ts";
import { ToolkitExperiment } from "../../../src/chaos/toolkit/experiment.ts";
import { parseChaosToolkit } from "../../../src/chaos/toolkit/document.ts";
import { writeChaosToolkit } from "../../../src/chaos/toolkit/write.ts";
import type { Clock } from "../../../src/core/time/clock.ts";
import { isReliabilityError } from "../../../src/core/errors.ts";
import type { Random } from "../../../src/core/random.ts";
import { hostileText } from "../../proofs/support/hostile-texts.ts";
import { type DocumentInput, drawDocument, given, refusal, tried } from "../support/documents.ts";
import { drawn } from "../support/drawn.ts";
import { mutatedValue } from "../support/mutated.ts";
import { fences, sampleFiles } from "../support/samples.ts";
import type { FuzzTarget, Outcome } from "../types.ts";

interface Experiment {
  readonly kind: "toolkit" | "schedule" | "litmus";
  readonly document: DocumentInput;
  /** What every address and program answers. */
  readonly answer: string;
}

const SAMPLES = [
  ...sampleFiles("chaos-toolkit", /(?<!faulty)\.(?:yaml|json)$/),
  ...fences("yaml").filter((text) => /^method:/m.test(text)),
];
const WORDS = {
  names: [
    ...[
      "title",
      "description",
      "configuration",
      "secrets",
      "steady-state-hypothesis",
      "probes",
      "method",
      "rollbacks",
      "name",
    ],
    ...[
      "type",
      "provider",
      "tolerance",
      "url",
      "timeout",
      "headers",
      "arguments",
      "path",
      "expect",
      "target",
      "pauses",
      "before",
    ],
    ...[
      "after",
      "controls",
      "background",
      "ref",
      "key",
      "default",
      "env_var_type",
      "pattern",
      "range",
      "upper",
      "lower",
      "func",
    ],
    ...[
      "every",
      "jitter",
      "meanTimeBetween",
      "hours",
      "zone",
      "days",
      "from",
      "until",
      "spread",
      "group",
      "constructor",
      "__proto__",
    ],
  ],
  values: [
    ...[
      "http",
      "process",
      "python",
      "probe",
      "action",
      "jsonpath",
      "regex",
      "range",
      "env",
      "vault",
      "int",
      "json",
      "${shop}",
      "${x",
    ],
    ...[
      "$.state",
      "$..[*]",
      "$[?(@.a = 1)]",
      "$..*..*..*",
      "$[0:-1:0]",
      "$.a[",
      "(a+)+$",
      "(?P<x>a)(?P=x)",
      "[",
      "^up$",
      "\\Z",
      "(?i)A",
    ],
    ...[
      200,
      [200, 204],
      { type: "range", range: [1, 2] },
      { type: "regex", pattern: "(a|a)*b" },
      0,
      -1,
      7_200,
      7_201,
      "1e9",
      true,
    ],
    ...[
      "a 'b",
      'a "b c" \\',
      "http://127.0.0.1:1/${shop}",
      "1d",
      "1ms",
      "59s",
      "2h",
      "Europe/Berlin",
      "10:00",
      "24:00",
      "mon",
    ],
  ],
};
const SCHEDULE = {
  every: "1d",
  jitter: "2h",
  hours: { zone: "Europe/Berlin", hours: [{ days: ["tue"], from: "10:00", until: "12:00" }] },
  spread: "1h",
  group: "g",
};
const LITMUS = [
  {
    experiment: "pod-delete",
    name: "web",
    namespace: "shop",
    label: "app=web",
    appKind: "deployment",
    serviceAccount: "sa",
    duration: "1m",
    every: "20s",
  },
  {
    experiment: "pod-network-latency",
    name: "web",
    namespace: "shop",
    label: "app=web",
    appKind: "rollout",
    serviceAccount: "sa",
    duration: "1m",
    latency: "300ms",
    destinationIps: ["10.0.0.0/24"],
  },
];
const BODIES = [
  '{"state":"up"}',
  '[1,2,{"a":null}]',
  "up",
  "",
  "[".repeat(3_000),
  '{"__proto__":{"x":1}}',
  "a".repeat(70_000),
  "1e999",
  "ß\ud800",
];

function draw(random: Random): Experiment {
  const answer = random.next() < 0.7 ? random.pick(BODIES) : hostileText(random);
  const kind = random.next() < 0.8 ? "toolkit" : random.next() < 0.6 ? "schedule" : "litmus";
  if (kind === "toolkit") return { kind, answer, document: drawDocument(random.pick(SAMPLES), random, WORDS) };
  const sample = kind === "litmus" ? random.pick(LITMUS) : SCHEDULE;
  return { kind, answer: "", document: { value: random.next() < 0.1 ? sample : mutatedValue(sample, random, WORDS) } };
}

/** Whoever waits is done at once; nothing is waited for in earnest. */
function hurried(): Clock {
  let at = Date.UTC(2026, 10, 29);
  return {
    now: () => at,
    monotonic: () => at,
    schedule(callback, delayMs) {
      const timer = setTimeout(
        () => {
          at += delayMs;
          callback();
        },
        delayMs > 60_000 ? 50 : 2,
      );
      return () => clearTimeout(timer);
    },
  };
}

async function strike({ document, answer }: Experiment): Promise<Outcome> {
  let experiment: ToolkitExperiment;
  try {
    const read = parseChaosToolkit(given(document));
    parseChaosToolkit(writeChaosToolkit(read));
    experiment = new ToolkitExperiment({
      document: read,
      duration: "1s",
      environment: { SHOP_URL: "http://shop.example", SHOP_TOKEN: "t" },
      clock: hurried(),
      fetch: async () => new Response(answer, { status: answer.length % 2 === 0 ? 200 : 503 }),
      commands: {
        run: async (_, { onOutput } = {}) => {
          onOutput?.("stdout", answer);
          return { exitCode: answer.length % 3 };
        },
      },
    });
  } catch (error) {
    // What the document is right in and the environment is not is an option's fault, told by its path.
    return refusal(error, isLocated(error) ? document : { value: 0 });
  }
  const { signal } = new AbortController();
  const [one] = experiment.targets();
  if (one === undefined) throw new Error("it is its own target");
  const injection = { id: "i", target: one.id, details: experiment.prepare(one) } as unknown as ChaosInjection;
  try {
    for (const probe of experiment.steadyState()) await probe.check({ signal });
    await experiment.inject(injection, { signal });
    await experiment.undo(injection, { signal });
    return { taken: true };
  } catch (error) {
    if (!isReliabilityError(error)) throw error;
    return { refused: error.message, at: one.id };
  }
}

function isLocated(error: unknown): boolean {
  const { issues } = error as { readonly issues?: readonly { readonly line?: number }[] };
  return issues?.some(({ line }) => line !== undefined) === true;
}

function schedule({ document }: Experiment): Outcome {
  return tried(document, () => {
    const experiment = new ToolkitExperiment({
      document: SAMPLES[0] ?? "",
      clock: hurried(),
      fetch: async () => new Response("up"),
      environment: { SHOP_TOKEN: "t" },
    });
    const from = Date.UTC(2026, 2, 1);
    const scheduler = new ChaosScheduler({
      runner: { run: () => Promise.reject(new Error("nothing is run")) },
      entries: [{ experiment, ...(given(document) as object) }],
      seed: "s",
      from,
    });
    for (const { at } of scheduler.plan(from, from + 86_400_000))
      if (!Number.isFinite(at)) throw new Error("due at no time");
  });
}

export const target: FuzzTarget<Experiment> = {
  name: "chaos-experiments",
  description: "Chaos Toolkit experiments and what their probes are answered, schedules, LitmusChaos",
  inputs: drawn(draw),
  run(experiment) {
    if (experiment.kind === "toolkit") return strike(experiment);
    if (experiment.kind === "schedule") return schedule(experiment);
    return tried(experiment.document, () => void litmusChaosEngine(given(experiment.document) as never));
  },
};
