/** What a worker does for an incident when its time has come. */
import type { Incident } from "../../incident/model.ts";

/**
 * Does what is due for an incident: messages, escalations. It may be asked again for the same incident while an earlier
 * call still runs, here or in another process, so what must happen once is claimed by an event first.
 */
export interface DueWork {
  /**
   * Does what is due for `incident` at `at` (epoch milliseconds), and nothing if nothing is. Once `signal` aborts, nothing
   * new begins; what has begun is brought to its end.
   */
  attend(incident: Incident, options: { readonly at: number; readonly signal?: AbortSignal }): Promise<void>;
}
