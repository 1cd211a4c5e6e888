/** Refuses faults that cannot be put on the requests of a process. */
import { invalid, show } from "../../core/errors.ts";
import { frozen } from "../../core/frozen.ts";
import { choices } from "../../core/nearest.ts";
import { checkOptions } from "../../core/options.ts";
import { checkWords } from "../../core/words.ts";
import type { FaultKind, InjectableFault, PlacedFault } from "../../ports/fault-plane.ts";

/** What a process can do to its own requests. The bytes of a response are its framework's, so bandwidth is not among it. */
export const IN_PROCESS_KINDS: readonly FaultKind[] = Object.freeze(["latency", "error", "reset", "cut"] as const);

/** A copy of `given` that nobody can change. @throws {@link ConfigurationError} naming what is wrong */
export function readPlaced(given: PlacedFault, targets: readonly string[]): PlacedFault {
  checkOptions(given, "a placed fault", ["id", "target", "fault", "share"]);
  const { id, target, fault, share } = given;
  checkWords(id, MOST_CHARACTERS, (message) => {
    throw invalid("id", message);
  });
  if (!targets.includes(target)) throw invalid("target", `there is no ${show(target)}${choices(target, targets)}`);
  if (!(typeof share === "number" && share > 0 && share <= 1)) {
    throw invalid("share", `${show(share)} is no share; write a number above 0, at most 1`);
  }
  return frozen({ id, target, fault: readFault(fault), share });
}

const MOST_CHARACTERS = 500;
const LONGEST_MS = 3_600_000;

function readFault(fault: InjectableFault): InjectableFault {
  if (typeof fault !== "object" || (fault as unknown) === null) throw invalid("fault", `${show(fault)} is no fault`);
  const kind: unknown = fault.kind;
  switch (fault.kind) {
    case "latency": {
      const { latencyMs, jitterMs } = fault;
      const latency = within("latencyMs", latencyMs, 0, LONGEST_MS);
      return { kind: "latency", latencyMs: latency, jitterMs: within("jitterMs", jitterMs, 0, latency) };
    }
    case "error": {
      const { statusCode } = fault;
      if (!Number.isInteger(statusCode)) throw invalid(["fault", "statusCode"], `${show(statusCode)} is no status`);
      return { kind: "error", statusCode: within("statusCode", statusCode, 400, 599) };
    }
    case "reset":
    case "cut":
      return { kind: fault.kind };
    case "bandwidth":
      break;
  }
  throw invalid(["fault", "kind"], `${show(kind)} cannot be put here${choices(kind, IN_PROCESS_KINDS)}`);
}

function within(key: string, value: unknown, least: number, most: number): number {
  if (typeof value === "number" && value >= least && value <= most) return value;
  throw invalid(
    ["fault", key],
    `${show(value)} is out of range; write a number from ${String(least)} to ${String(most)}`,
  );
}
