/** What was released when: graphs are marked by it. */
import type { TimeRange } from "../core/time/window.ts";

import type { CallOptions } from "./store.ts";

/** A version of a service that was released. */
export interface Deployment {
  readonly service: string;
  /** Such as `v1.4.2`, or a commit. */
  readonly version: string;
  /** When it began, in epoch milliseconds. */
  readonly at: number;
  /** When it was rolled out, in epoch milliseconds. */
  readonly until?: number;
  /** Who released it. */
  readonly by?: string;
  /** Where it can be looked at. */
  readonly url?: string;
  readonly outcome?: "succeeded" | "failed" | "rolled_back";
}

/** Knows what was released: a file, a pipeline, a cluster. */
export interface DeploymentLog {
  /** Those that began within `range`, or went on in it. Failures are rejections; who asks sets the time limit. */
  deployments(range: TimeRange, options?: CallOptions): Promise<readonly Deployment[]>;
}
