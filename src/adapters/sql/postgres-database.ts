/** Runs scripts on PostgreSQL, each on a connection of its own. */
import { AdapterError, invalid, show } from "../../core/errors.ts";

import { attempts } from "./attempts.ts";
import type { Dialect, SqlDatabase } from "./dialect.ts";
import { failure, isInTheWay, unknownOutcome } from "./failures.ts";
import { postgresDialect } from "./postgres-dialect.ts";
import { isConnectionLost, isRefused, postgresTrouble } from "./postgres-trouble.ts";
import { query, type Answer, type Script, type Statement } from "./statements.ts";

/** The part of a `pg` client that is needed. */
export interface PostgresClient {
  /** Runs one statement, whose values are `$1`, `$2`. */
  query(
    text: string,
    values?: unknown[],
  ): Promise<{ readonly rows: unknown[]; readonly rowCount: number | null; readonly command?: string }>;
  /** Gives the connection back; `true` closes it. */
  release(destroy?: boolean): void;
  /** Listens for a connection that breaks while nothing is asked of it. */
  on?(event: "error", listener: (error: Error) => void): unknown;
  /** Ends that. */
  removeListener?(event: "error", listener: (error: Error) => void): unknown;
}

/** The part of a `pg` Pool that is needed. */
export interface PostgresPool {
  /** A connection that nobody else has. */
  connect(): Promise<PostgresClient>;
}

const MOST_ATTEMPTS = 10;

/**
 * The versions are checked by the statements themselves, so READ COMMITTED is enough. The answer to a COMMIT must mean that
 * it is on the disk. A process that stands still in the midst of a transaction must not hold up the others for long.
 */
const BEGIN = [
  "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
  `SELECT set_config(name, wanted, true) FROM (VALUES
    ('synchronous_commit', 'off', 'on'),
    ('lock_timeout', '0', '30s'),
    ('idle_in_transaction_session_timeout', '0', '30s')) AS setting (name, unwanted, wanted)
    WHERE current_setting(name) = unwanted`,
].join("; ");

/** PostgreSQL through a pool. */
export class PostgresDatabase implements SqlDatabase {
  readonly dialect: Dialect = postgresDialect;
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  /** @throws {@link AdapterError} if the database cannot hold every text */
  async checkEncoding(signal?: AbortSignal): Promise<void> {
    const [row] = await this.read("open", query("SELECT current_setting('server_encoding') AS encoding"), signal);
    if (row?.encoding === "UTF8") return;
    throw new AdapterError(`the database has the encoding ${show(row?.encoding)}; it must be UTF8`, {
      adapter: "sql store",
      operation: "open",
      retryable: false,
    });
  }

  transaction<T>(operation: string, script: () => Script<T>, signal?: AbortSignal): Promise<T> {
    return attempts(() => this.#once(operation, script, signal), { most: MOST_ATTEMPTS, again: isInTheWay, signal });
  }

  read(operation: string, statement: Statement, signal?: AbortSignal): Promise<Answer["rows"]> {
    return this.#connected(operation, signal, async (ask) => (await ask(statement)).rows);
  }

  #once<T>(operation: string, script: () => Script<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#connected(operation, signal, async (ask, client) => {
      await ask({ sql: BEGIN, values: [], returns: false });
      const steps = script();
      let step = steps.next();
      while (step.done !== true) step = steps.next(await ask(step.value));
      signal?.throwIfAborted();
      await commit(client, operation);
      return step.value;
    });
  }

  async #connected<T>(
    operation: string,
    signal: AbortSignal | undefined,
    work: (ask: (statement: Statement) => Promise<Answer>, client: PostgresClient) => Promise<T>,
  ): Promise<T> {
    const client = await this.#connect(operation, signal);
    let lost = false;
    // Without a listener an EventEmitter throws, and that would end the host's process.
    const onError = (): void => {
      lost = true;
    };
    client.on?.("error", onError);
    try {
      return await work(async (statement) => {
        signal?.throwIfAborted();
        return ask(client, operation, statement);
      }, client);
    } catch (error) {
      lost ||= error instanceof LostConnection || !(await rolledBack(client));
      throw error instanceof LostConnection ? error.told : error;
    } finally {
      client.removeListener?.("error", onError);
      client.release(lost);
    }
  }

  async #connect(operation: string, signal: AbortSignal | undefined): Promise<PostgresClient> {
    signal?.throwIfAborted();
    // Asked for in a promise's executor, so that what is thrown at once is a rejection like any other.
    const connecting = new Promise<PostgresClient>((resolve) => {
      resolve(this.#pool.connect());
    });
    const client = await unlessAborted(connecting, signal).catch((error: unknown) => {
      // It may come yet, and nobody would give it back.
      connecting.then((late) => late.release()).catch(() => undefined);
      throw signal?.aborted === true ? error : failure(operation, postgresTrouble(error));
    });
    if (typeof (client as Partial<PostgresClient> | undefined)?.release !== "function") {
      throw invalid("postgres", "its connect() gives no client with query() and release(); hand in a Pool");
    }
    return client;
  }
}

/** Carries an error out of a transaction whose connection is of no more use. */
class LostConnection extends Error {
  readonly told: AdapterError;
  constructor(told: AdapterError) {
    super();
    this.told = told;
  }
}

async function ask(client: PostgresClient, operation: string, { sql, values }: Statement): Promise<Answer> {
  let count = 0;
  const text = sql.replaceAll("?", () => `$${String((count += 1))}`);
  try {
    // Several statements at once are possible without values only.
    const { rows, rowCount } = await (values.length === 0 ? client.query(text) : client.query(text, [...values]));
    return { rows: rows as Answer["rows"], changed: rowCount ?? 0 };
  } catch (error) {
    const told = failure(operation, postgresTrouble(error));
    throw isConnectionLost(error) ? new LostConnection(told) : told;
  }
}

async function commit(client: PostgresClient, operation: string): Promise<void> {
  let command: string | undefined;
  try {
    ({ command } = await client.query("COMMIT"));
  } catch (error) {
    const trouble = postgresTrouble(error);
    throw isRefused(error) ? failure(operation, trouble) : new LostConnection(unknownOutcome(operation, trouble));
  }
  // The answer to COMMIT in a transaction that has failed.
  if (command !== "ROLLBACK") return;
  throw failure(operation, {
    code: undefined,
    why: "the server rolled back what was to be committed",
    retryable: true,
  });
}

/** Whether the connection can be used again. */
async function rolledBack(client: PostgresClient): Promise<boolean> {
  try {
    await client.query("ROLLBACK");
    return true;
  } catch {
    return false;
  }
}

async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const onAbort = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener("abort", onAbort);
    stop = () => {
      signal.removeEventListener("abort", onAbort);
    };
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stop();
  }
}
