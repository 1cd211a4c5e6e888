/** The children of a run: one after another is given what is left, and what they tell is put together. */
import { basename } from "node:path";
import { drawnAt } from "./inputs.ts";
import { type Described, EXIT, type Job, type Message, type Segment, type SegmentEnd, sharesOf } from "./job.ts";
import type { FuzzFault, FuzzReport, TargetReport } from "./report.ts";
import { type ChildBounds, type ChildEnd, runChild } from "./run-child.ts";
import { loadTarget } from "./targets.ts";

/** How children are run. */
export interface CrewOptions extends Partial<ChildBounds> {
  readonly seed: string;
  /** The modules of the targets; each has its target's name. */
  readonly files: readonly string[];
  readonly heapGrowthMb?: number;
  /** So many children try to make one input smaller that ends the process. */
  readonly shrinkChildren?: number;
  /** A target that has ended so many processes is left alone for the rest of the run. */
  readonly mostDeaths?: number;
  readonly onFault?: (fault: FuzzFault) => void;
}

type Running = { -readonly [Name in keyof TargetReport]: TargetReport[Name] };

export class ChildCrew {
  readonly #options: Required<Omit<CrewOptions, "onFault">> & Pick<CrewOptions, "onFault">;
  readonly #script: string;
  readonly #files: ReadonlyMap<string, string>;
  readonly #targets = new Map<string, Running>();
  readonly #deaths = new Map<string, number>();
  readonly #faults: FuzzFault[] = [];
  #children = 0;
  #endedWell = 0;
  #faultyInputs = 0;

  /** @param script - as `bundleChild` made it of the same files */
  constructor(script: string, options: CrewOptions) {
    this.#script = script;
    this.#files = new Map(options.files.map((file) => [basename(file, ".ts"), file]));
    this.#options = {
      hangMs: 20_000,
      memoryMb: 1_024,
      heapGrowthMb: 32,
      shrinkChildren: 12,
      mostDeaths: 3,
      ...options,
    };
  }

  get inputs(): number {
    return [...this.#targets.values()].reduce((all, { inputs }) => all + inputs, 0);
  }

  /** Asks a child what the targets say of themselves. */
  async describe(): Promise<readonly Described[]> {
    let described: readonly Described[] | undefined;
    await this.#child({ names: [...this.#files.keys()], run: [] }, (message) => {
      if ("described" in message) described = message.described;
    });
    if (described === undefined) throw new Error("the child ended before it had described its targets");
    return described;
  }

  /** Segments, or so many inputs over all targets. */
  async run(work: readonly Segment[] | number): Promise<void> {
    let segments = typeof work === "number" ? undefined : work;
    let next: readonly Segment[] | number | undefined = work;
    while (next !== undefined) {
      const run = next;
      const end = await this.#child({ names: this.#namesOf(run), run }, (message) => {
        if ("described" in message) this.#meet(message.described);
        if ("described" in message && typeof run === "number") segments = sharesOf(message.described, run);
        if ("ended" in message) this.#count(segments?.[message.ended.segment], message.ended);
        if ("found" in message) {
          const { name, path, ...found } = message.found;
          void this.#found({ target: name, path: path ?? [], ...found }, path !== undefined);
        }
      });
      next = end.death === undefined ? undefined : await this.#afterDeath(segments ?? [], { ...end, death: end.death });
      segments = next;
    }
    await Promise.all(this.#pending);
  }

  report(seconds: number): FuzzReport {
    return {
      seed: this.#options.seed,
      targets: [...this.#targets.values()],
      faults: this.#faults,
      faultyInputs: this.#faultyInputs,
      children: this.#children,
      endedWell: this.#endedWell,
      seconds,
    };
  }

  /** What is left to run after a child has died. */
  async #afterDeath(
    segments: readonly Segment[],
    end: ChildEnd & { death: string },
  ): Promise<readonly Segment[] | undefined> {
    const { progress, death, code } = end;
    const current = segments[progress.segment];
    if (current === undefined || progress.turns === 0) throw new Error(`a child died before its first input: ${death}`);
    const { name, from, count, every } = current;
    const { index } = progress;
    const stop = from + count;
    if (index >= stop) throw new Error(`${name}: a child died after its inputs: ${death}`);
    const rest = segments.slice(progress.segment + 1);
    const after = index + 1 < stop ? [{ name, from: index + 1, count: stop - index - 1, every }] : [];
    if (code === EXIT.somewhere) {
      // The last so many inputs again, looking after each.
      const begin = Math.max(from, index + 1 - every);
      this.#count(current, { ...emptyEnd(progress), ...{ taken: 0, refused: 0 } }, begin - from);
      return [{ name, from: begin, count: index + 1 - begin, every: 1 }, ...after, ...rest];
    }
    this.#count(current, emptyEnd(progress), index + 1 - from);
    this.#faultyInputs += 1;
    await this.#found(await this.#shrunk(name, index, death), true);
    const deaths = (this.#deaths.get(name) ?? 0) + 1;
    this.#deaths.set(name, deaths);
    const left = deaths < this.#options.mostDeaths ? [...after, ...rest] : rest.filter((one) => one.name !== name);
    return left.length === 0 ? undefined : left;
  }

  /** The smallest input that ends a process: each child goes down until it dies, and the next goes on from there. */
  async #shrunk(name: string, index: number, death: string): Promise<Omit<FuzzFault, "seed" | "input">> {
    let [path, why]: [readonly number[], string] = [[], death];
    for (let round = 0; round < this.#options.shrinkChildren; round += 1) {
      const told: Message[] = [];
      const work = { names: [name], shrink: { name, index, path } };
      const end = await this.#child(work, (message) => told.push(message), Math.min(this.#options.hangMs, 5_000));
      const shrunk = told.find((message) => "shrunk" in message)?.shrunk;
      if (shrunk !== undefined && shrunk.why !== "") [path, why] = [shrunk.path, shrunk.why];
      if (end.death === undefined || end.progress.turns === 0) break;
      [path, why] = [[...end.progress.path, end.progress.smaller], end.death];
    }
    return { target: name, index, path, why };
  }

  readonly #pending: Promise<void>[] = [];

  async #found(fault: Omit<FuzzFault, "seed" | "input">, hasInput: boolean): Promise<void> {
    const { seed } = this.#options;
    const draw = async (): Promise<void> => {
      const file = this.#files.get(fault.target) ?? "";
      const drawn = hasInput ? drawnAt(await loadTarget(file), { seed, ...fault }) : undefined;
      const whole = { ...fault, seed, ...(drawn === undefined ? {} : { input: drawn.value }) };
      this.#faults.push(whole);
      this.#options.onFault?.(whole);
    };
    const drawing = draw();
    this.#pending.push(drawing);
    await drawing;
  }

  #meet(described: readonly Described[]): void {
    for (const { name, description } of described) {
      if (this.#targets.has(name)) continue;
      const none = { inputs: 0, taken: 0, refused: 0, seconds: 0, slowestMs: 0, slowestIndex: 0, heapMb: 0 };
      this.#targets.set(name, { name, description, ...none });
    }
  }

  #count(segment: Segment | undefined, end: SegmentEnd, inputs: number = segment?.count ?? 0): void {
    const target = this.#targets.get(segment?.name ?? "");
    if (target === undefined) return;
    target.inputs += inputs;
    target.taken += end.taken;
    target.refused += end.refused;
    this.#faultyInputs += end.faults;
    target.seconds += end.seconds;
    target.heapMb = Math.max(target.heapMb, end.heapMb);
    if (end.slowestMs > target.slowestMs) [target.slowestMs, target.slowestIndex] = [end.slowestMs, end.slowestIndex];
  }

  #namesOf(run: readonly Segment[] | number): readonly string[] {
    return typeof run === "number" ? [...this.#files.keys()] : [...new Set(run.map(({ name }) => name))];
  }

  async #child(
    work: Pick<Job, "names" | "run" | "shrink">,
    onMessage: (message: Message) => void,
    hangMs: number = this.#options.hangMs,
  ): Promise<ChildEnd> {
    const { seed, heapGrowthMb, memoryMb } = this.#options;
    this.#children += 1;
    const end = await runChild(this.#script, { seed, heapGrowthMb, ...work }, { hangMs, memoryMb }, onMessage);
    if (end.death === undefined) this.#endedWell += 1;
    return end;
  }
}

function emptyEnd({ segment, taken, refused, faults }: ChildEnd["progress"]): SegmentEnd {
  return { segment, taken, refused, faults, seconds: 0, slowestMs: 0, slowestIndex: 0, heapMb: 0 };
}
