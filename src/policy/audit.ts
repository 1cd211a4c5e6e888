/** An audit log in memory. */
import { invalid, show } from "../core/errors.ts";
import type { PolicyAuditEntry, PolicyAuditLog } from "../ports/policy-audit.ts";

/**
 * Keeps the latest entries in memory; lost with the process. Hand in a {@link PolicyAuditLog} of your own to keep them.
 *
 * @example
 * ```ts
 * import { MemoryPolicyAuditLog, PolicyEngine } from "nines";
 *
 * const audit = new MemoryPolicyAuditLog({ maxEntries: 500 });
 * const engine = new PolicyEngine({ audit });
 * await engine.applyPolicy("checkout", []);
 * if (audit.entries("checkout").length !== 0) throw new Error("unknown before and after: nothing has changed");
 * ```
 */
export class MemoryPolicyAuditLog implements PolicyAuditLog {
  readonly #entries: PolicyAuditEntry[] = [];
  readonly #maxEntries: number;

  /** @param options - `maxEntries`: the oldest go when there are more; 1,000 unless told */
  constructor({ maxEntries = 1_000 }: { readonly maxEntries?: number } = {}) {
    if (!Number.isSafeInteger(maxEntries) || maxEntries < 1) {
      throw invalid("maxEntries", `${show(maxEntries)} is not a number of entries; write a whole number from 1 on`);
    }
    this.#maxEntries = maxEntries;
  }

  async append(entry: PolicyAuditEntry): Promise<void> {
    this.#entries.push(Object.freeze({ ...entry }));
    if (this.#entries.length > this.#maxEntries) this.#entries.shift();
  }

  /** What is kept, oldest first; of one service if it is named. */
  entries(service?: string): readonly PolicyAuditEntry[] {
    return this.#entries.filter((entry) => service === undefined || entry.service === service);
  }
}
