/** What Rundeck answers, as far as anyone wants to know. Numbers and truth values come as texts as well as plain. */

/** An execution of a job. */
export interface Execution {
  readonly id: string;
  /** `running`, `succeeded`, `failed`, `aborted`, `timedout`, `other` ... */
  readonly status: string;
  /** What a job ended with by its own choice, for `other`. */
  readonly customStatus: string | undefined;
  /** Where people look at it. */
  readonly url: string | undefined;
  /** Values of its options, by name. */
  readonly options: ReadonlyMap<string, string>;
  /** Its options as one line of arguments. */
  readonly argString: string;
  /** Names of nodes where it failed. */
  readonly failedNodes: readonly string[];
}

/** One line of output. */
export interface LogEntry {
  /** `NORMAL`, `ERROR`, `WARN`, `VERBOSE`, `DEBUG`, `OTHER`. */
  readonly level: string;
  readonly text: string;
}

/** A piece of an execution's output. */
export interface OutputPage {
  readonly entries: readonly LogEntry[];
  /** Where the next page begins. */
  readonly offset: number;
  /** In epoch milliseconds. */
  readonly lastModified: number;
  /** Whether there is no more of it now. */
  readonly isAll: boolean;
  readonly isExecutionOver: boolean;
}

/** What became of the wish to abort an execution. */
export type AbortAnswer = "aborted" | "pending" | "failed";

const UNDER_WAY: ReadonlySet<string> = new Set(["running", "scheduled", "queued"]);

/** Whether an execution has not ended yet. */
export function isUnderWay({ status }: Execution): boolean {
  return UNDER_WAY.has(status);
}

/** Undefined for what is no execution. */
export function readExecution(value: unknown): Execution | undefined {
  if (!isRecord(value)) return undefined;
  const id = idOf(value.id);
  const status = textOf(value.status);
  if (id === undefined || status === "") return undefined;
  const options = isRecord(value.job) && isRecord(value.job.options) ? value.job.options : {};
  return {
    id,
    status,
    customStatus: textOf(value.customStatus) || undefined,
    url: linkOf(value.permalink),
    options: new Map(Object.entries(options).map(([name, option]) => [name, textOf(option)])),
    argString: textOf(value.argstring),
    failedNodes: Array.isArray(value.failedNodes) ? value.failedNodes.map(textOf).filter((name) => name !== "") : [],
  };
}

/** Undefined for what is no list of executions; those in it that are none are left out. */
export function readExecutions(value: unknown): readonly Execution[] | undefined {
  if (!isRecord(value) || !Array.isArray(value.executions)) return undefined;
  return value.executions.map(readExecution).filter((execution) => execution !== undefined);
}

/** Undefined for what is no output. */
export function readOutput(value: unknown): OutputPage | undefined {
  if (!isRecord(value)) return undefined;
  const offset = numberOf(value.offset);
  // Before anything was written there may be neither an offset nor entries.
  if (offset === undefined && !isTrue(value.empty) && !isTrue(value.unmodified) && !Array.isArray(value.entries)) {
    return undefined;
  }
  return {
    entries: Array.isArray(value.entries) ? value.entries.flatMap(readEntry) : [],
    offset: offset ?? 0,
    lastModified: numberOf(value.lastModified) ?? 0,
    isAll: isTrue(value.completed),
    isExecutionOver: isTrue(value.execCompleted),
  };
}

/** Undefined for what is no answer to it. */
export function readAbort(value: unknown): AbortAnswer | undefined {
  if (!isRecord(value) || !isRecord(value.abort)) return undefined;
  const { status } = value.abort;
  return status === "aborted" || status === "pending" || status === "failed" ? status : undefined;
}

function readEntry(value: unknown): readonly LogEntry[] {
  if (!isRecord(value) || typeof value.log !== "string") return [];
  return [{ level: textOf(value.level) || "NORMAL", text: value.log }];
}

/** Whether it is a mapping. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function idOf(value: unknown): string | undefined {
  const id = textOf(value);
  return /^[A-Za-z0-9-]{1,64}$/.test(id) ? id : undefined;
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function textOf(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}

function isTrue(value: unknown): boolean {
  return value === true || value === "true";
}

/** An address that can be shown: of the web, without a user or a password. */
function linkOf(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > 2_000 || !URL.canParse(value)) return undefined;
  const url = new URL(value);
  const isPlain = url.username === "" && url.password === "";
  return isPlain && (url.protocol === "https:" || url.protocol === "http:") ? url.href : undefined;
}
