/** How full this Node process is, from Node and the container's control group. */
import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { monitorEventLoopDelay, performance } from "node:perf_hooks";

import type { ProcessProbe, ProcessSample } from "../../ports/process-probe.ts";

const DELAY_RESOLUTION_MS = 10;
const DELAY_KEPT_MS = 60_000;
const DELAY_YOUNG_MS = 5_000;
const LIMIT_FILES = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];

/** A probe of the process that it runs in. Keeps nothing alive; `close()` stops its delay histogram. */
export function nodeProcessProbe(): ProcessProbe {
  const delays = eventLoopDelays();
  const memoryLimitBytes = readMemoryLimit();
  const cpuCores = Math.min(availableParallelism(), readCpuQuota());
  return {
    sample() {
      const { user, system } = process.cpuUsage();
      const { rss, heapUsed } = process.memoryUsage();
      const { active, idle } = performance.eventLoopUtilization();
      return {
        cpuSeconds: (user + system) / 1e6,
        cpuCores,
        memoryBytes: rss,
        memoryLimitBytes,
        heapUsedBytes: heapUsed,
        eventLoopActiveSeconds: active / 1_000,
        eventLoopIdleSeconds: idle / 1_000,
        eventLoopDelaySeconds: delays.read(),
      };
    },
    close() {
      delays.stop();
    },
  };
}

/** The event loop's delays of the last minute or two: a histogram of a process' whole life hides what is now. */
function eventLoopDelays(): { read(): ProcessSample["eventLoopDelaySeconds"]; stop(): void } {
  const histogram = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  histogram.enable();
  let since = performance.now();
  let before: ProcessSample["eventLoopDelaySeconds"] | undefined;
  return {
    read() {
      const { max } = histogram;
      const now = {
        p50: delaySeconds(histogram.percentile(50)),
        p99: delaySeconds(histogram.percentile(99)),
        max: delaySeconds(max),
      };
      const age = performance.now() - since;
      if (age > DELAY_KEPT_MS) {
        before = now;
        histogram.reset();
        since = performance.now();
        return now;
      }
      // A young histogram has seen nothing yet; a second scraper must not read zeros because of the first.
      return age < DELAY_YOUNG_MS && before !== undefined ? before : now;
    },
    stop() {
      histogram.disable();
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

/** How many cores the control group allows; infinite without a quota. */
function readCpuQuota(): number {
  try {
    const [quota, period] = readFileSync("/sys/fs/cgroup/cpu.max", "utf8").trim().split(" ").map(Number);
    if (quota !== undefined && period !== undefined && quota > 0 && period > 0) return quota / period;
  } catch {
    // No such control group here.
  }
  return Infinity;
}
