/** Takes processor time or memory away from whatever else runs here. */
import type { CallOptions } from "./store.ts";

/** What is taken. */
export type Pressure =
  /** So many workers, each busy for this share of the time (above 0, at most 1). */
  | { readonly kind: "cpu"; readonly workers: number; readonly share: number }
  /** So many bytes, written to so that they are really there. */
  | { readonly kind: "memory"; readonly bytes: number };

/** Puts pressure on and takes it off. It ends with the process at the latest. */
export interface PressureSource {
  /** Resolves when it is there. */
  start(id: string, pressure: Pressure, options?: CallOptions): Promise<void>;
  /** False if there is none of that id. */
  stop(id: string, options?: CallOptions): Promise<boolean>;
}
