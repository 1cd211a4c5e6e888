/** How full this Node process is, from Node and the container's control group. */
import { availableParallelism, totalmem } from "node:os";
import { performance } from "node:perf_hooks";

import type { ProcessProbe } from "../../ports/process-probe.ts";
import { cpuQuota, memoryLimit } from "./control-group.ts";
import { EventLoopDelay } from "./event-loop-delay.ts";
import { GarbageCollection } from "./garbage-collection.ts";

// A container can be resized while it runs.
const LIMITS_KEPT_MS = 60_000;

/** A probe of the process that it runs in. Keeps nothing alive; `close()` stops its histograms and its observer. */
export function nodeProcessProbe(): ProcessProbe {
  const delay = new EventLoopDelay();
  const collection = new GarbageCollection();
  let limits = readLimits();
  return {
    sample() {
      if (performance.now() - limits.readAt > LIMITS_KEPT_MS) limits = readLimits();
      const { user, system } = process.cpuUsage();
      const { rss, heapUsed } = process.memoryUsage();
      const { active, idle } = performance.eventLoopUtilization();
      return {
        cpuSeconds: (user + system) / 1e6,
        cpuCores: limits.cpuCores,
        memoryBytes: rss,
        memoryLimitBytes: limits.memoryBytes,
        heapUsedBytes: heapUsed,
        eventLoopActiveSeconds: active / 1_000,
        eventLoopIdleSeconds: idle / 1_000,
        eventLoopDelaySeconds: delay.read(),
        ...collection.read(),
        activeResources: countActiveResources(),
      };
    },
    close() {
      delay.close();
      collection.close();
    },
  };
}

function readLimits(): { readonly cpuCores: number; readonly memoryBytes: number; readonly readAt: number } {
  // 0, or a number beyond all memory, says that there is no limit.
  const constrained = process.constrainedMemory() || Infinity;
  return {
    cpuCores: Math.min(availableParallelism(), cpuQuota()),
    memoryBytes: Math.min(totalmem(), memoryLimit(), constrained),
    readAt: performance.now(),
  };
}

/** What keeps the event loop going, by Node's names: TCPSocketWrap, TCPServerWrap, Timeout, FSReqCallback ... */
function countActiveResources(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const type of process.getActiveResourcesInfo()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}
