/** Which runs strike: learnt from what a runner tells, in order. */
import type { ChaosReport } from "../model.ts";
import { STRIKES } from "../run.ts";
import type { ChaosRunner } from "../runner.ts";

/** A run that strikes. */
export interface StrikingRun {
  readonly run: string;
  readonly experiment: string;
  /** The services that it is about. */
  readonly services: readonly string[];
  /** When it began to, in epoch milliseconds. */
  readonly at: number;
  /** Whom, for people. */
  readonly text: string;
}

/** Whom it concerns. */
export interface StrikingListener {
  began(run: StrikingRun): void;
  /** `run` is undefined where its beginning was not heard. */
  ended(report: ChaosReport, run: StrikingRun | undefined): void;
}

/** What is needed of a runner. */
export type ToldRunner = Pick<ChaosRunner, "on">;

/**
 * Tells of runs that strike, and of nothing that was looked at only: dry runs and what was refused. Returns how to listen no more.
 */
export function onStriking(runner: ToldRunner, listener: StrikingListener): () => void {
  const striking = new Map<string, StrikingRun>();
  const offs = [
    runner.on("moment", ({ run, experiment, services, at, code, message }) => {
      if (code !== STRIKES) return;
      const one = { run, experiment, services, at, text: message };
      striking.set(run, one);
      listener.began(one);
    }),
    runner.on("finished", (report) => {
      const run = striking.get(report.id);
      striking.delete(report.id);
      if (run !== undefined || report.injections.length > 0) listener.ended(report, run);
    }),
  ];
  return () => {
    for (const off of offs) off();
  };
}
