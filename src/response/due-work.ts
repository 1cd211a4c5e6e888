/** What a worker does for an incident when its time has come. */
import type { Incident } from "../incident/model.ts";

/** One kind of work on incidents for which something is due. */
export interface DueWork {
  /** Does what is due for `incident` at `at` (epoch milliseconds), as it stands in the store by then. */
  attend(incident: Incident, options: { readonly at: number; readonly signal?: AbortSignal }): Promise<void>;
}
