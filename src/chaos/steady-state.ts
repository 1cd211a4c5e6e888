/** Whether the steady state holds: every probe asked, each within its time. */
import type { Clock } from "../core/time/clock.ts";
import { withDeadline } from "../core/deadline.ts";
import { publicReason } from "../core/public-reason.ts";

import type { ChaosPhase, ProbeObservation, ProbeResult } from "./model.ts";
import type { Probe } from "./probes.ts";

/** Until when, and by whose clock. */
export interface Asking {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Told what was thrown. */
  readonly onError: (doing: string, error: unknown) => void;
  readonly signal?: AbortSignal;
}

/** What one probe says. Never rejects: what cannot be told does not hold. */
export async function ask(probe: Probe, phase: ChaosPhase, asking: Asking): Promise<ProbeObservation> {
  const result = await answerOf(probe, asking);
  return { ...result, at: asking.clock.now(), phase, probe: probe.name };
}

async function answerOf(probe: Probe, { clock, timeoutMs, signal, onError }: Asking): Promise<ProbeResult> {
  try {
    const answer: unknown = await withDeadline((aborting) => probe.check({ signal: aborting }), {
      clock,
      timeoutMs,
      operation: `probing ${probe.name}`,
      signal,
      keepAlive: true,
    });
    const { ok, message } = (answer ?? {}) as Partial<Record<keyof ProbeResult, unknown>>;
    // Only a plain yes is one.
    return { ok: ok === true, message: typeof message === "string" ? message : `${probe.name} gave no message` };
  } catch (error) {
    if (signal?.aborted !== true) onError(`probing ${probe.name}`, error);
    return { ok: false, message: `${probe.name} could not be asked: ${publicReason(error)}` };
  }
}
