/** A store of somebody's own, whose answers are looked at before anybody builds on them. */
import { AdapterError, show } from "../core/errors.ts";
import type { IncidentRow, IncidentStore } from "../ports/incident-store.ts";

/**
 * `store`, each of whose answers is what the port promises: rejects with an {@link AdapterError} for anything else. A commit that is
 * answered with nonsense may be kept all the same, and is worth asking about again.
 *
 * @param adapter - what it is called in errors, such as `incident store`
 */
export function soundStore(store: IncidentStore, adapter: string): IncidentStore {
  const checked = async <T>(operation: string, answer: PromiseLike<T>, read: (answer: unknown) => T): Promise<T> => {
    const given: unknown = await answer;
    let problem: unknown;
    try {
      return read(given);
    } catch (cause) {
      problem = cause;
    }
    const why = problem instanceof NoAnswer ? `: ${problem.message}` : "";
    throw new AdapterError(`it answered with ${show(given)}, which is no answer${why}`, {
      ...{ adapter, operation, retryable: true, cause: problem },
    });
  };
  return {
    commit: (changes, options) =>
      checked("commit", store.commit(changes, options), (answer) => {
        const made = list(answer, "of numbers and versions").map((one) => {
          const { number, version } = mapping(one);
          return { number: whole(number), version: whole(version) };
        });
        if (made.length !== changes.length)
          throw new NoAnswer(`${counted(made.length, "answer")} for ${counted(changes.length, "change")}`);
        return made;
      }),
    read: (number, options) =>
      checked("read", store.read(number, options), (answer) => list(answer, "of events").map(text)),
    rows: (page) =>
      checked("list", store.rows(page), (answer) => {
        const rows = list(answer, "of rows").map(row);
        if (rows.length > page.limit)
          throw new NoAnswer(`${counted(rows.length, "row")}, and ${String(page.limit)} were asked for`);
        return rows;
      }),
    due: (at, limit, options) =>
      checked("list", store.due(at, limit, options), (answer) => list(answer, "of numbers").map(whole)),
    holderOf: (key, options) =>
      checked("read", store.holderOf(key, options), (answer) => (answer === undefined ? undefined : whole(answer))),
  };
}

/** What is missing, in words of ours. */
class NoAnswer extends TypeError {}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? "" : "s"}`;
}

function row(value: unknown): IncidentRow {
  const { number, version, open, dueAt, summary } = mapping(value);
  if (typeof open !== "boolean") throw new NoAnswer(`open is true or false, not ${show(open)}`);
  if (dueAt !== undefined && !Number.isFinite(dueAt))
    throw new NoAnswer(`dueAt is a time or left out, not ${show(dueAt)}`);
  return {
    ...{ number: whole(number), version: whole(version), open, summary: text(summary) },
    ...(dueAt === undefined ? {} : { dueAt: dueAt as number }),
  };
}

function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new NoAnswer(`a list ${what} is needed`);
}

function mapping(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null) return value as Readonly<Record<string, unknown>>;
  throw new NoAnswer(`a mapping is needed, not ${show(value)}`);
}

function whole(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
  throw new NoAnswer(`a whole number from 1 on is needed, not ${show(value)}`);
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  throw new NoAnswer(`a text is needed, not ${show(value)}`);
}
