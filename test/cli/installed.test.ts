/** The command as a user has it: installed from the tarball, asking a real Prometheus. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { parseSloDocument } from "../../src/slo/document.ts";
import { requireBuild } from "../support/package.ts";
import { type BackfilledPrometheus, type PastSeries, startBackfilled } from "../support/prometheus-backfill.ts";
import { describeWithService } from "../support/services.ts";
import { cleanEnvironment, type Finished, ROOT, run } from "../support/spawn.ts";
import { NOBODY } from "./fake.ts";
import { SLOTH } from "./support.ts";

const SCRAPE_MS = 30_000;
/** Scrapes before now, and after it: the past goes on while the tests run. */
const [BEFORE, AFTER] = [960, 80];

const DOCUMENT = ["checkout", "catalog"]
  .map(
    (service) => `  ${service}:
    availability:
      target: 99%
      measurement_window: 6h
      sli: sum(rate(http_requests_total{job="${service}",code!~"5.."}[5m])) / sum(rate(http_requests_total{job="${service}"}[5m]))
`,
  )
  .join("");
const SLO = `service_level_objectives:\n${DOCUMENT}`;

/** A counter that grows by so much each scrape; the first scrape after `now` has the number 0. */
function counter(now: number, [job, code]: readonly [string, string], growth: (scrape: number) => number): PastSeries {
  let value = 0;
  const points = Array.from({ length: BEFORE + AFTER }, (_, index) => {
    value += growth(index - BEFORE);
    return { at: (Math.ceil(now / SCRAPE_MS) + index - BEFORE) * SCRAPE_MS, value };
  });
  return { name: "http_requests_total", labels: { job, code }, points };
}

/** Since two hours ago. */
const isLate = (scrape: number): boolean => scrape >= -240;

describeWithService(["prometheus", "promtool"], "the installed command", (paths) => {
  let scratch = "";
  let project = "";
  let prometheus: BackfilledPrometheus;

  beforeAll(async () => {
    requireBuild();
    scratch = mkdtempSync(join(tmpdir(), "nines-installed-"));
    project = join(scratch, "project");
    mkdirSync(project);
    // Without scripts: `prepack` would rebuild dist under the feet of the tests beside this one.
    const packed = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", scratch], ROOT);
    const [{ filename }] = JSON.parse(packed.stdout) as [{ readonly filename: string }];
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "consumer", version: "1.0.0", private: true }));
    const options = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];
    await npm(["install", ...options, join(scratch, filename)], project);
    writeFileSync(join(project, "slo.yaml"), SLO);
    writeFileSync(join(project, "sloth.yml"), SLOTH);
    writeFileSync(join(project, "bad.yaml"), SLO.replace("99%", "199%"));
    const now = Date.now();
    prometheus = await startBackfilled(paths, [
      counter(now, ["checkout", "200"], (scrape) => (isLate(scrape) ? 270 : 300)),
      counter(now, ["checkout", "500"], (scrape) => (isLate(scrape) ? 30 : 0)),
      counter(now, ["catalog", "200"], () => 100),
      counter(now, ["catalog", "500"], (scrape) => (scrape % 20 === 0 ? 1 : 0)),
    ]);
  }, 300_000);

  afterAll(async () => {
    await prometheus.stop();
    rmSync(scratch, { recursive: true, force: true });
  });

  async function npm(args: readonly string[], cwd: string): Promise<Finished> {
    const finished = await run("npm", args, { cwd, env: cleanEnvironment() });
    if (finished.code !== 0) throw new Error(`npm ${args.join(" ")}: ${finished.stdout}\n${finished.stderr}`);
    return finished;
  }

  const environment = (): NodeJS.ProcessEnv => cleanEnvironment({ NO_COLOR: "", NINES_PROMETHEUS_URL: prometheus.url });
  const npx = (...args: string[]): Promise<Finished> =>
    run("npx", ["nines", ...args], { cwd: project, env: environment() });
  const program = (): string => join(project, "node_modules", ".bin", "nines");
  const nines = (...args: string[]): Promise<Finished> => run(program(), args, { cwd: project, env: environment() });
  const shell = (script: string): Promise<Finished> =>
    run("sh", ["-c", script], { cwd: project, env: { ...environment(), NINES: program() } });

  describe("run by npx", () => {
    it("checks", async () => {
      const { code, stdout, stderr } = await npx("check", "slo.yaml", "--strict");
      expect({ code, stderr }).toEqual({ code: 1, stderr: "" });
      expect(stdout).toMatch(/^slo\.yaml: 2 SLOs of 2 services, \d+ rules\n/);
      expect(stdout).toMatch(/^ {2}checkout\/availability +3[56],\d{3} events +missing$/m);
    }, 60_000);

    it("writes rules that promtool takes", async () => {
      const { code, stdout, stderr } = await npx("rules", "slo.yaml", "--by-service", "rules", "--tests", "tests");
      expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "wrote 4 files to rules and tests\n" });
      const checked = await run(paths.promtool ?? "", ["check", "rules", "rules/catalog.yml", "rules/checkout.yml"], {
        cwd: project,
      });
      expect(checked.code).toBe(0);
    }, 60_000);

    it("tells the status", async () => {
      const { code, stdout, stderr } = await npx("status", "slo.yaml", "--forecast");
      expect({ code, stderr }).toEqual({ code: 2, stderr: "" });
      expect(stdout).toMatch(/^checkout: critical, availability 9\d\.\d+ %, overspent by [\d.]+ min/);
      expect(stdout).toMatch(/^ {2}availability +healthy +99\.9\d* % +99% +6h +9\d(?:\.\d+)? % /m);
      expect(stdout).toMatch(/^ {4}- forecast: is spent\n(?:.*\n){4} {4}- forecast: lasts for the next 6 h by trend/m);
      // A pipe is no terminal.
      expect(stdout).not.toContain("\u001b");
    }, 60_000);

    it("guards releases", async () => {
      expect(await npx("gate", "slo.yaml", "catalog")).toMatchObject({ code: 0, stderr: "" });
      const blocked = await npx("gate", "slo.yaml", "--service=checkout", `--prometheus=${prometheus.url}`);
      expect(blocked).toMatchObject({
        code: 2,
        stdout: expect.stringMatching(/^checkout: block \(policy: conservative\)\n {2}- /),
      });
    }, 60_000);

    it("replays the past", async () => {
      const { code, stdout, stderr } = await npx(
        "backtest",
        "slo.yaml",
        "--slo",
        "checkout/availability",
        "--last",
        "7h",
        "--objective",
        "90%",
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/^Pages +1, for 1 h \d+ min/m);
      expect(stdout).toMatch(/^ +99% over 6h +90% over 6h$/m);
      expect(stdout).toMatch(/^99% over 6h, 90% over 6h: \d+\.?\d*% would have been kept in all of /m);
    }, 60_000);

    it("imports", async () => {
      const { code, stdout, stderr } = await npx("import", "sloth.yml");
      // Not all of it could be taken over.
      expect(code).toBe(1);
      expect(parseSloDocument(stdout).slos.map(({ id }) => id)).toEqual(["shop/requests"]);
      expect(stderr).toMatch(/^sloth\.yml:8:7: slos\[0\]\.sli\.plugin: /);
    }, 60_000);
  });

  describe("as a program", () => {
    it("knows its version and tells its help", async () => {
      const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly version: string };
      expect(await nines("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
      expect(await nines("gate", "--help")).toMatchObject({ code: 0, stderr: "" });
    });

    it("ends with 64, 65 and 3 for what cannot be understood, read or told", async () => {
      expect(await nines("stats")).toMatchObject({
        code: 64,
        stdout: "",
        stderr: expect.stringContaining('did you mean "status"?'),
      });
      expect(await nines("status", "bad.yaml")).toMatchObject({
        code: 65,
        stdout: "",
        stderr: expect.stringMatching(/^bad\.yaml:4:15: /),
      });
      const unanswered = expect.stringMatching(/^nines: 127\.0\.0\.1:2: prometheus could not /) as unknown;
      expect(await nines("gate", "slo.yaml", "catalog", "--prometheus", NOBODY)).toMatchObject({
        code: 3,
        stderr: unanswered,
      });
      const open = await nines("gate", "slo.yaml", "catalog", "--prometheus", NOBODY, "--fail-open");
      expect(open).toMatchObject({ code: 0, stderr: expect.stringMatching(/^WARNING: nobody can tell/m) });
    }, 60_000);

    it.each([
      [["check", "slo.yaml"]],
      [["rules", "slo.yaml"]],
      [["status", "slo.yaml"]],
      [["gate", "slo.yaml"]],
      [["backtest", "slo.yaml", "--slo", "catalog/availability", "--last", "1h"]],
      [["import", "sloth.yml"]],
    ])(
      "writes JSON and nothing else: %j",
      async (args) => {
        const { stdout, stderr } = await nines(...args, "--json");
        expect(stderr).toBe("");
        expect(JSON.parse(stdout)).toMatchObject({ command: args[0] });
      },
      60_000,
    );

    it("agrees with itself, whether it asks the metrics or leaves that open", async () => {
      const asked = ["status", "slo.yaml", "--json", "--at", new Date(Date.now() - 60_000).toISOString()];
      const [auto, metrics] = [await nines(...asked), await nines(...asked, "--expressions")];
      expect(JSON.parse(metrics.stdout)).toEqual(JSON.parse(auto.stdout));
      // No rules have recorded anything.
      expect(await nines("status", "slo.yaml", "catalog", "--rules")).toMatchObject({ code: 3 });
    }, 60_000);

    it("ends quietly when nobody reads on, with the code that it would have", async () => {
      const services = Array.from({ length: 60 }, (_, index) =>
        DOCUMENT.replaceAll("checkout", `a${String(index)}`).replaceAll("catalog", `b${String(index)}`),
      );
      writeFileSync(join(project, "many.yaml"), `service_level_objectives:\n${services.join("")}`);
      const { stdout, stderr } = await shell('{ "$NINES" rules many.yaml; echo "code $?" >&2; } | head -n 1');
      expect({ stdout, stderr }).toEqual({ stdout: "groups:\n", stderr: "code 0\n" });
      const whole = await shell(
        '"$NINES" rules many.yaml > many.yml && tail -c 1 many.yml | od -An -c && grep -c "name: \\"nines" many.yml',
      );
      expect(whole.stdout.trim().split(/\s+/)).toEqual(["\\n", "120"]);
    }, 60_000);

    it.skipIf(!existsSync("/dev/full"))("fails where its output has no room", async () => {
      const { code, stderr } = await shell('"$NINES" rules slo.yaml > /dev/full');
      expect(code).toBe(70);
      expect(stderr).toMatch(/^nines: ENOSPC/);
    });

    it("never ends with a code that lets a release pass because it is broken", async () => {
      const installed = (path: string): string => join(project, "node_modules", path);
      const lost = ["js-yaml", "nines/dist/gate/gate.js", "nines/dist/cli/run.js", "nines/dist/core/errors.js"];
      for (const path of lost) {
        renameSync(installed(path), `${installed(path)}.away`);
        const { code, stdout, stderr } = await nines("gate", "slo.yaml", "catalog", "--fail-open");
        renameSync(`${installed(path)}.away`, installed(path));
        expect({ path, code, stdout }).toEqual({ path, code: 70, stdout: "" });
        expect(stderr).toMatch(/^nines: Cannot find /);
      }
      expect((await nines("gate", "slo.yaml", "catalog")).code).toBe(0);
    }, 60_000);

    it("ends at once with 130 when a person ends it", async () => {
      const server = createServer(() => child.kill("SIGINT"));
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      const args = ["backtest", "slo.yaml", "--slo", "catalog/availability", "--prometheus", url];
      const child = spawn(program(), args, { cwd: project, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
      let written = "";
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => (written += text));
      const [code, signal] = (await once(child, "close")) as [number | null, string | null];
      server.closeAllConnections();
      server.close();
      expect({ code, signal, written }).toEqual({ code: 130, signal: null, written: "" });
    }, 60_000);

    it("is not kept by a server that never answers", async () => {
      const server = createServer(() => undefined);
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
      const { code, stdout } = await nines("gate", "slo.yaml", "catalog", "--prometheus", url, "--timeout", "1s");
      server.closeAllConnections();
      server.close();
      expect(code).toBe(3);
      expect(stdout).toContain("there was no whole answer within 1 s");
    }, 60_000);
  });
});
