/** Sloth's rules of the same SLO, where Sloth is installed: on PATH, or where Go installs programs. */
import { accessSync, constants } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

import { ROOT, run } from "../../support/spawn.ts";

/** What `sloth generate` wrote of {@link slothSpec} for the service `shop`; its source is named in the file beside it. */
const CAPTURED = join(ROOT, "test", "data", "rules", "sloth", "shop.rules.yml");

/** An SLO of 99.9 % over 30 d, by code, as a Sloth file. */
export function slothSpec(service: string, name = "availability"): string {
  const query = (more: string): string => `sum(rate(requests_total{job="${service}"${more}}[{{.window}}]))`;
  return `version: prometheus/v1
service: ${service}
slos:
  - name: ${name}
    objective: 99.9
    sli:
      events:
        error_query: ${query(',code=~"5.."')}
        total_query: ${query("")}
    alerting:
      name: ErrorBudgetBurn
      page_alert: {}
      ticket_alert: {}
`;
}

/** The same SLO as nines reads it. */
export function ninesSpec(service: string, name = "availability"): string {
  const query = (more: string): string => `sum(rate(requests_total{job="${service}"${more}}[5m]))`;
  return `service_level_objectives:
  ${service}:
    ${name}:
      target: 99.9%
      measurement_window: 30d
      sli: '${query(',code!~"5.."')} / ${query("")}'
`;
}

/** Absolute path of Sloth; undefined where this machine has none. */
export function findSloth(): string | undefined {
  const { PATH = "", GOBIN = "" } = process.env;
  const folders = [...PATH.split(delimiter), GOBIN, join(homedir(), "go", "bin")].filter((folder) => folder !== "");
  return folders
    .map((folder) => join(folder, "sloth"))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** Sloth's rules of the SLO of `shop`, and whether they were made here or captured. */
export async function slothRules(): Promise<{ readonly rules: string; readonly source: string }> {
  const sloth = findSloth();
  if (sloth === undefined) return { rules: await readFile(CAPTURED, "utf8"), source: "captured from Sloth v0.16.0" };
  return { rules: await generateBySloth(sloth, slothSpec("shop")), source: sloth };
}

export async function generateBySloth(sloth: string, spec: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "nines-sloth-"));
  try {
    const [input, output] = [join(folder, "slos.yml"), join(folder, "rules.yml")];
    await writeFile(input, spec);
    const { code, stdout, stderr } = await run(sloth, ["generate", "--no-log", "-i", input, "-o", output]);
    if (code !== 0) throw new Error(`sloth: ${stdout}${stderr}`);
    return await readFile(output, "utf8");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
