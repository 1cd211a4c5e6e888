import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

import { Objective, type ObjectiveInput } from "../../src/core/objective.ts";
import type { RecordedEvent } from "../../src/incident/events.ts";
import type { IncidentState } from "../../src/incident/model.ts";
import { fold } from "../../src/incident/transition.ts";
import { draftPostmortem } from "../../src/postmortem/draft.ts";
import { postmortemCharts } from "../../src/postmortem/picture/pictures.ts";
import { renderPostmortem } from "../../src/postmortem/render.ts";
import type { PostmortemSources, SloHistory, StandingLike } from "../../src/postmortem/sources.ts";
import type { RunbookRun } from "../../src/runbook/run.ts";
import { describeWithService } from "../support/services.ts";
import { ROOT } from "../support/spawn.ts";

/** What `npm run demo` had recorded of its incident, as JSON. */
interface Kept {
  readonly at: number;
  readonly events: readonly RecordedEvent[];
  readonly runs: readonly RunbookRun[];
  readonly before: readonly KeptStanding[];
  readonly after: readonly KeptStanding[];
  readonly history: readonly SloHistory[];
  readonly authors: readonly string[];
}

interface KeptStanding {
  readonly slo: { readonly objective: ObjectiveInput };
  readonly budget: { readonly objective: ObjectiveInput };
}

const FOLDER = join(ROOT, "test", "data", "postmortem", "demo");
const kept = JSON.parse(readFileSync(join(FOLDER, "sources.json"), "utf8")) as Kept;

/** JSON has an objective as it was written. */
const standing = ({ slo, budget }: KeptStanding): StandingLike =>
  ({
    slo: { ...slo, objective: Objective.parse(slo.objective) },
    budget: { ...budget, objective: Objective.parse(budget.objective) },
  }) as unknown as StandingLike;

const sources: PostmortemSources = {
  incident: { ...(fold(kept.events) as IncidentState), id: "INC-0001" },
  events: kept.events,
  at: kept.at,
  runs: kept.runs,
  before: kept.before.map(standing),
  after: kept.after.map(standing),
  history: kept.history,
  authors: kept.authors,
};
const postmortem = draftPostmortem(sources);
const pictures = ["INC-0001.svg", "INC-0001-2.svg", "INC-0001-3.svg", "INC-0001-4.svg"];
const files: Readonly<Record<string, string>> = {
  "INC-0001.md": renderPostmortem(postmortem, "markdown", { pictures }),
  "INC-0001.html": renderPostmortem(postmortem, "html"),
  "INC-0001.svg": postmortemCharts(postmortem)[0] ?? "",
};

test.each(Object.keys(files))("the demo's own incident comes out as the golden %s", async (name) => {
  await expect(files[name]).toMatchFileSnapshot(join(FOLDER, name));
});

test("tells the whole loop: the budget, the alert, the page, the approval, the runbook and the end", () => {
  const text = files["INC-0001.md"] ?? "";
  for (const told of [
    "ErrorBudgetBurn fires",
    "ann is commander",
    "told pager",
    "RUN-0001, look: succeeded",
    "approved: the pool is stuck",
    "RUN-0001, reset_pool: succeeded",
    "RUN-0001 succeeded",
    "monitoring",
    "resolved",
    "shop/availability",
  ]) {
    expect(text).toContain(told);
  }
});

describeWithService(["chromium"], "in a real browser", ({ chromium = "" }) => {
  test("the page shows the incident, and its picture has a size", () => {
    const folder = mkdtempSync(join(tmpdir(), "nines-demo-page-"));
    try {
      const page = join(folder, "INC-0001.html");
      writeFileSync(page, files["INC-0001.html"] ?? "");
      const flags = [
        ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        ...[
          "--disable-background-networking",
          "--disable-component-update",
          "--disable-sync",
          "--virtual-time-budget=2000",
        ],
        `--user-data-dir=${join(folder, "profile")}`,
      ];
      const shown = join(folder, "page.png");
      execFileSync(chromium, [...flags, "--window-size=1000,3000", `--screenshot=${shown}`, `file://${page}`], {
        stdio: "ignore",
      });
      // A blank page of this size is some kilobytes.
      expect(readFileSync(shown).byteLength).toBeGreaterThan(60_000);
      const dom = execFileSync(chromium, [...flags, "--dump-dom", `file://${page}`], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      expect(dom).toContain("shop/availability burns its error budget");
      expect(dom.match(/<svg/g)?.length).toBe(4);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
