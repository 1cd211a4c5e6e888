/** A Prometheus that remembers what went wrong, so that it can be told once, with the address. */
import { PrometheusSource, type PrometheusSourceOptions } from "../adapters/prometheus/source.ts";
import { isReliabilityError } from "../core/errors.ts";
import type { SliAnswer, SliQuestion } from "../ports/sli-source.ts";
import type { CallOptions } from "../ports/store.ts";
import type { Slo } from "../slo/model.ts";

import { noteHost } from "./hosts.ts";
import type { Output } from "./io.ts";
import { oneLine } from "./paint.ts";

/** Why a Prometheus could not tell, as JSON has it. */
export interface Unanswered {
  /** Host and port. */
  readonly host: string;
  readonly message: string;
}

/** A {@link PrometheusSource} that knows where it is and whether it has failed. */
export class WatchedSource extends PrometheusSource {
  readonly host: string;
  #unanswered: Unanswered | undefined;

  constructor(options: PrometheusSourceOptions) {
    super(options);
    this.host = new URL(options.url).host;
  }

  /** The first time that it could not tell; undefined if it always could. */
  get unanswered(): Unanswered | undefined {
    return this.#unanswered;
  }

  override async measureAll(
    questions: readonly SliQuestion<Slo>[],
    options?: CallOptions,
  ): Promise<readonly SliAnswer[]> {
    const answers = await super.measureAll(questions, options);
    for (const answer of answers) if ("error" in answer) this.#note(answer.error);
    return answers;
  }

  /** What is wrong with an SLO is not the doing of the Prometheus. */
  #note(error: Error): void {
    if (!isReliabilityError(error) || error.code !== "adapter") return;
    noteHost(error, this.host);
    this.#unanswered ??= { host: this.host, message: error.message };
  }
}

/** Tells people, once, which Prometheus could not tell. */
export async function tellUnanswered(stderr: Output, { unanswered }: WatchedSource): Promise<void> {
  if (unanswered === undefined) return;
  await stderr.write(`nines: ${oneLine(`${unanswered.host}: ${unanswered.message}`)}\n`);
}
