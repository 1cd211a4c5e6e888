/** What a process that is about to be killed has to say. */
import { writeSync } from "node:fs";

/** Writes a line to standard output at once: a parent that is slow to read fills the pipe, which then says EAGAIN. */
export function tell(line: string): void {
  for (;;) {
    try {
      writeSync(1, `${line}\n`);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}
