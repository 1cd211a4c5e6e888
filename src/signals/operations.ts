/** What is not an HTTP request of the service: its jobs and messages, and its own calls of others. */
import { bucketOf, Rows, type Row } from "./buckets.ts";
import { histogram } from "./histogram.ts";
import { cleanLabel, OVERFLOW_ROUTE } from "./labels.ts";
import type { MetricDefinition, MetricValue } from "./metric.ts";
import type { CountingPlan, PlanBook } from "./plans.ts";
import type { EventKind } from "./trackers.ts";

type Labels = Readonly<Record<string, string>>;

/** Events that have the same labels. */
export interface OperationSeries extends Row {
  readonly labels: Labels;
  readonly plan: CountingPlan;
  /** What the plan takes its events for: callers may judge one status differently. */
  readonly failed: boolean;
  /** Whether it stands for all that came after the limit was reached. */
  readonly shared: boolean;
}

/** How many of one name are running now. */
export interface Running {
  readonly labels: Labels;
  count: number;
}

/** What a table of operations is made of. */
export interface OperationTableOptions {
  readonly bounds: readonly number[];
  readonly plans: PlanBook;
  /** Most label sets; what comes later shares the name `(other)`. */
  readonly limit: number;
  /** Which label is the name. */
  readonly named: string;
  /** The labels of what came after the limit was reached, few whatever the given ones are. */
  readonly fold: (given: Labels) => Labels;
  /** Names of its two metrics, and what they are. */
  readonly duration: { readonly name: string; readonly help: string };
  readonly running: { readonly name: string; readonly help: string };
}

type Common = Pick<OperationTableOptions, "bounds" | "plans" | "limit">;

/** Finds and counts operations, in bounded memory. */
export class OperationTable {
  readonly #options: OperationTableOptions;
  readonly #rows: Rows;
  readonly #series = new Map<string, OperationSeries>();
  readonly #running = new Map<string, Running>();
  #overflowed = 0;

  constructor(options: OperationTableOptions) {
    this.#options = options;
    this.#rows = new Rows(options.bounds);
  }

  /** A table of jobs, messages and the like. */
  static ofOperations(common: Common): OperationTable {
    return new OperationTable({
      ...common,
      named: "operation",
      fold: (given) => ({ ...given, kind: OVERFLOW_ROUTE, operation: OVERFLOW_ROUTE }),
      duration: { name: "operation_duration_seconds", help: "Time that an operation took, by how it ended." },
      running: { name: "operations_in_flight", help: "Operations running now." },
    });
  }

  /** A table of calls of other services. */
  static ofDependencies(common: Common): OperationTable {
    return new OperationTable({
      ...common,
      named: "dependency",
      fold: (given) => ({
        ...given,
        dependency: OVERFLOW_ROUTE,
        ...(given.code === undefined
          ? {}
          : { code: given.code.replace(/^(\d)\d\d$/, (_code, first: string) => `${first}00`) }),
      }),
      duration: {
        name: "dependency_request_duration_seconds",
        help: "Time from an outbound call to the head of its response.",
      },
      running: { name: "dependency_requests_in_flight", help: "Outbound calls that wait for their response now." },
    });
  }

  /** The series of `given` labels; makes it at its first sight. */
  find(given: Labels, event: Pick<EventKind, "method" | "statusCode" | "failed">): OperationSeries {
    const { plans, limit, named, fold } = this.#options;
    const labels = cleaned(given);
    const known = this.#series.get(keyOf(labels));
    if (known?.failed === event.failed) return known;
    // An SLO knows an operation by its own name, also where it shares the label of all others.
    const plan = plans.planFor({ ...event, operation: labels[named], route: "", longLived: false });
    const { failed } = event;
    if (known !== undefined) return { ...known, plan, failed };
    if (this.#series.size < limit) return this.#add(labels, plan, failed);
    const folded = fold(labels);
    return { ...(this.#series.get(keyOf(folded)) ?? this.#add(folded, plan, failed)), plan, failed, shared: true };
  }

  /** Adds one event. What came before is settled. */
  count({ page, offset, plan, shared }: OperationSeries, seconds: number): void {
    const bucket = bucketOf(seconds, this.#options.bounds);
    (page[offset] as number) += seconds;
    (page[offset + 1 + bucket] as number) += 1;
    (plan.pending[bucket] as number) += 1;
    this.#options.plans.pending = true;
    if (shared) this.#overflowed += 1;
  }

  /** The count of what is running under these labels. */
  running(given: Labels): Running {
    const { limit, fold } = this.#options;
    let labels = cleaned(given);
    if (!this.#running.has(keyOf(labels)) && this.#running.size >= limit) labels = fold(labels);
    const running = this.#running.get(keyOf(labels)) ?? { labels, count: 0 };
    this.#running.set(keyOf(labels), running);
    return running;
  }

  /** How many events came to a shared series because the limit was reached. */
  get overflowed(): number {
    return this.#overflowed;
  }

  /** Its metrics. */
  metrics(): MetricDefinition[] {
    const { bounds, duration, running } = this.#options;
    return [
      histogram({ name: duration.name, bounds, labels: ({ labels }: OperationSeries) => labels }, duration.help, () => [
        ...this.#series.values(),
      ]),
      {
        name: running.name,
        type: "gauge",
        aggregator: "sum",
        help: running.help,
        values: (): MetricValue[] => [...this.#running.values()].map(({ labels, count }) => ({ labels, value: count })),
      },
    ];
  }

  #add(labels: Labels, plan: CountingPlan, failed: boolean): OperationSeries {
    const series = { ...this.#rows.take(), labels, plan, failed, shared: false };
    this.#series.set(keyOf(labels), series);
    return series;
  }
}

function cleaned(labels: Labels): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, cleanLabel(value)]));
}

// No clean label has a control character in it.
function keyOf(labels: Labels): string {
  return Object.values(labels).join("\u0000");
}
