/** PromQL: read, written again, and taken as an SLI. */
import { ConfigurationError } from "../../../src/core/errors.ts";
import type { Random } from "../../../src/core/random.ts";
import { printPromql } from "../../../src/rules/promql/print.ts";
import { readPromql } from "../../../src/rules/promql/read.ts";
import { counterRate, withRanges } from "../../../src/rules/promql/rewrite.ts";
import { generateRules } from "../../../src/rules/generate.ts";
import { hostileText } from "../../proofs/support/hostile-texts.ts";
import { brokenText } from "../../support/broken-text.ts";
import { drawn } from "../support/drawn.ts";
import type { FuzzTarget, Outcome } from "../types.ts";
import type { SloDocumentInput } from "../../../src/slo/written.ts";

interface Query {
  readonly text: string;
  readonly kind: string;
}

const NAMES = [
  "a",
  "up",
  "http_requests_total",
  "h_bucket",
  "job:errors:rate5m",
  "sum",
  "by",
  "inf",
  "and",
  "offset",
  "d",
];
const RANGES = ["[5m]", "[1h30m]", "[30d:5m]", "[5m:]", "[1ms]", "[0s]", "[1y]", "[9999999y]", "[5]", "[{{.window}}]"];
const SHIFTS = ["", "", "", "", "", " offset 5m", " offset -1h", " @ 1609746000", " @ start()", " @ end() offset 1d"];
const FUNCTIONS = [
  "rate",
  "increase",
  "irate",
  "sum_over_time",
  "abs",
  "clamp_min",
  "vector",
  "scalar",
  "time",
  "label_replace",
  "absent",
];
const AGGREGATIONS = ["sum", "avg", "max", "count", "topk", "quantile", "count_values", "group", "stddev"];
const OPERATORS = ["+", "-", "*", "/", "%", "^", "==", "!=", ">", "<=", "> bool", "and", "or", "unless", "atan2"];
const MATCHINGS = [
  "",
  "",
  "",
  " on (job)",
  " ignoring (le)",
  " on () group_left",
  " on (job) group_left (x) ",
  " ignoring () group_right ()",
];
const NUMBERS = ["1", "0", "-1", "0.95", "1e3", "0x1F", "Inf", "NaN", "1_000", "5m", ".5", "1e999", "0.00001"];
const STRINGS = [
  '"5.."',
  "'x'",
  "`a\\b`",
  '"\\u00e9"',
  '"\\x41"',
  '"(a|b)+"',
  '"["',
  '""',
  '".*"',
  '"\\',
  '"a\\"b"',
  '"\n"',
];
const TOKENS = [
  ...OPERATORS,
  ..."()[]{},:@=\"'`#~".split(""),
  "by",
  "without",
  "bool",
  "offset",
  "=~",
  "!~",
  "\u0000",
  "\ufeff",
  "é",
];

function selector(random: Random, isRanged: boolean): string {
  const matchers = Array.from({ length: random.integer(0, 2) }, () => {
    const name =
      random.next() < 0.97 ? random.pick(["job", "code", "le", "job", "code", "le", "__name__"]) : '"odd name"';
    return `${name}${random.pick(["=", "!=", "=~", "!~"])}${random.pick(STRINGS.slice(0, random.next() < 0.95 ? 3 : undefined))}`;
  });
  const braces = matchers.length === 0 && random.next() < 0.9 ? "" : `{${matchers.join(",")}}`;
  const range = isRanged ? random.pick(RANGES.slice(0, random.next() < 0.9 ? 2 : undefined)) : "";
  return `${random.pick(NAMES.slice(0, random.next() < 0.95 ? 5 : undefined))}${braces}${range}${random.pick(SHIFTS)}`;
}

function ratio(random: Random): string {
  const [kept] = [random.pick(["{code!~'5..'}", "{code=~'2..'}", "{le='0.3'}", "{}"])];
  const by = random.pick(["", "", " by (job)", " without (pod)"]);
  const rate = random.pick(["rate", "increase", "irate", "delta"]);
  const of = (braces: string): string => `sum${by}(${rate}(http_requests_total${braces}[5m]))`;
  return random.pick([
    `${of(kept)} / ${of("")}`,
    `1 - ${of(kept)} / ${of("")}`,
    `100 * (${of("")} - ${of(kept)}) / ${of("")}`,
    `(${of(kept)} or 0 * ${of("")}) / (${of("")} > 0)`,
  ]);
}

function tree(random: Random, depth: number): string {
  const kind = random.next();
  const inner = (): string => tree(random, depth - 1);
  if (depth <= 0 || kind < 0.15) return random.next() < 0.7 ? selector(random, false) : random.pick(NUMBERS);
  if (kind < 0.3) return `${random.pick(["rate", "increase", "avg_over_time"])}(${selector(random, true)})`;
  if (kind < 0.5) {
    const grouping = random.pick(["", " by (job)", " without (le, pod)", " by ()"]);
    const parameter = random.next() < 0.1 ? `${random.pick(NUMBERS)}, ` : "";
    return `${random.pick(AGGREGATIONS.slice(0, parameter === "" ? 4 : undefined))}${grouping} (${parameter}${inner()})`;
  }
  if (kind < 0.6) return `histogram_quantile(${random.pick(["0.95", "0.5", "2", "NaN"])}, ${inner()})`;
  if (kind < 0.65)
    return `${random.pick(FUNCTIONS)}(${random.next() < 0.8 ? inner() : `${inner()}, ${random.pick(NUMBERS)}`})`;
  if (kind < 0.7) return `(${inner()})${random.pick(["", "", "[1h:5m]", " offset 1m"])}`;
  if (kind < 0.73) return `${random.pick(["-", "+", "--", "!"])}${inner()}`;
  return `${inner()} ${random.pick(OPERATORS)}${random.pick(MATCHINGS)} ${inner()}`;
}

function draw(random: Random): Query {
  const kind = random.pick(["availability", "availability", "error_rate", "latency", "throughput"]);
  const how = random.next();
  if (how < 0.25) return { kind, text: ratio(random) };
  if (how < 0.75) return { kind, text: tree(random, random.integer(1, 5)) };
  if (how < 0.95) {
    let text = random.next() < 0.5 ? ratio(random) : tree(random, 3);
    for (let left = random.integer(1, 3); left > 0; left -= 1) {
      const at = random.integer(0, text.length);
      text =
        random.next() < 0.7
          ? text.slice(0, at) + random.pick(TOKENS) + text.slice(at + random.integer(0, 2))
          : brokenText(text, random);
    }
    return { kind, text };
  }
  if (how < 0.97)
    return {
      kind,
      text: random
        .pick(["(", "-", "sum(", "{", "a or ", "a[5m:5m] offset 1m "])
        .repeat(random.pick([3, 150, 1_000, 4_999])),
    };
  return {
    kind,
    text: Array.from({ length: random.integer(0, 9) }, () =>
      random.next() < 0.7 ? random.pick(TOKENS) : hostileText(random),
    ).join(random.pick(["", " "])),
  };
}

function run({ text, kind }: Query): Outcome {
  const read = readPromql(text);
  if ("fault" in read) {
    const { offset, message } = read.fault;
    if (!(Number.isInteger(offset) && offset >= 0 && offset <= text.length))
      throw new Error(`${message}: offset ${offset}`);
    return { refused: message, at: String(offset) };
  }
  const printed = printPromql(read.expression);
  const again = readPromql(printed);
  if ("fault" in again) throw new Error(`what was printed is not read: ${again.fault.message}: ${printed}`);
  if (printPromql(again.expression) !== printed)
    throw new Error(`printed twice: ${printed}: ${printPromql(again.expression)}`);
  printPromql(withRanges(read.expression, 60_000));
  counterRate(text);
  return asIndicator(text, kind);
}

/** What becomes of it as the SLI of a document. */
function asIndicator(sli: string, kind: string): Outcome {
  const target = kind === "throughput" ? 100 : "99%";
  const slo = { kind, target, measurement_window: "30d", sli, ...(kind === "latency" ? { threshold: "300ms" } : {}) };
  try {
    generateRules({ service_level_objectives: { shop: { one: slo } } } as SloDocumentInput).toYaml();
    return { taken: true };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    const [issue] = error.issues;
    return { refused: issue?.message ?? "", at: issue?.path.join(".") ?? "" };
  }
}

export const target: FuzzTarget<Query> = {
  name: "promql",
  description: "PromQL expressions, and what they count as SLIs",
  inputs: drawn(draw),
  share: 2,
  run,
};
