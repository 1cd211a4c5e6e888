// `npm run grafana`: reads the dashboards with Grafana's own Go types, which take no field that there is not. Needs Go.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { register } from "tsx/esm/api";

const SDK = "github.com/grafana/grafana-foundation-sdk/go@v0.0.22";
const JUDGE = `package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func main() {
	plugins.RegisterDefaultPlugins()
	failed := false
	for _, path := range os.Args[1:] {
		text, err := os.ReadFile(path)
		if err == nil {
			read := dashboard.Dashboard{}
			// Both return a list of faults, which is there even if it is empty.
			if err = read.UnmarshalJSONStrict(text); err == nil || err.Error() == "" {
				err = read.Validate()
			}
		}
		if err != nil && err.Error() != "" {
			failed = true
			fmt.Printf("%s: %s\\n", path, err)
		}
	}
	if failed {
		os.Exit(1)
	}
}
`;

register();
const { grafanaDashboards } = await import("../src/dashboard/grafana/dashboards.ts");
const { SLOS } = await import("../test/dashboard/grafana/slos.ts");

const folder = mkdtempSync(join(tmpdir(), "nines-grafana-"));
let failed = false;
try {
  const files = ["nines", "sloth"].flatMap((convention) => {
    const links = {
      traces: { jaeger: "https://j.example.com" },
      logs: { kibana: { url: "https://k.example.com", index: "logs", query: 'service.name: "{service}"' } },
    };
    return Object.entries(grafanaDashboards(SLOS, { convention, links })).map(([name, dashboard]) => {
      const path = join(folder, `${convention}-${name}.json`);
      writeFileSync(path, JSON.stringify(dashboard));
      return path;
    });
  });
  // What a judge is worth that finds nothing: this one has to be refused.
  const wrong = join(folder, "wrong.json");
  const { overview } = grafanaDashboards(SLOS);
  const [first, ...others] = overview.panels;
  writeFileSync(
    wrong,
    JSON.stringify({ ...overview, panels: [{ ...first, options: { colorMod: "value" } }, ...others] }),
  );
  const module = join(folder, "judge");
  mkdirSync(module);
  writeFileSync(join(module, "main.go"), JUDGE);
  const go = (args) =>
    spawnSync("go", args, { cwd: module, encoding: "utf8", env: { ...process.env, GOFLAGS: "-mod=mod" } });
  for (const args of [
    ["mod", "init", "judge"],
    ["get", SDK],
    ["build", "-o", "judge", "."],
  ]) {
    const { status, stderr, error } = go(args);
    if (status !== 0) throw new Error(`go ${args.join(" ")} failed: ${error?.message ?? stderr}`);
  }
  const judge = (paths) => spawnSync(join(module, "judge"), paths, { encoding: "utf8" });
  const { status, stdout } = judge(files);
  if (status !== 0) throw new Error(`Grafana's types refuse\n${stdout}`);
  if (judge([wrong]).status === 0) throw new Error("Grafana's types take what they should refuse");
  console.log(`${SDK} takes ${String(files.length)} dashboards, and refuses a wrong one`);
} catch (error) {
  failed = true;
  console.error(`grafana: ${error.message}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;
