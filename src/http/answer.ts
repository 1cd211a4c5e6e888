/** What nines' own endpoints answer, before a framework writes it. */

/** A response without a framework. */
export interface Answer {
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: string;
}

/** Has metrics to be scraped: a collector or a `Reliability`. */
export interface MetricsHolder {
  /** The exposition, as text. */
  metrics(): Promise<string>;
  /** Its media type. */
  readonly contentType: string;
}

/** Has a status to be shown: a `Reliability`. */
export interface StatusHolder {
  /** Anything that JSON can say. */
  status(): Promise<unknown>;
}

/** The metrics, or a 500 that says what went wrong to whoever scrapes. */
export async function metricsAnswer(holder: MetricsHolder): Promise<Answer> {
  try {
    return { statusCode: 200, contentType: holder.contentType, body: await holder.metrics() };
  } catch (error) {
    return failed("the metrics could not be rendered", error);
  }
}

/** The status as JSON, or a 500 that says what went wrong. */
export async function statusAnswer(holder: StatusHolder): Promise<Answer> {
  try {
    const body = `${JSON.stringify(await holder.status(), null, 2)}\n`;
    return { statusCode: 200, contentType: "application/json; charset=utf-8", body };
  } catch (error) {
    return failed("the status could not be told", error);
  }
}

function failed(what: string, error: unknown): Answer {
  const why = error instanceof Error ? error.message : String(error);
  return { statusCode: 500, contentType: "text/plain; charset=utf-8", body: `${what}: ${why}\n` };
}
