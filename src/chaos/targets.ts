/** What experiments list, checked and copied. */
import { invalid, show } from "../core/errors.ts";

import type { ChaosTarget } from "./model.ts";

/** What an experiment without a compiler has listed. */
export function checkTargets(targets: unknown, kind: string): readonly ChaosTarget[] {
  if (!Array.isArray(targets)) throw invalid("targets", `${kind} listed ${show(targets)}, which is no list of targets`);
  (targets as unknown[]).forEach((target, index) => {
    const { id, group, healthy, labels } = (target ?? {}) as Partial<Record<keyof ChaosTarget, unknown>>;
    const isLabels = typeof labels === "object" && labels !== null;
    if (typeof id !== "string" || typeof group !== "string" || typeof healthy !== "boolean" || !isLabels) {
      throw invalid(
        ["targets", index],
        `${kind} listed ${show(target)}, which is no target; needed: id, group, healthy, labels, details`,
      );
    }
  });
  // Copies: what was looked at is what is struck, whatever becomes of theirs.
  return (targets as readonly ChaosTarget[]).map(({ id, group, healthy, labels, isSpared = false, details }) => ({
    ...{ id, group, healthy, isSpared, details },
    labels: { ...labels },
  }));
}
