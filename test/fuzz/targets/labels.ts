/** Labels: whatever is recorded under whatever name, a scrape must say the same in a form that any scraper reads. */
import { formatPath, ConfigurationError } from "../../../src/core/errors.ts";
import { ManualClock } from "../../../src/core/time/manual-clock.ts";
import type { Random } from "../../../src/core/random.ts";
import { GoldenSignalsCollector, type RequestRecord } from "../../../src/signals/collector.ts";
import type { OperationOutcome as Ending } from "../../../src/signals/recorder.ts";
import { hostileText } from "../../proofs/support/hostile-texts.ts";
import { drawn } from "../support/drawn.ts";
import { readScrape, type Scraped } from "../support/exposition.ts";
import { revived, SPECIAL_NAMES } from "../support/values.ts";
import type { FuzzTarget, Outcome } from "../types.ts";

/** What is recorded; numbers that JSON does not have are written as values.ts has them. */
interface Recorded {
  readonly options: object;
  readonly requests: readonly object[];
  readonly operations: readonly { readonly operation: unknown; readonly kind: unknown; readonly ending: unknown }[];
  readonly calls: readonly {
    readonly url: unknown;
    readonly method: unknown;
    readonly status: unknown;
    readonly dependency: unknown;
  }[];
}

const METHODS = ["GET", "POST", "DELETE", "PURGE", "get", "", "G\u0000T", "__proto__", "OTHER", "constructor"];
const ROUTES = [
  "/",
  "/users/:id",
  "/cart",
  "(other)",
  "(unmatched)",
  "__proto__",
  "/users/:id\n",
  '/"}',
  "/\\",
  "/\ud800",
];
const NAMES = ["tenant", "region", "constructor", "toString", "valueOf", "a", "A9_", "hasOwnProperty"];
const WRONG_NAMES = ["__proto__", "le", "method", "", "a-b", "9a", "é", "a\n", "__a", "a".repeat(101), "route"];

function anyText(random: Random): string {
  const kind = random.next();
  if (kind < 0.4)
    return random.pick(["eu", "us", "(other)", "", "0", "constructor", "__proto__", "a,b", "x".repeat(199)]);
  if (kind < 0.5) return `${"y".repeat(random.integer(190, 210))}${random.pick(["", "😀", "\ud83d", "\n"])}`;
  return hostileText(random);
}

function special(random: Random): object {
  return { $: random.pick(SPECIAL_NAMES) };
}

function number(random: Random, usual: readonly number[]): unknown {
  if (random.next() < 0.85) return random.pick(usual);
  return random.next() < 0.5
    ? special(random)
    : random.pick([-1, 1e308, 1e-320, 0.1, "7", null, 2 ** 53, -1e300, 1e21]);
}

function anyBounds(random: Random): object {
  const entries = Array.from({ length: random.integer(0, 3) }, () => {
    const name = random.pick(random.next() < 0.93 ? NAMES : WRONG_NAMES);
    const list = Array.from({ length: random.integer(1, 4) }, () => anyText(random) || "b");
    const kind = random.next();
    const bound =
      kind < 0.5
        ? list
        : kind < 0.93
          ? random.integer(1, 5)
          : random.pick([0, 1_001, "2", null, [], [""], special(random)]);
    return [name, bound] as const;
  });
  return Object.fromEntries(entries);
}

function anyPattern(random: Random): string {
  if (random.next() < 0.97) return random.pick(["/", "/users/*", "*", "(*", "/cart", "/u*", "(unmatched)", "(other)"]);
  return anyText(random);
}

function anyRequest(random: Random): object {
  const labels = Array.from({ length: random.integer(0, 4) }, () => {
    const value =
      random.next() < 0.8 ? anyText(random) : random.pick([1, true, null, ["a"], {}, special(random), -0.5]);
    return [random.pick([...NAMES, ...WRONG_NAMES]), value] as const;
  });
  return {
    method:
      random.next() < 0.95 ? random.pick(METHODS) : random.pick([7, null, special(random), {}, hostileText(random)]),
    ...(random.next() < 0.9 ? { route: random.next() < 0.5 ? random.pick(ROUTES) : anyText(random) } : {}),
    statusCode: number(random, [200, 200, 404, 503, 499, 101, 999, 100, 600]),
    durationSeconds: number(random, [0.001, 0.2, 3, 0, 60, 1e6]),
    ...(random.next() < 0.3 ? { firstByteSeconds: number(random, [0.001, 0, 5]) } : {}),
    ...(random.next() < 0.2 ? { endedMs: number(random, [0, 1_000, -1e6, 1e15]) } : {}),
    ...(random.next() < 0.3 ? { failed: random.pick([true, false, "yes", null, 0]) } : {}),
    ...(random.next() < 0.2 ? { aborted: random.pick([true, false]) } : {}),
    ...(random.next() < 0.3
      ? { traceId: random.pick(["4bf92f3577b34da6a3ce929d0e0e4736", "0".repeat(32), '"} 1\n', 7, "ABCDEF0123456789"]) }
      : {}),
    ...(labels.length > 0
      ? { labels: random.next() < 0.95 ? Object.fromEntries(labels) : random.pick([[], "a", 7, null]) }
      : {}),
  };
}

function anyRecorded(random: Random): Recorded {
  const list = <Item>(most: number, draw: () => Item): readonly Item[] =>
    Array.from({ length: random.integer(0, most) }, draw);
  return {
    options: {
      labels: random.next() < 0.98 ? anyBounds(random) : random.pick([[], "a", null, special(random)]),
      ...(random.next() < 0.5
        ? { seriesLimit: random.next() < 0.95 ? random.pick([1, 2, 5, 50]) : random.pick([0, -1, 1.5, "9"]) }
        : {}),
      ...(random.next() < 0.3 ? { ignoreRoutes: list(2, () => anyPattern(random)) } : {}),
      ...(random.next() < 0.3 ? { longLivedRoutes: list(2, () => anyPattern(random)) } : {}),
      exemplars: random.next() < 0.5,
      ...(random.next() < 0.1
        ? {
            buckets: random.next() < 0.8 ? [0.1, 1] : random.pick([[], [1, 0.1], [special(random)], "abc", 5, [1e308]]),
          }
        : {}),
    },
    requests: list(12, () => anyRequest(random)),
    operations: list(3, () => ({
      ...{
        operation:
          random.next() < 0.98 ? `o${anyText(random)}`.slice(0, 200) : random.pick([7, null, " ", "z".repeat(201)]),
      },
      ...{
        kind: random.pick(["job", "consumer", "j\n", "j\n", random.next() < 0.1 ? "" : "job"]),
        ending: random.pick(["ok", "error", "aborted", "odd", "toString", 7]),
      },
    })),
    calls: list(3, () => ({
      ...{
        url: random.pick([
          "https://pay.example/x?y",
          "data:,a",
          "no url",
          7,
          "http://user:pw@h:1/",
          "http://[::1]/",
          anyText(random),
        ]),
      },
      ...{ method: random.pick(["GET", "post", 7, "\n", undefined]), status: number(random, [200, 503, 404]) },
      dependency:
        random.next() < 0.5 ? null : random.next() < 0.8 ? anyText(random) : random.pick([7, {}, special(random)]),
    })),
  };
}

/** Written once more, from what the documents promise: 200 characters at most, well-formed, no control characters. */
function clean(text: string): string {
  const cut = text.length > 200 ? `${text.slice(0, 199)}…` : text;
  // Letter by letter, as Unicode counts them: half of a pair is one by itself.
  return Array.from(cut)
    .map((character) =>
      /[\ud800-\udfff]/.test(character) && character.length === 1
        ? "\ufffd"
        : character < " " || character === "\u007f"
          ? "\ufffd"
          : character,
    )
    .join("");
}

async function run({ options, requests, operations, calls }: Recorded): Promise<Outcome> {
  const made = revived(options) as { readonly seriesLimit?: number; readonly labels?: object };
  const clock = new ManualClock();
  let signals: GoldenSignalsCollector;
  try {
    signals = new GoldenSignalsCollector({ ...made, clock } as never);
  } catch (error) {
    return refusal(error);
  }
  for (const request of requests) {
    signals.record(revived(request) as RequestRecord);
    clock.advance(50);
  }
  let refused: Outcome | undefined;
  for (const { operation, kind, ending } of operations) {
    try {
      const recorder = signals.recorder({ operation: operation as string, kind: kind as string });
      recorder.start()(ending as Ending);
      recorder.record(0.2, ending as Ending);
    } catch (error) {
      refused = refusal(error);
    }
  }
  for (const { url, method, status, dependency } of calls) {
    const name = revived(dependency);
    const fetch = async () => ({ status: revived(status) as number });
    const given = name === null ? {} : { dependency: () => name as string };
    await signals.wrapFetch(fetch, given)(url, { method });
  }
  await checkScrape(
    signals,
    requests.map((one) => revived(one) as RequestRecord),
    made,
  );
  signals.close();
  return refused ?? { taken: true };
}

async function checkScrape(
  signals: GoldenSignalsCollector,
  requests: readonly RequestRecord[],
  { seriesLimit = 2_000, labels }: { readonly seriesLimit?: number; readonly labels?: object | null },
): Promise<void> {
  const samples = readScrape(await signals.metrics());
  const { pieces } = await signals.exposition("openmetrics");
  readScrape(Buffer.concat(pieces).toString(), "openmetrics");
  const odd = samples.find(({ value }) => !Number.isFinite(value));
  if (odd !== undefined) throw new Error(`${odd.name} is ${odd.value}`);
  const counted = samples.filter(({ name }) => name === "http_requests_total");
  const total = sum(counted);
  const rejected = sum(
    samples.filter((one) => one.name === "nines_rejected_values_total" && isWhole(one.labels.get("reason"))),
  );
  const ignored = requests.length - total - rejected;
  if (ignored < 0 || total !== signals.requests)
    throw new Error(`${requests.length} requests, ${total} counted, ${rejected} rejected`);
  // One for each method and class of status may share the route of all others, with a verdict of its own.
  if (counted.length > seriesLimit + 200) throw new Error(`${counted.length} series, where ${seriesLimit} are allowed`);
  const known = new Set([
    "(other)",
    "(unmatched)",
    ...requests.map(({ route }) => (typeof route === "string" ? clean(route) : "")),
  ]);
  const names = new Set(["method", "route", "code", ...Object.keys(labels ?? {})]);
  for (const sample of counted) checkSample(sample, known, names, requests);
}

function checkSample(
  sample: Scraped,
  routes: ReadonlySet<string>,
  names: ReadonlySet<string>,
  requests: readonly RequestRecord[],
): void {
  const route = sample.labels.get("route") ?? "";
  if (!routes.has(route)) throw new Error(`a route that nobody recorded: ${JSON.stringify(route)}`);
  for (const [name, value] of sample.labels) {
    if (!names.has(name)) throw new Error(`a label that nobody asked for: ${name}`);
    if (name === "method" || name === "route" || name === "code" || value === "(other)") continue;
    const isTold = requests.some(({ labels }) => {
      if (typeof labels !== "object" || (labels as unknown) === null || !Object.hasOwn(labels, name)) return false;
      return clean(String(labels[name])) === value;
    });
    if (!isTold) throw new Error(`a value of ${name} that nobody recorded: ${JSON.stringify(value)}`);
  }
}

/** Whether a request that is rejected for this reason is not counted at all. */
function isWhole(reason: string | undefined): boolean {
  return ["request", "method", "route", "status_code", "duration", "first_byte", "ended"].includes(reason ?? "");
}

function sum(samples: readonly Scraped[]): number {
  return samples.reduce((total, { value }) => total + value, 0);
}

function refusal(error: unknown): Outcome {
  if (!(error instanceof ConfigurationError)) throw error;
  return { refused: error.message, at: formatPath(error.issues[0]?.path ?? []) };
}

export const target: FuzzTarget<Recorded> = {
  name: "labels",
  description: "names and values that become labels of metrics",
  inputs: drawn(anyRecorded),
  run,
};
