/** What came of a run: counts, and the faults with the smallest inputs that show them. */

/** One fault of nines. */
export interface FuzzFault {
  readonly target: string;
  readonly seed: string;
  /** Which of the target's inputs, and the way to the smallest that still fails. */
  readonly index: number;
  readonly path: readonly number[];
  readonly why: string;
  /** Absent where no one input is to blame, as for memory that grows. */
  readonly input?: unknown;
}

/** What one target had. */
export interface TargetReport {
  readonly name: string;
  readonly description: string;
  readonly inputs: number;
  readonly taken: number;
  readonly refused: number;
  readonly seconds: number;
  readonly slowestMs: number;
  readonly slowestIndex: number;
  readonly heapMb: number;
}

/** A whole run. */
export interface FuzzReport {
  readonly seed: string;
  readonly targets: readonly TargetReport[];
  readonly faults: readonly FuzzFault[];
  /** With those of a fault that was met before. */
  readonly faultyInputs: number;
  readonly children: number;
  /** Of those, which ended by themselves with status 0. */
  readonly endedWell: number;
  readonly seconds: number;
}

/** The figures of the whole. */
export interface FuzzFigures {
  readonly targets: number;
  readonly inputs: number;
  readonly taken: number;
  readonly refused: number;
  readonly faults: number;
  readonly children: number;
  readonly childrenWithStatus0: number;
  readonly slowestInputMs: number;
  readonly largestHeapMb: number;
}

export function figuresOf({ targets, faults, children, endedWell }: FuzzReport): FuzzFigures {
  const sum = (of: (target: TargetReport) => number): number => targets.reduce((all, target) => all + of(target), 0);
  const most = (of: (target: TargetReport) => number): number => Math.round(Math.max(0, ...targets.map(of)));
  return {
    targets: targets.length,
    inputs: sum(({ inputs }) => inputs),
    taken: sum(({ taken }) => taken),
    refused: sum(({ refused }) => refused),
    faults: faults.length,
    children,
    childrenWithStatus0: endedWell,
    slowestInputMs: most(({ slowestMs }) => slowestMs),
    largestHeapMb: most(({ heapMb }) => heapMb),
  };
}

/** A line a target. */
export function reportText({ targets }: FuzzReport): string {
  const rows = targets.map((target) => [
    target.name,
    String(target.inputs),
    String(target.taken),
    String(target.refused),
    (target.inputs / Math.max(target.seconds, 0.001)).toFixed(0),
    `${target.slowestMs.toFixed(0)} (${String(target.slowestIndex)})`,
    target.heapMb.toFixed(0),
  ]);
  const table = [["target", "inputs", "taken", "refused", "per second", "slowest ms (input)", "heap MB"], ...rows];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  return table
    .map((row) =>
      row
        .map((cell, column) => (column === 0 ? cell.padEnd : cell.padStart).call(cell, widths[column] ?? 0))
        .join("  "),
    )
    .join("\n");
}

/** What a reader needs to see a fault again. */
export function faultText({ target, seed, index, path, why, input }: FuzzFault): string {
  const shown = input === undefined ? "(no one input)" : JSON.stringify(input);
  const cut = shown.length > 2_000 ? `${shown.slice(0, 2_000)}... (${String(shown.length)} characters)` : shown;
  return `${target}, seed ${seed}, input ${String(index)}, smaller by ${JSON.stringify(path)}\n${why}\n${cut}`;
}
