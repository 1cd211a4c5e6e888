/** How full this Node process is, from Node and the container's control group. */
import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";

import type { ProcessProbe } from "../../ports/process-probe.ts";

const DELAY_RESOLUTION_MS = 10;
const DELAY_KEPT_MS = 60_000;
const LIMIT_FILES = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

/** A probe of the process that it runs in. Keeps nothing alive; `close()` stops its delay histogram. */
export function nodeProcessProbe(): ProcessProbe {
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  let delaySince = performance.now();
  const memoryLimitBytes = readMemoryLimit();
  return {
    sample() {
      const { user, system } = process.cpuUsage();
      const { rss, heapUsed } = process.memoryUsage();
      const { active, idle } = performance.eventLoopUtilization();
      const quantile = (percentile: number): number => delaySeconds(delay.percentile(percentile));
      const eventLoopDelaySeconds = { p50: quantile(50), p99: quantile(99), max: delaySeconds(delay.max) };
      // A histogram of the whole life of a process hides what is now; a reset by one scraper must not empty the next.
      if (performance.now() - delaySince > DELAY_KEPT_MS) {
        delay.reset();
        delaySince = performance.now();
      }
      return {
        cpuSeconds: (user + system) / 1e6,
        cpuCores: availableParallelism(),
        memoryBytes: rss,
        memoryLimitBytes,
        heapUsedBytes: heapUsed,
        eventLoopActiveSeconds: active / 1_000,
        eventLoopIdleSeconds: idle / 1_000,
        eventLoopDelaySeconds,
      };
    },
    close() {
      delay.disable();
    },
  };
}

// The timer behind the histogram is itself one resolution late; without that an idle loop would read 10 ms.
function delaySeconds(nanoseconds: number): number {
  return Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e6 - DELAY_RESOLUTION_MS) / 1_000 : 0;
}

function readMemoryLimit(): number {
  const machine = totalmem();
  for (const file of LIMIT_FILES) {
    try {
      const limit = Number(readFileSync(file, "utf8").trim());
      if (limit > 0 && limit < machine) return limit;
    } catch {
      // Not in such a control group; try the next.
    }
  }
  return machine;
}
