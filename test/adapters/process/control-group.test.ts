import { describe, expect, it } from "vitest";

import { cpuQuota, memoryLimit } from "../../../src/adapters/process/control-group.ts";

const MB = 2 ** 20;
const NO_LIMIT_V1 = "9223372036854771712\n";

/** Reads from these files only; each ends with a line feed, as the kernel's do. */
function files(texts: Readonly<Record<string, string | number>>): (path: string) => string | undefined {
  return (path) => (texts[path] === undefined ? undefined : `${String(texts[path])}\n`);
}

describe("the memory limit of a control group", () => {
  it.each<[string, Record<string, string | number>, number]>([
    ["of none is infinite", {}, Infinity],
    [
      "of version 2 in a container, whose own group is the root",
      { "/proc/self/cgroup": "0::/", "/sys/fs/cgroup/memory.max": 256 * MB },
      256 * MB,
    ],
    [
      "of version 2 for a systemd unit is in the folder of its path",
      {
        "/proc/self/cgroup": "0::/system.slice/shop.service",
        "/sys/fs/cgroup/system.slice/shop.service/memory.max": 300 * MB,
      },
      300 * MB,
    ],
    [
      "holds from a group above too, if it is lower",
      {
        "/proc/self/cgroup": "0::/shop.slice/web.slice/web.service",
        "/sys/fs/cgroup/shop.slice/memory.max": 512 * MB,
        "/sys/fs/cgroup/shop.slice/web.slice/memory.max": "max",
        "/sys/fs/cgroup/shop.slice/web.slice/web.service/memory.max": 700 * MB,
      },
      512 * MB,
    ],
    [
      "is memory.high where the kernel slows the group down before it kills",
      { "/proc/self/cgroup": "0::/", "/sys/fs/cgroup/memory.max": 256 * MB, "/sys/fs/cgroup/memory.high": 200 * MB },
      200 * MB,
    ],
    [
      "is infinite where all say max",
      { "/proc/self/cgroup": "0::/", "/sys/fs/cgroup/memory.max": "max", "/sys/fs/cgroup/memory.high": "max" },
      Infinity,
    ],
    [
      "of version 1 is in the folder of its path",
      {
        "/proc/self/cgroup": "9:name=systemd:/x\n5:cpu,cpuacct:/other\n4:memory:/shop/web",
        "/sys/fs/cgroup/memory/shop/web/memory.limit_in_bytes": 128 * MB,
        "/sys/fs/cgroup/memory/shop/memory.limit_in_bytes": NO_LIMIT_V1.trim(),
        "/sys/fs/cgroup/memory/other/memory.limit_in_bytes": 1,
      },
      128 * MB,
    ],
    [
      "of version 1 in a container, where the path is the host's, is at the root",
      {
        "/proc/self/cgroup": "4:memory:/docker/0123456789ab\n0::/",
        "/sys/fs/cgroup/memory/memory.limit_in_bytes": 64 * MB,
      },
      64 * MB,
    ],
    [
      "is that of the root where the process may not ask for its path",
      { "/sys/fs/cgroup/memory/memory.limit_in_bytes": 64 * MB },
      64 * MB,
    ],
    [
      "of a path with a colon in it",
      { "/proc/self/cgroup": "0::/a:b", "/sys/fs/cgroup/a:b/memory.max": 10 * MB },
      10 * MB,
    ],
    [
      "of a group outside of what the process sees is not guessed",
      { "/proc/self/cgroup": "0::/../../shop", "/sys/fs/cgroup/../../shop/memory.max": 10 * MB },
      Infinity,
    ],
    [
      "that is no number is none",
      { "/proc/self/cgroup": "nonsense", "/sys/fs/cgroup/memory.max": "a lot", "/sys/fs/cgroup/memory.high": 0 },
      Infinity,
    ],
  ])("%s", (_title, texts, limit) => {
    expect(memoryLimit(files(texts))).toBe(limit);
  });
});

describe("the CPU quota of a control group", () => {
  it.each<[string, Record<string, string | number>, number]>([
    ["of none is infinite", {}, Infinity],
    ["of version 2 is the quota over the period", { "/sys/fs/cgroup/cpu.max": "150000 100000" }, 1.5],
    ["of version 2 without a quota is infinite", { "/sys/fs/cgroup/cpu.max": "max 100000" }, Infinity],
    [
      "holds from a group above too",
      {
        "/proc/self/cgroup": "0::/shop.slice/web.service",
        "/sys/fs/cgroup/shop.slice/cpu.max": "50000 100000",
        "/sys/fs/cgroup/shop.slice/web.service/cpu.max": "200000 100000",
      },
      0.5,
    ],
    [
      "of version 1 is in two files, under the name of both controllers",
      {
        "/proc/self/cgroup": "5:cpu,cpuacct:/shop",
        "/sys/fs/cgroup/cpu,cpuacct/shop/cpu.cfs_quota_us": 25_000,
        "/sys/fs/cgroup/cpu,cpuacct/shop/cpu.cfs_period_us": 100_000,
      },
      0.25,
    ],
    [
      "of version 1 without a quota is infinite",
      { "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": -1, "/sys/fs/cgroup/cpu/cpu.cfs_period_us": 100_000 },
      Infinity,
    ],
    ["that is no number is none", { "/sys/fs/cgroup/cpu.max": "" }, Infinity],
  ])("%s", (_title, texts, cores) => {
    expect(cpuQuota(files(texts))).toBe(cores);
  });
});

it("is asked on this machine without harm", () => {
  expect(memoryLimit()).toBeGreaterThan(0);
  expect(cpuQuota()).toBeGreaterThan(0);
});
