/** Where faults are put between a caller and what it calls, and taken away: a proxy, or the middleware of a process. */
import type { CallOptions } from "./store.ts";

/** What a fault does to the requests or connections that it meets. */
export type InjectableFault =
  /** Each waits so long, give or take `jitterMs`. */
  | { readonly kind: "latency"; readonly latencyMs: number; readonly jitterMs: number }
  /** Each is answered with this status instead of being served. */
  | { readonly kind: "error"; readonly statusCode: number }
  /** The connection is reset, as by a peer that died. */
  | { readonly kind: "reset" }
  /** Nothing gets through and nothing is answered, as behind a cut cable. */
  | { readonly kind: "cut" }
  /** No more than so many bytes a second. */
  | { readonly kind: "bandwidth"; readonly bytesPerSecond: number };

/** What a fault may be. */
export type FaultKind = InjectableFault["kind"];

/** A fault at its place. */
export interface PlacedFault {
  /** Unique among the faults of the plane. */
  readonly id: string;
  /** The {@link FaultTarget} that it meets, by its id. */
  readonly target: string;
  readonly fault: InjectableFault;
  /** Share of the requests or connections that meet it, above 0, at most 1: toxicity. */
  readonly share: number;
}

/** What faults can be put on: a proxied connection, a route. */
export interface FaultTarget {
  readonly id: string;
  /** Whether it works as far as the plane knows. */
  readonly healthy: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** Puts faults on targets and takes them away. Failures are rejections; who asks sets the time limit. */
export interface FaultPlane {
  /** For people, such as `toxiproxy`. */
  readonly name: string;
  /** The faults that it can put. */
  readonly kinds: readonly FaultKind[];
  /** All that faults can be put on. */
  targets(options?: CallOptions): Promise<readonly FaultTarget[]>;
  /** Puts a fault; one of the same id on the same target is replaced. */
  place(fault: PlacedFault, options?: CallOptions): Promise<void>;
  /** Takes a fault away; false if there is none of that id, which is no failure: it may have been taken away before. */
  remove(fault: Pick<PlacedFault, "id" | "target">, options?: CallOptions): Promise<boolean>;
}
