/** Faults as Toxiproxy's toxics. */
import { invalid, show } from "../../core/errors.ts";
import type { FaultKind, InjectableFault } from "../../ports/fault-plane.ts";

/** What of a fault Toxiproxy is told. */
export interface Toxic {
  readonly type: "latency" | "reset_peer" | "timeout" | "bandwidth";
  readonly attributes: Readonly<Record<string, number>>;
}

/** The faults that there are toxics for. It knows nothing of requests, so it cannot answer one with an error. */
export const TOXIC_KINDS: readonly FaultKind[] = ["latency", "reset", "cut", "bandwidth"];

/** @throws {@link ConfigurationError} if there is none for it, or its numbers come to nothing in whole units */
export function toxicOf(fault: InjectableFault): Toxic {
  switch (fault.kind) {
    case "latency": {
      const { latencyMs, jitterMs } = fault;
      const latency = whole("fault.latencyMs", latencyMs, Math.round(latencyMs), "1 ms");
      // Rounded down: nothing arrives before it is sent.
      return { type: "latency", attributes: { latency, jitter: Math.min(latency, Math.floor(positive(jitterMs))) } };
    }
    case "bandwidth": {
      const { bytesPerSecond } = fault;
      // Rounded down: it is to be no more than that. What Toxiproxy calls KB is 1,000 bytes.
      const rate = whole("fault.bytesPerSecond", bytesPerSecond, Math.floor(bytesPerSecond / 1_000), "1,000 bytes");
      return { type: "bandwidth", attributes: { rate } };
    }
    case "reset":
      return { type: "reset_peer", attributes: { timeout: 0 } };
    case "cut":
      // Zero is for ever: the connection stays open, and nothing comes of it.
      return { type: "timeout", attributes: { timeout: 0 } };
    default:
      throw invalid("fault.kind", `Toxiproxy cannot put ${show(fault.kind)}; it can put ${TOXIC_KINDS.join(", ")}`);
  }
}

/** The other way round, for what is found there; undefined for what is no fault of nines. */
export function faultOf(type: string, attributes: Readonly<Record<string, unknown>>): InjectableFault | undefined {
  const number = (name: string): number => {
    const value = attributes[name];
    return typeof value === "number" ? Math.min(MOST, value) : 0;
  };
  if (type === "latency") return { kind: "latency", latencyMs: number("latency"), jitterMs: number("jitter") };
  if (type === "bandwidth") return { kind: "bandwidth", bytesPerSecond: number("rate") * 1_000 };
  if (type === "reset_peer") return { kind: "reset" };
  if (type === "timeout") return { kind: "cut" };
  return undefined;
}

const MOST = 1e12;

function whole(path: string, given: number, rounded: number, least: string): number {
  if (rounded >= 1 && rounded <= MOST) return rounded;
  throw invalid(path, `${show(given)} cannot be put by Toxiproxy, whose least is ${least}`);
}

function positive(value: number): number {
  return value > 0 ? value : 0;
}
