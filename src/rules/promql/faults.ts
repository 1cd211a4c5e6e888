/** How a fault leaves the readers of this folder: thrown inside, and a value to everybody else. */
import type { PromFault } from "./node.ts";

class Refusal extends Error {
  readonly fault: PromFault;

  constructor(fault: PromFault) {
    super(fault.message);
    this.fault = fault;
  }
}

/** To be thrown within {@link guarded}. */
export function refusal(offset: number, message: string): Error {
  return new Refusal({ offset, message });
}

/** What `read` gives, or the fault that it threw. */
export function guarded<T>(read: () => T): T | { readonly fault: PromFault } {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refusal) return { fault: error.fault };
    throw error;
  }
}
