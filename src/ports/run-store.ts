/** Where runs of runbooks are kept. */
import type { IncidentStore } from "./incident-store.ts";

/**
 * Keeps runs as streams of events, which is what an {@link IncidentStore} does with incidents: each of them keeps runs as
 * well, in a folder or under a prefix of tables that has nothing else.
 */
export type RunStore = IncidentStore;
