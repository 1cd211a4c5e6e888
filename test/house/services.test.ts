import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runFixtures } from "../support/fixtures.ts";
import { findService } from "../support/services.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "nines-services-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function putProgram(name: string): void {
  writeFileSync(join(folder, name), "#!/bin/sh\n");
  chmodSync(join(folder, name), 0o755);
}

test("a program is found on the PATH, under Debian's name too", () => {
  putProgram("prometheus-alertmanager");
  expect(findService("alertmanager", ["", folder].join(delimiter))).toBe(join(folder, "prometheus-alertmanager"));
});

test("a folder or a file that cannot be executed is no program", () => {
  mkdirSync(join(folder, "wrk"));
  writeFileSync(join(folder, "promtool"), "text");
  expect(findService("promtool", folder)).toBeUndefined();
  expect(findService("wrk", folder)).toBeUndefined();
});

test("a suite runs where its program is found", async () => {
  putProgram("promtool");
  const { tally } = await runFixtures("services", { PATH: folder });
  expect(tally).toEqual({ passed: 1, failed: 0, failures: [], skipped: [] });
});

test("a suite is skipped where its program is missing, and says which", async () => {
  const { tally, code } = await runFixtures("services", { PATH: folder, NINES_REQUIRE_SERVICES: "" });
  expect(code).toBe(0);
  expect(tally.failed).toBe(0);
  expect(tally.skipped.map(({ name }) => name)).toEqual(["rules [not found on PATH: promtool] > are judged"]);
});

test("a missing program fails the suite where services are required", async () => {
  const { tally, code, output } = await runFixtures("services", { PATH: folder, NINES_REQUIRE_SERVICES: "1" });
  expect(code).toBe(1);
  expect(tally).toEqual({ passed: 0, failed: 1, failures: [expect.stringContaining("promtool")], skipped: [] });
  expect(output).toContain("NINES_REQUIRE_SERVICES=1, and not found on PATH: promtool");
});
