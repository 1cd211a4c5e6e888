/** How a host hands its requests to a collector; every Node framework ends here. */
import { invalid, show } from "../core/errors.ts";
import { checkMethods, checkOptions } from "../core/options.ts";
import { isThenable } from "../core/thenable.ts";
import type { GoldenSignalsCollector } from "./collector.ts";
import type { LabelValues } from "./labels.ts";
import type { ResponseLike } from "./response.ts";
import { observeFrom, type Teller } from "./watch.ts";

/** The collector itself, or something that has one, such as a `Reliability`. */
export type SignalsHolder = GoldenSignalsCollector | { readonly signals: GoldenSignalsCollector };

/** The collector of `holder`. */
export function signalsOf(holder: SignalsHolder): GoldenSignalsCollector {
  const given: unknown = holder;
  checkHolder(given, "a GoldenSignalsCollector or a Reliability");
  const signals: unknown = "signals" in given ? given.signals : given;
  checkMethods(signals, "holder", ["begin", "finish", "fault"]);
  return signals as GoldenSignalsCollector;
}

/** @throws {@link ConfigurationError} if `holder` is no object, or still a promise of one */
export function checkHolder(holder: unknown, what: string): asserts holder is object {
  if (isThenable(holder)) throw invalid("holder", `is a promise, not ${what}; write \`await Reliability.open(...)\``);
  if (typeof holder !== "object" || holder === null) throw invalid("holder", `${show(holder)} is not ${what}`);
}

/** What a service may say of its own requests. Asked once the response is over; what throws is reported and left out. */
export interface ObserveOptions<Request> {
  /**
   * Whether the request failed its SLOs, whatever its status says: false for a 429 that is meant, true for a 200 with an
   * error in its body. Undefined leaves it to the collector's `countsAsError`.
   */
  readonly countsAsError?: ((request: Request, statusCode: number) => boolean | undefined) | undefined;
  /** Values of the labels that the collector was given under `labels`. */
  readonly labels?: ((request: Request) => LabelValues | undefined) | undefined;
}

/** How a host tells of its requests. */
export interface HostOptions<Request> extends ObserveOptions<Request> {
  /** The pattern of the route that took `request`, with its mounts; undefined if none did. Asked once it is over. */
  readonly route: (request: Request) => string | undefined;
}

const OPTIONS: readonly (keyof HostOptions<never>)[] = ["route", "countsAsError", "labels"];

/** One mounting of a collector in a host. Make one a mount, not one a request. */
export class RequestObserver<Request> {
  readonly #signals: GoldenSignalsCollector;
  readonly #teller: Teller;

  /** @throws {@link ConfigurationError} if an option is none, or no function */
  constructor(signals: GoldenSignalsCollector, options: HostOptions<Request>) {
    checkOptions(options, "this host", OPTIONS);
    for (const name of OPTIONS) {
      const value: unknown = options[name];
      if (value !== undefined && typeof value !== "function") throw invalid(name, `${show(value)} is not a function`);
    }
    this.#signals = signals;
    this.#teller = tellerOf(signals, options);
  }

  /**
   * Counts `request` once `response` is over. A response that this collector watches already is counted once, and named
   * by the first host that knows its route: whatever is mounted twice, in any order. Never throws.
   */
  observe(request: Request, method: string, response: ResponseLike): void {
    try {
      observeFrom(this.#signals, this.#teller, request, method, response);
    } catch (error) {
      this.#signals.fault("a request could not be observed", error);
    }
  }
}

/** Asks a host and its user, and reports what they throw, or answer that is no answer. */
function tellerOf<Request>(signals: GoldenSignalsCollector, options: HostOptions<Request>): Teller {
  const { route, labels, countsAsError } = options;
  const guarded =
    <Result>(
      tell: (request: Request, statusCode: number) => unknown,
      check: (answer: unknown) => Result,
      what: string,
    ) =>
    (request: unknown, statusCode: number): Result | undefined => {
      try {
        const answer = tell(request as Request, statusCode);
        return answer === undefined ? undefined : check(answer);
      } catch (error) {
        signals.fault(what, error);
        return undefined;
      }
    };
  return {
    route: guarded(route, text, "the route of a request could not be told"),
    labels: labels && guarded(labels, labelValues, "the labels of a request could not be told"),
    failed:
      countsAsError &&
      guarded(countsAsError, trueOrFalse, "the rule countsAsError could not tell; the status is judged without it"),
  };
}

function text(answer: unknown): string {
  if (typeof answer === "string") return answer;
  throw refused(answer, "neither a pattern nor undefined");
}

function labelValues(answer: unknown): LabelValues {
  if (typeof answer === "object" && answer !== null && !isThenable(answer)) return answer as LabelValues;
  throw refused(answer, "neither labels nor undefined");
}

// An async rule would make every request a failed one.
function trueOrFalse(answer: unknown): boolean {
  if (typeof answer === "boolean") return answer;
  throw refused(answer, "neither true nor false nor undefined");
}

function refused(answer: unknown, what: string): TypeError {
  // Nobody waits for it; a rejection that nobody handles would end the process.
  if (isThenable(answer)) {
    answer.then(
      () => undefined,
      () => undefined,
    );
    return new TypeError("it returned a promise; it must answer at once");
  }
  return new TypeError(`it returned ${show(answer)}, which is ${what}`);
}
