/** A scrape read by the letter of Prometheus' text format: whatever is not of it is refused. */

/** One sample. */
export interface Scraped {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\n"])*)"/y;
const VALUE = /(?:[-+]?(?:\d+(?:\.\d+)?(?:e[-+]?\d+)?|Inf)|NaN)$/y;
const EXEMPLAR = / # \{(?:[a-z_]+="[^"]*",?)*\} \S+(?: \S+)?$/;

/** All samples of a text; throws at the first line that is none, and where a series is told twice. */
export function readScrape(text: string, format: "prometheus" | "openmetrics" = "prometheus"): readonly Scraped[] {
  const samples: Scraped[] = [];
  const series = new Set<string>();
  const lines = text.split("\n");
  if (lines.pop() !== "") throw new Error("the scrape does not end in a line's end");
  if (format === "openmetrics" && lines.pop() !== "# EOF") throw new Error("the scrape does not end in # EOF");
  for (const line of lines) {
    if (line === "" && format === "prometheus") continue;
    if (/^# (?:HELP|TYPE|UNIT) [a-zA-Z_:]/.test(line)) continue;
    const sample = readLine(format === "openmetrics" ? line.replace(EXEMPLAR, "") : line);
    const key = JSON.stringify([sample.name, [...sample.labels].filter(([, value]) => value !== "").sort()]);
    if (series.has(key)) throw new Error(`the scrape tells a series twice: ${line.slice(0, 500)}`);
    series.add(key);
    samples.push(sample);
  }
  return samples;
}

function readLine(line: string): Scraped {
  const fail = (): never => {
    throw new Error(`the scrape has a line that is no sample: ${JSON.stringify(line.slice(0, 500))}`);
  };
  let at = 0;
  const next = (pattern: RegExp): RegExpExecArray => {
    pattern.lastIndex = at;
    const found = pattern.exec(line) ?? fail();
    at += found[0].length;
    return found;
  };
  const [name] = next(NAME);
  const labels = new Map<string, string>();
  if (line[at] === "{") {
    at += 1;
    for (;;) {
      const [, label = "", value = ""] = next(LABEL);
      if (labels.has(label)) fail();
      labels.set(
        label,
        value.replace(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped)),
      );
      if (line[at] === "}") break;
      if (line[at] !== ",") fail();
      at += 1;
    }
    at += 1;
  }
  if (line[at] !== " ") fail();
  at += 1;
  const [value] = next(VALUE);
  return { name, labels, value: Number(value.replace("Inf", "Infinity")) };
}
