import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { grafanaDashboards } from "../../../src/dashboard/grafana/dashboards.ts";
import type { GrafanaDashboard } from "../../../src/dashboard/grafana/model.ts";
import { CONVENTIONS } from "../../../src/rules/convention.ts";
import { ROOT } from "../../support/spawn.ts";
import { SLOS } from "./slos.ts";

const RAW = join(ROOT, "node_modules", "@grafana", "schema", "dist", "types", "raw");

/**
 * Grafana's types, as its JSON has them: texts instead of enums; panels by their plugin, with that plugin's options; and
 * queries to Prometheus, of which the package has no type.
 */
const TYPES = `
import type { Options as StatOptions } from "${RAW}/composable/stat/panelcfg/x/types.gen";
import type { FieldConfig as TableFields, Options as TableOptions } from "${RAW}/composable/table/panelcfg/x/types.gen";
import type { FieldConfig as LineFields, Options as LineOptions } from "${RAW}/composable/timeseries/panelcfg/x/types.gen";
import type * as raw from "${RAW}/dashboard/x/types.gen";

type Plain<T> = T extends string ? \`\${T}\` : T extends (infer Item)[] ? Plain<Item>[]
  : T extends object ? { [Key in keyof T]: Plain<T[Key]> } : T;
interface PrometheusQuery {
  refId: string; expr: string; legendFormat?: string; editorMode?: "code" | "builder"; range?: boolean; instant?: boolean;
  format?: "time_series" | "table" | "heatmap"; exemplar?: boolean;
}
interface Fields<Custom> {
  defaults: Omit<raw.FieldConfig, "custom" | "links"> & { custom?: Custom };
  overrides: raw.FieldConfigSource["overrides"];
}
type Of<Type extends string, Options, Custom> = Omit<raw.Panel, "type" | "options" | "fieldConfig" | "targets"> &
  { type: Type; options: Options; fieldConfig: Fields<Custom>; targets: PrometheusQuery[] };
type Panel = Of<"stat", StatOptions, never> | Of<"table", TableOptions, TableFields> | Of<"timeseries", LineOptions, LineFields>;
interface Row { type: "row"; id: number; title?: string; collapsed: boolean; gridPos?: raw.GridPos; panels: Panel[] }
export type Dashboard = Plain<Omit<raw.Dashboard, "panels"> & { panels: (Panel | Row)[] }>;
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "nines-grafana-"));
  writeFileSync(join(folder, "types.ts"), TYPES);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the compiler says of these values as dashboards, by their names. */
function faultsOf(dashboards: Readonly<Record<string, unknown>>): readonly string[] {
  const files = Object.entries(dashboards).map(([name, dashboard]) => {
    const file = join(folder, `${name}.ts`);
    writeFileSync(
      file,
      `import type { Dashboard } from "./types.ts";\nexport const dashboard: Dashboard = ${JSON.stringify(dashboard, null, 1)};\n`,
    );
    return file;
  });
  const program = ts.createProgram(files, {
    ...{ noEmit: true, strict: true, skipLibCheck: true, types: [], lib: ["lib.es2022.d.ts"] },
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    ...{ allowImportingTsExtensions: true },
  });
  return ts.getPreEmitDiagnostics(program).map(({ messageText, file, start = 0 }) => {
    const place =
      file === undefined
        ? ""
        : `${file.fileName.replace(/.*\//, "")}:${String(file.getLineAndCharacterOfPosition(start).line)} `;
    return `${place}${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

const LINKS = {
  traces: { jaeger: "https://jaeger.example.com" },
  logs: { kibana: { url: "https://kibana.example.com", index: "logs", query: 'service.name: "{service}"' } },
};

describe("dashboards", () => {
  it("are what Grafana's own schema has", () => {
    const all = CONVENTIONS.flatMap((convention) => {
      const plain = grafanaDashboards(SLOS, { convention });
      const told = grafanaDashboards(SLOS, { convention, datasource: "prom", links: LINKS, refresh: false, tags: [] });
      return [plain, told].flatMap(({ overview, detail }) => [overview, detail]);
    });
    const named = all.map((dashboard, index) => [`right-${String(index)}`, dashboard] as const);
    // What the judge is worth: it sees a slip wherever it is.
    const [first] = all as [GrafanaDashboard];
    const slips: Readonly<Record<string, (dashboard: Mutable) => unknown>> = {
      top: (dashboard) => (dashboard.refesh = "1m"),
      panel: (dashboard) => (dashboard.panels[0]!.titel = "a"),
      options: (dashboard) => (dashboard.panels[0]!.options.colorMode = "text"),
      fields: (dashboard) => (dashboard.panels[0]!.fieldConfig.defaults.units = "s"),
      custom: (dashboard) => (dashboard.panels.at(-1)!.fieldConfig.defaults.custom.fillOpacty = 1),
      variable: (dashboard) => (dashboard.templating.list[0]!.type = "queries"),
      annotation: (dashboard) => delete dashboard.annotations.list[0]!.iconColor,
      place: (dashboard) => (dashboard.panels[0]!.gridPos.x = "0"),
    };
    const wrong = Object.entries(slips).map(([name, slip]) => {
      const copy = structuredClone(first) as unknown as Mutable;
      slip(copy);
      return [name, copy] as const;
    });
    const told = faultsOf(Object.fromEntries([...named, ...wrong]));
    expect(told.filter((fault) => !Object.keys(slips).some((name) => fault.startsWith(`${name}.ts:`)))).toEqual([]);
    for (const name of Object.keys(slips)) expect(told.join("\n")).toContain(`${name}.ts:`);
  }, 60_000);
});

/** A panel in which anything can be changed. */
interface Loose {
  [key: string]: unknown;
  readonly options: Record<string, unknown>;
  readonly gridPos: Record<string, unknown>;
  readonly fieldConfig: { readonly defaults: Record<string, unknown> & { readonly custom: Record<string, unknown> } };
}

interface Mutable {
  [key: string]: unknown;
  panels: Loose[];
  templating: { list: Record<string, unknown>[] };
  annotations: { list: Record<string, unknown>[] };
}
