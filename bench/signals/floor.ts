/**
 * The floor: golden signals as one would write them by hand for one service, where nothing but the cost counts. No SLOs,
 * no limit on series, no checks of what it is given.
 */
import { BUCKETS } from "./workload.ts";

const BOUNDS = Float64Array.from(BUCKETS);
const LAST = BOUNDS.length;
/** Sum of seconds, count, and one count for each bucket, the last is above all bounds. */
const WIDTH = LAST + 3;
const FIRST_BUCKET = 2;
/** Lines of one label set: the buckets, sum, count and the counter. */
const LINES = LAST + 1 + 3;
const HISTOGRAM = "http_request_duration_seconds";

// The same strings come again and again, so these comparisons are of addresses.
function methodNumber(method: string): number {
  switch (method) {
    case "GET":
      return 1;
    case "POST":
      return 2;
    case "PUT":
      return 3;
    case "PATCH":
      return 4;
    case "DELETE":
      return 5;
    case "HEAD":
      return 6;
    case "OPTIONS":
      return 7;
    default:
      return 0;
  }
}
const METHODS = ["OTHER", "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

export class HandWritten {
  inFlight = 0;
  /** How many label sets there are. */
  size = 0;
  /** The first label set of each route; the others of the route are chained by `next`. */
  private readonly firstOf = new Map<string, number>();
  private keys = new Int32Array(64);
  private next = new Int32Array(64);
  private cells = new Float64Array(64 * WIDTH);
  /** The beginning of each line of {@link scrape}, with the end of the line before. */
  private prefixes: string[] = [];

  begin(): number {
    this.inFlight += 1;
    return performance.now();
  }

  finish(beganMs: number, method: string, route: string, statusCode: number): void {
    this.inFlight -= 1;
    this.record(method, route, statusCode, (performance.now() - beganMs) / 1_000);
  }

  record(method: string, route: string, statusCode: number, seconds: number): void {
    const key = methodNumber(method) * 1_000 + statusCode;
    let index = this.firstOf.get(route) ?? -1;
    while (index >= 0 && this.keys[index] !== key) index = this.next[index] as number;
    if (index < 0) index = this.add(route, key);
    let bucket = 0;
    while (bucket < LAST && seconds > (BOUNDS[bucket] as number)) bucket += 1;
    const { cells } = this;
    const offset = index * WIDTH;
    (cells[offset] as number) += seconds;
    (cells[offset + 1] as number) += 1;
    (cells[offset + FIRST_BUCKET + bucket] as number) += 1;
  }

  /** All requests so far. */
  get total(): number {
    let total = 0;
    for (let index = 0; index < this.size; index += 1) total += this.cells[index * WIDTH + 1] as number;
    return total;
  }

  /** The duration histogram and the counter, then `rest`; from line beginnings that are kept. */
  scrape(rest: readonly { readonly prefix: string; readonly value: number }[]): string {
    const { cells, prefixes, size } = this;
    if (prefixes.length !== size * LINES) this.makePrefixes();
    let text = `# HELP ${HISTOGRAM} Duration.\n# TYPE ${HISTOGRAM} histogram`;
    let line = 0;
    for (let offset = 0; offset < size * WIDTH; offset += WIDTH) {
      let below = 0;
      let digits = "0";
      for (let bucket = 0; bucket <= LAST; bucket += 1) {
        const count = cells[offset + FIRST_BUCKET + bucket] as number;
        // Above the slowest request all buckets have the same digits.
        if (count !== 0) digits = `${(below += count)}`;
        text += (prefixes[line++] as string) + digits;
      }
      text += (prefixes[line++] as string) + `${cells[offset] as number}`;
      text += (prefixes[line++] as string) + digits;
    }
    text += "\n\n# HELP http_requests_total Requests.\n# TYPE http_requests_total counter";
    for (let offset = 0; offset < size * WIDTH; offset += WIDTH) {
      text += (prefixes[line++] as string) + `${cells[offset + 1] as number}`;
    }
    for (const { prefix, value } of rest) text += prefix + `${value}`;
    return text + "\n";
  }

  /** Lets go of the line beginnings: who has no memory to spare makes them anew for each scrape. */
  forgetPrefixes(): void {
    this.prefixes = [];
  }

  private add(route: string, key: number): number {
    const index = this.size;
    if (index === this.keys.length) this.grow();
    this.size += 1;
    this.keys[index] = key;
    this.next[index] = -1;
    const first = this.firstOf.get(route);
    if (first === undefined) this.firstOf.set(route, index);
    else this.next[this.lastAfter(first)] = index;
    return index;
  }

  private lastAfter(index: number): number {
    const following = this.next[index] as number;
    return following < 0 ? index : this.lastAfter(following);
  }

  private grow(): void {
    const room = Math.ceil(this.keys.length * 1.5);
    const { keys, next, cells } = this;
    (this.keys = new Int32Array(room)).set(keys);
    (this.next = new Int32Array(room)).set(next);
    (this.cells = new Float64Array(room * WIDTH)).set(cells);
  }

  private makePrefixes(): void {
    const labels: string[] = [];
    for (const [route, first] of this.firstOf) {
      const escaped = route.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/"/g, '\\"');
      for (let index = first; index >= 0; index = this.next[index] as number) {
        const key = this.keys[index] as number;
        const method = METHODS[Math.floor(key / 1_000)] ?? "OTHER";
        labels[index] = `method="${method}",route="${escaped}",code="${key % 1_000}"`;
      }
    }
    this.prefixes.length = 0;
    for (const label of labels) {
      for (const bound of [...BUCKETS, "+Inf"])
        this.prefixes.push(copied(`\n${HISTOGRAM}_bucket{${label},le="${bound}"} `));
      this.prefixes.push(copied(`\n${HISTOGRAM}_sum{${label}} `), copied(`\n${HISTOGRAM}_count{${label}} `));
    }
    for (const label of labels) this.prefixes.push(copied(`\nhttp_requests_total{${label}} `));
  }
}

/** The same text as one piece of its own: what is concatenated stays a tree, and even once read, a way to another text. */
function copied(text: string): string {
  return Buffer.from(text).toString();
}
