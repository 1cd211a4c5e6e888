/** Reading an exposition back, to see that everyone has said the same. */

/** One line with a value. */
export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/** All lines with a value. */
export function samplesOf(text: string): Sample[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name, labels = "", value] = LINE.exec(line) ?? [];
      if (name === undefined || value === undefined) throw new Error(`this is no line of an exposition: ${line}`);
      const pairs = [...labels.matchAll(LABEL)].map(([, key = "", text = ""]) => [key, text] as const);
      return { name, labels: Object.fromEntries(pairs), value: Number(value) };
    });
}

/** Whether a sample belongs to what everyone keeps: the histogram and the counter. */
export function isShared({ name }: Sample): boolean {
  return name.startsWith("http_request_duration_seconds") || name === "http_requests_total";
}

/** How many lines with a value there are, and the sum of the values of those that everyone keeps. */
export function totalsOf(text: string): { readonly lines: number; readonly sum: number } {
  const samples = samplesOf(text);
  const sum = samples.filter(isShared).reduce((total, { value }) => total + value, 0);
  return { lines: samples.length, sum };
}
