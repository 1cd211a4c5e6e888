/** The only place that speaks to the process as a whole: a warning, where nobody else is there to be told. */

/** The part of Node's `process` that is needed; other runtimes may have none. */
interface WarnedProcess {
  emitWarning(
    message: string,
    options: { readonly type: string; readonly code: string; readonly detail: string },
  ): void;
}

/**
 * Has the process warn of something, as Node warns of its own: on the terminal unless the host says otherwise, and by its
 * event `warning`. Never throws. Where the runtime knows no warnings, nobody hears of it.
 *
 * @param code - tells warnings of one kind from all others, such as `NINES_LISTENER`
 * @param detail - what stands below it, such as a stack
 */
export function warnHost(message: string, { code, detail }: { readonly code: string; readonly detail: string }): void {
  try {
    const host = Reflect.get(globalThis, "process") as WarnedProcess | undefined;
    host?.emitWarning(message, { type: "NinesWarning", code, detail });
  } catch {
    // A host that cannot be warned goes on all the same.
  }
}
