/** A function that is recorded as an operation whenever it is called. */
import { invalid, show } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import { isThenable } from "../core/thenable.ts";
import { trueOrFalse } from "./options.ts";
import {
  OperationRecorder,
  outcomeOfError,
  type OperationName,
  type OperationOutcome,
  type RecorderContext,
} from "./recorder.ts";

/** How a function is wrapped. */
export interface WrapOptions<Result> extends Partial<OperationName> {
  /** Whether what it returned (or resolved to) is a failure all the same; what it throws always is one. */
  readonly countsAsError?: (result: Result) => boolean;
}

/** `fn`, recorded. Returns, throws and resolves just as `fn` does. */
export function wrapFunction<This, Args extends unknown[], Result>(
  context: RecorderContext,
  fn: (this: This, ...args: Args) => Result,
  options: WrapOptions<Awaited<Result>>,
): (this: This, ...args: Args) => Result {
  if (typeof fn !== "function") throw invalid("fn", `${show(fn)} is not a function`);
  checkOptions(options, "wrap", ["operation", "kind", "countsAsError"]);
  const { operation = fn.name, kind, countsAsError } = options;
  if (operation === "") throw invalid("operation", 'the function has no name; write { operation: "send-mail" }');
  const recorder = new OperationRecorder(context, { operation, ...(kind === undefined ? {} : { kind }) });
  const outcomeOf = (result: Awaited<Result>): OperationOutcome => {
    try {
      return countsAsError !== undefined && trueOrFalse(countsAsError(result)) ? "error" : "ok";
    } catch (error) {
      context.onFault(`the rule countsAsError of ${operation} could not tell`, error);
      return "ok";
    }
  };
  const recorded = function (this: This, ...args: Args): Result {
    const end = recorder.start();
    let result: Result;
    try {
      result = fn.apply(this, args);
    } catch (error) {
      end(outcomeOfError(error));
      throw error;
    }
    if (!isThenable(result)) end(outcomeOf(result as Awaited<Result>));
    else if (!whenSettled(result, (value) => outcomeOf(value as Awaited<Result>), end)) end();
    return result;
  };
  // Some callers look at these: an error handler of Express is one by its four parameters.
  for (const name of ["name", "length"] as const) {
    Object.defineProperty(recorded, name, { value: fn[name], configurable: true });
  }
  return recorded;
}

const thenOfPromises = Reflect.get(Promise.prototype, "then") as (this: unknown, ...handlers: unknown[]) => unknown;

/**
 * Ends once `result` is settled; false if that cannot be seen. Its own `then` is never called: to a query builder that
 * is the order to run the query, and whoever awaits it afterwards would run it again.
 */
function whenSettled(
  result: PromiseLike<unknown>,
  outcomeOf: (value: unknown) => OperationOutcome,
  end: (outcome: OperationOutcome) => void,
): boolean {
  try {
    void Reflect.apply(thenOfPromises, result, [
      (value: unknown) => {
        end(outcomeOf(value));
      },
      (error: unknown) => {
        end(outcomeOfError(error));
      },
    ]);
    return true;
  } catch {
    return false;
  }
}
