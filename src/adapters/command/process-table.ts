/** What runs on this machine, as far as one must know it to end what a command began. */

/** One process among all that there ever were: a number is given away again, a start is not. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** When it began, as the system counts; 0 where that cannot be known. */
  readonly started: number;
  /** Whether it has ended, and only waits for its parent to look. */
  readonly isOver: boolean;
  /** Name of its program, without arguments: these may hold secrets. */
  readonly name: string;
}

/** Looks at the processes of this machine. No method throws; what cannot be read is not there. */
export interface ProcessTable {
  /**
   * All there are, the newest numbers first, then those that were begun meanwhile; one may be told twice. Each is handed
   * over as soon as it is read, since it may not live long.
   */
  each(visit: (entry: ProcessEntry) => void): Promise<void>;
  /** One of them; undefined if there is none. */
  find(pid: number): ProcessEntry | undefined;
  /** The value of a variable that a process was begun with; undefined if it has none, or nobody tells. */
  variableOf(pid: number, name: string): string | undefined;
  /** The pipes or sockets that a process writes its output to; none if it writes to something else, or nobody tells. */
  outputsOf(pid: number): readonly string[];
}
