/** Silences for windows of maintenance. */
import { cut } from "../../core/cut.ts";
import { invalid, show } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import type { CallOptions } from "../../ports/store.ts";
import type { HttpCaller } from "../http/caller.ts";
import { isoTime } from "../http/incident-fields.ts";
import { inPath, shortText } from "../http/settings.ts";

import { alertmanagerCaller, type AlertmanagerAddress } from "./client.ts";

/** Which alerts: those whose label has the value, or matches it as an anchored regular expression, or does not. */
export interface SilenceMatcher {
  readonly name: string;
  readonly value: string;
  /** False unless told. */
  readonly isRegex?: boolean;
  /** True unless told. */
  readonly isEqual?: boolean;
}

/** A silence to make. */
export interface Silence extends CallOptions {
  /** All of them must match; 1 to 100. */
  readonly matchers: readonly SilenceMatcher[];
  /** In epoch milliseconds. */
  readonly startsAt: number;
  /** In epoch milliseconds. */
  readonly endsAt: number;
  /** Who wants it. */
  readonly createdBy: string;
  /** Why. */
  readonly comment: string;
  /**
   * The same for each attempt at this silence, kept in its comment: where one with this key is pending or active already,
   * its id is the answer.
   */
  readonly idempotencyKey?: string;
}

const MOST_BYTES = 8_388_608;

/**
 * Makes and ends silences in an Alertmanager: for planned maintenance, so that nobody is paged by what is known.
 *
 * @example
 * ```ts
 * import { AlertmanagerSilences } from "nines/alertmanager";
 *
 * const silences = new AlertmanagerSilences({
 *   baseUrl: "http://alertmanager:9093",
 *   fetch: async () => new Response('{"silenceID":"4b1a"}'),
 * });
 * const id = await silences.create({
 *   matchers: [{ name: "service", value: "checkout" }],
 *   startsAt: Date.UTC(2026, 0, 10, 2), endsAt: Date.UTC(2026, 0, 10, 4),
 *   createdBy: "ann", comment: "database upgrade",
 * });
 * if (id !== "4b1a") throw new Error(id);
 * ```
 */
export class AlertmanagerSilences {
  readonly #caller: HttpCaller;

  constructor(options: AlertmanagerAddress) {
    checkOptions(options, "AlertmanagerSilences", ["baseUrl", "token", "fetch"]);
    this.#caller = alertmanagerCaller(options);
  }

  /** Makes a silence; answers with its id. */
  async create(silence: Silence): Promise<string> {
    const { startsAt, endsAt, idempotencyKey, signal } = silence;
    if (!(Math.abs(startsAt) <= LAST_INSTANT && endsAt > startsAt && endsAt <= LAST_INSTANT)) {
      throw invalid("endsAt", `${show(endsAt)} must be after startsAt, both in epoch milliseconds`);
    }
    const mark = idempotencyKey === undefined ? undefined : ` [${shortText("idempotencyKey", idempotencyKey, 200)}]`;
    const comment = cut(shortText("comment", silence.comment, 2_000), 1_500) + (mark ?? "");
    const matchers = checkedMatchers(silence.matchers);
    const found = mark === undefined ? undefined : await this.#find(mark, signal);
    if (found !== undefined) return found;
    const operation = "create a silence";
    const answer = await this.#caller.json({
      operation,
      path: "/silences",
      json: {
        matchers,
        startsAt: isoTime(startsAt),
        endsAt: isoTime(endsAt),
        createdBy: shortText("createdBy", silence.createdBy, 200),
        comment,
      },
      signal,
    });
    const id = (answer as { silenceID?: unknown } | null)?.silenceID;
    if (!isId(id)) throw this.#caller.failure(operation, "it was answered without an id", true);
    return id;
  }

  /** Ends a silence now; one that has ended already stays as it is. */
  async expire(id: string, { signal }: CallOptions = {}): Promise<void> {
    const path = `/silence/${inPath(shortText("id", id, LONGEST_ID))}`;
    // To expire it twice is a 500 in some versions, and 500 would be tried again for ever.
    const silence = await this.#caller.json({ operation: "look at a silence", method: "GET", path, signal });
    if (stateOf(silence) === "expired") return;
    await this.#caller.call({ operation: "expire a silence", method: "DELETE", path, signal });
  }

  async #find(mark: string, signal: AbortSignal | undefined): Promise<string | undefined> {
    const operation = "list silences";
    const listed = await this.#caller.json({
      operation,
      method: "GET",
      path: "/silences",
      maxBytes: MOST_BYTES,
      signal,
    });
    if (!Array.isArray(listed)) throw this.#caller.failure(operation, "it was answered with no list", true);
    const found = (listed as ({ id?: unknown; comment?: unknown } | null)[]).find((silence) => {
      const comment = silence?.comment;
      return typeof comment === "string" && comment.endsWith(mark) && stateOf(silence) !== "expired";
    });
    return isId(found?.id) ? found.id : undefined;
  }
}

const LONGEST_ID = 100;

/** What a silence can be ended by. */
function isId(id: unknown): id is string {
  return typeof id === "string" && id.trim() !== "" && id.length <= LONGEST_ID;
}

const LAST_INSTANT = 8.64e15;

function checkedMatchers(matchers: unknown): object[] {
  if (!Array.isArray(matchers) || matchers.length === 0 || matchers.length > 100) {
    throw invalid("matchers", `${show(matchers)} is not a list of 1 to 100 matchers`);
  }
  return (matchers as SilenceMatcher[]).map(({ name, value, isRegex = false, isEqual = true }, index) => {
    if (typeof name !== "string" || name === "" || typeof value !== "string") {
      throw invalid(["matchers", index], "needs the name of a label and a value");
    }
    return { name, value, isRegex, isEqual };
  });
}

function stateOf(silence: unknown): unknown {
  return (silence as { status?: { state?: unknown } } | null)?.status?.state;
}
