/** The same SLOs as documents of nines and of Sloth, and how long each takes to make rules of them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateRules } from "nines";

import { keep, median, spread } from "../support/paired.ts";
import type { BenchmarkOptions } from "../support/types.ts";

const SLOS = 1_000;
const SCRIPT = join(import.meta.dirname, "generate.mjs");

/** Milliseconds, as medians. */
export interface GenerateFigures {
  /** A Node process from its start to its end. */
  readonly process: number;
  /** The same call again and again within one process. */
  readonly inProcess: number;
  /** A Sloth process from its start to its end. */
  readonly sloth: number;
}

export async function generateFigures(sloth: string, { quick, progress }: BenchmarkOptions): Promise<GenerateFigures> {
  const slos = quick ? 50 : SLOS;
  const rounds = quick ? 2 : 11;
  const folder = mkdtempSync(join(tmpdir(), "nines-generate-"));
  const [ours, theirs, output] = ["nines.yml", "sloth.yml", "rules.yml"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  try {
    const document = ninesDocument(slos);
    writeFileSync(ours, document);
    writeFileSync(theirs, slothDocument(slos));
    const times = { process: [] as number[], inProcess: [] as number[], sloth: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      times.process.push(timed(() => runToEnd(process.execPath, [SCRIPT, ours, output])));
      check(output, "record: nines:slo_error_budget_remaining:ratio", slos);
      times.inProcess.push(timed(() => keep(generateRules(document).toYaml())));
      times.sloth.push(timed(() => runToEnd(sloth, ["generate", "--no-log", "-i", theirs, "-o", output])));
      check(output, "record: slo:period_error_budget_remaining:ratio", slos);
    }
    for (const [name, all] of Object.entries(times)) progress(`${name}: ${spread(all)} ms for ${String(slos)} SLOs`);
    return { process: median(times.process), inProcess: median(times.inProcess), sloth: median(times.sloth) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return performance.now() - started;
}

function runToEnd(program: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(program, [...args], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ended with ${String(status)}: ${stderr}`);
}

function check(file: string, rule: string, slos: number): void {
  const found = readFileSync(file, "utf8").split(rule).length - 1;
  if (found !== slos) throw new Error(`rules of ${String(found)} SLOs instead of ${String(slos)}`);
}

function query(index: number, more: string, range: string): string {
  return `sum(rate(http_requests_total{job="shop",route="/r${String(index)}"${more}}[${range}]))`;
}

function ninesDocument(slos: number): string {
  const lines = Array.from({ length: slos }, (_, index) =>
    [
      `    slo-${String(index)}:`,
      "      kind: error_rate",
      "      target: 0.1%",
      "      measurement_window: 30d",
      `      sli: '${query(index, ',code=~"5.."', "5m")} / ${query(index, "", "5m")}'`,
    ].join("\n"),
  );
  return `service_level_objectives:\n  shop:\n${lines.join("\n")}\n`;
}

function slothDocument(slos: number): string {
  const lines = Array.from({ length: slos }, (_, index) =>
    [
      `  - name: slo-${String(index)}`,
      "    objective: 99.9",
      "    sli:",
      "      events:",
      `        error_query: '${query(index, ',code=~"5.."', "{{.window}}")}'`,
      `        total_query: '${query(index, "", "{{.window}}")}'`,
      "    alerting: { name: ErrorBudgetBurn, page_alert: {}, ticket_alert: {} }",
    ].join("\n"),
  );
  return `version: prometheus/v1\nservice: shop\nslos:\n${lines.join("\n")}\n`;
}
