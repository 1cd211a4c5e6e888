/** State in files. */
export { FileStateStore } from "./state-store.ts";
