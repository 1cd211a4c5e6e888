import type { PostgresClient, PostgresPool } from "../../../src/adapters/sql/index.ts";
import type { IncidentChange } from "../../../src/ports/incident-store.ts";

/** A change that makes an incident, unless told otherwise. */
export function changed(change: Partial<IncidentChange> = {}): IncidentChange {
  return { expectedVersion: 0, events: ["{}"], summary: "{}", open: true, ...change };
}

/** What a statement meets instead of its answer. */
export type Trap = (text: string, client: PostgresClient) => Promise<unknown> | undefined;

/** `pool`, in which a trap sees each statement first; what it answers with, if anything, is waited for before the statement. */
export function trapped(pool: PostgresPool, trap: Trap): PostgresPool & { readonly statements: string[] } {
  const statements: string[] = [];
  return {
    statements,
    async connect() {
      const client = await pool.connect();
      return {
        query: async (text, values) => {
          statements.push(text);
          await trap(text, client);
          return client.query(text, values);
        },
        release: (destroy) => client.release(destroy),
        on: (event, listener) => client.on?.(event, listener),
        removeListener: (event, listener) => client.removeListener?.(event, listener),
      };
    },
  };
}

/** An error as `pg` makes them of what the server says. */
export function serverError(code: string): Error {
  return Object.assign(new Error("Key (secret)=(hunter2) at db.internal"), {
    severity: "ERROR",
    code,
    detail: "hunter2",
  });
}

/** What became of a promise that must not be kept. */
export async function rejection(promise: Promise<unknown>): Promise<Record<string, unknown> & Error> {
  try {
    await promise;
  } catch (error) {
    return error as Record<string, unknown> & Error;
  }
  throw new Error("it was kept");
}
