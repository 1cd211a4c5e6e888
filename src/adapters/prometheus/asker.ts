/** Asks a Prometheus questions: each ends within its time, with an answer or with why there is none. */
import { isAborted } from "../../core/abort.ts";
import { withDeadline } from "../../core/deadline.ts";
import { limitText } from "../../core/time/duration-text.ts";
import type { HttpAnswer } from "../http/caller.ts";

import { Attempts, type AttemptsOptions, isTimeout, type Round } from "./attempts.ts";
import type { PrometheusConnection } from "./client.ts";
import { type Envelope, readEnvelope, readPlain } from "./envelope.ts";
import type { ApiRequest } from "./request.ts";
import type { PrometheusResult } from "./result.ts";
import { ABORTED, failureOf, Trouble, troubleOf } from "./trouble.ts";

/** How to ask. */
export interface AskerOptions extends Omit<AttemptsOptions, "caller"> {
  readonly connection: PrometheusConnection;
  /** For a question with all that it takes; undefined if only its signal ends it. */
  readonly timeoutMs: number | undefined;
  /** Of the answers to one question. */
  readonly maxBytes: number;
  readonly partial: "refuse" | "accept";
}

/** A question, in as many requests as it takes. */
export interface Question<Part, Data> {
  /** As in "prometheus could not OPERATION". */
  readonly operation: string;
  /** What to ask after what came so far; undefined if that is all. */
  readonly next: (parts: readonly Part[]) => ApiRequest | undefined;
  /** Reads the data of one answer. */
  readonly read: (data: unknown) => Part | Trouble;
  readonly join: (parts: readonly Part[]) => Data | Trouble;
  /** Whether the answer is a text for people. */
  readonly isPlain?: boolean;
}

/** What was answered. */
export interface Answered<Data> {
  readonly data: Data;
  readonly warnings: readonly string[];
  readonly infos: readonly string[];
}

/** What became of a question. */
export interface Asked<Data> {
  readonly outcome: Answered<Data> | Trouble;
  /** How many requests went out. */
  readonly attempts: number;
}

/** PromQL's own warnings, which come again however often one asks. */
const OF_THE_QUERY = "PromQL warning:";

/** One Prometheus, and how it is asked. */
export class Asker {
  readonly #options: AskerOptions;
  readonly #attempts: Attempts;

  constructor(options: AskerOptions) {
    this.#options = options;
    this.#attempts = new Attempts({ ...options, caller: options.connection.caller });
  }

  /** What became of it; never rejects, and nothing of the question goes on afterwards. */
  async result<Part, Data>(
    question: Question<Part, Data>,
    signal: AbortSignal | undefined,
  ): Promise<PrometheusResult<Data>> {
    const { outcome, attempts } = await this.ask(question, signal);
    if (!(outcome instanceof Trouble)) return { ok: true, ...outcome };
    return { ok: false, failure: failureOf(outcome, question.operation, attempts) };
  }

  /** The same, before it is put into words. */
  async ask<Part, Data>(question: Question<Part, Data>, signal: AbortSignal | undefined): Promise<Asked<Data>> {
    const { timeoutMs, clock, maxBytes } = this.#options;
    const round: Round = {
      operation: question.operation,
      endsAt: clock.monotonic() + (timeoutMs ?? Infinity),
      maxBytes,
      bytesLeft: maxBytes,
      attempts: 0,
      last: undefined,
    };
    const outcome = await this.#inTime(question, round, signal);
    return { outcome, attempts: round.attempts };
  }

  async #inTime<Part, Data>(
    question: Question<Part, Data>,
    round: Round,
    signal: AbortSignal | undefined,
  ): Promise<Answered<Data> | Trouble> {
    const { timeoutMs, clock } = this.#options;
    const { operation } = round;
    if (isAborted(signal)) return ABORTED;
    try {
      if (timeoutMs === undefined) return await this.#all(question, round, signal);
      const all = (within: AbortSignal): Promise<Answered<Data> | Trouble> => this.#all(question, round, within);
      // Who waits for an answer is to get one, even if nothing else keeps the process alive.
      return await withDeadline(all, { clock, timeoutMs, operation, signal, keepAlive: true });
    } catch (error) {
      if (isAborted(signal)) return ABORTED;
      return timeoutMs !== undefined && isTimeout(error) ? late(round, timeoutMs) : troubleOf(error, round.maxBytes);
    }
  }

  async #all<Part, Data>(
    question: Question<Part, Data>,
    round: Round,
    signal: AbortSignal | undefined,
  ): Promise<Answered<Data> | Trouble> {
    const parts: Part[] = [];
    const warnings = new Set<string>();
    const infos = new Set<string>();
    const read = (answer: HttpAnswer): Answered<Part> | Trouble => this.#read(answer, question);
    for (let request = question.next(parts); request !== undefined; request = question.next(parts)) {
      const answered = await this.#attempts.send(request, read, round, signal);
      if (answered instanceof Trouble) return answered;
      parts.push(answered.data);
      for (const warning of answered.warnings) warnings.add(warning);
      for (const info of answered.infos) infos.add(info);
    }
    const data = question.join(parts);
    return data instanceof Trouble ? data : { data, warnings: [...warnings], infos: [...infos] };
  }

  #read<Part, Data>(answer: HttpAnswer, { read, isPlain = false }: Question<Part, Data>): Answered<Part> | Trouble {
    const envelope = isPlain ? readPlain(answer) : readEnvelope(answer, this.#options.connection.hide);
    if (envelope instanceof Trouble) return envelope;
    if (this.#options.partial === "refuse" && envelope.warnings.length > 0) return partial(envelope, answer.status);
    const data = read(envelope.data);
    return data instanceof Trouble ? data.with({ status: answer.status }) : { ...envelope, data };
  }
}

function partial({ warnings }: Envelope, status: number): Trouble {
  const text = `it was answered with warnings, so a part of the data may be missing: ${warnings[0] ?? ""}`;
  return new Trouble("partial", text, !warnings.every((warning) => warning.startsWith(OF_THE_QUERY)), {
    status,
    warnings,
  });
}

function late({ attempts, last }: Round, timeoutMs: number): Trouble {
  const within = `within ${limitText(timeoutMs)}`;
  if (attempts === 0) return new Trouble("timeout", `its turn did not come ${within}`, true);
  const before = last === undefined ? "" : `; the time before, ${last.text}`;
  return new Trouble("timeout", `there was no whole answer ${within}${before}`, true);
}
