/** State and incidents in files. */
export { FileIncidentStore, type FileIncidentStoreOptions } from "./incident-store.ts";
export type { DamagedLog, IncidentFileReport } from "./incident-opening.ts";
export { nodeFileSystem } from "./node-file-system.ts";
export { FileStateStore, type FileStateStoreOptions } from "./state-store.ts";
