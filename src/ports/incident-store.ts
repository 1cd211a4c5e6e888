/** Where incidents are kept: what happened to each, in order, and which version of it that makes. */
import type { CallOptions } from "./store.ts";

/** A key that leads to one incident at a time, such as the group of alerts that it is about. */
export interface IncidentClaim {
  /** 1 to 200 characters. */
  readonly key: string;
  /** The incident that the key must lead to until now; undefined if to none. */
  readonly from?: number;
}

/** What a commit does to one incident. */
export interface IncidentChange {
  /** Which incident; undefined makes a new one, which gets the next number. */
  readonly number?: number;
  /** How many events it has until now: 0 for a new one. */
  readonly expectedVersion: number;
  /** Events that are appended, each as JSON text on one line. */
  readonly events: readonly string[];
  /** How it stands after them, as JSON text on one line; takes the place of the one before. */
  readonly summary: string;
  /** Whether it is still open then. */
  readonly open: boolean;
  /** When something is to be done for it next, in epoch milliseconds; undefined for nothing. */
  readonly dueAt?: number;
  /** Keys that lead to it from now on. */
  readonly claims?: readonly IncidentClaim[];
}

/** One incident as it stands. */
export interface IncidentRow {
  /** From 1 upwards, in the order in which they were made. */
  readonly number: number;
  /** How many events it has. */
  readonly version: number;
  readonly open: boolean;
  /** When something is to be done for it next, in epoch milliseconds. */
  readonly dueAt?: number;
  /** How it stands, as JSON text. */
  readonly summary: string;
}

/** Which incidents to list. */
export interface IncidentPage extends CallOptions {
  /** Most rows, from 1 to 1,000. */
  readonly limit: number;
  /** By falling numbers instead of rising ones. */
  readonly newestFirst?: boolean;
  /** Only those that come after this number in the order asked for. */
  readonly beyond?: number;
  /** Only those that are open, or only those that are not. */
  readonly open?: boolean;
}

/**
 * Keeps incidents as streams of events. A commit that resolved survives a crash; one that rejected left nothing behind, or
 * all of it if the store could not tell any more.
 */
export interface IncidentStore {
  /**
   * Makes all of `changes` or none. Answers with the number and the new version of each, in their order.
   *
   * Rejects with a `ConflictError` if an incident does not have the expected version, or a key leads elsewhere: somebody
   * else was first. Rejects with an `AdapterError` if the store cannot do it.
   */
  commit(
    changes: readonly IncidentChange[],
    options?: CallOptions,
  ): Promise<readonly { readonly number: number; readonly version: number }[]>;

  /** The events of an incident beyond the first `after` ones; none if there is no such incident. */
  read(number: number, options?: CallOptions & { readonly after?: number }): Promise<readonly string[]>;

  /** One page of incidents. */
  rows(page: IncidentPage): Promise<readonly IncidentRow[]>;

  /** Numbers of the incidents that something is to be done for at `at`, the longest overdue first. */
  due(at: number, limit: number, options?: CallOptions): Promise<readonly number[]>;

  /** The incident that `key` leads to. */
  holderOf(key: string, options?: CallOptions): Promise<number | undefined>;
}
