/** The dashboard of the demo: live while it runs, and a page that stays at its end. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import {
  type ChaosRunner,
  type Deployment,
  forecastSlo,
  type IncidentManager,
  type Reliability,
  ReleaseGate,
  type RunbookExecutor,
  SloDashboard,
} from "nines";
import { dashboardHandler } from "nines/express";

import type { Shop } from "./service.ts";

/** What is shown. */
export interface Face {
  readonly url: string;
  /** Has the page of an incident show `html`, and links to it from the time axis. */
  tell(incident: string, html: string): void;
  /** Writes the page as it is now into `folder`; its path. */
  save(folder: string): Promise<string>;
  close(): void;
}

/** Shows `reliability` and what happened at `shop.url`. */
export function showOn(
  shop: Shop,
  {
    reliability,
    incidents,
    runbooks,
    chaos,
  }: { reliability: Reliability; incidents: IncidentManager; runbooks: RunbookExecutor; chaos: ChaosRunner },
): Face {
  const deployments: Deployment[] = [{ service: "shop", version: "v1.4.2", at: Date.now(), by: "ann" }];
  const told = new Map<string, string>();
  const dashboard = new SloDashboard({
    statuses: reliability,
    title: "The shop",
    gate: new ReleaseGate({ statuses: reliability, policies: reliability.policies, whenUnknown: "closed" }),
    forecast: (slo, question) => forecastSlo(slo, { source: reliability.source, ...question }),
    incidents,
    runbooks,
    chaos,
    deployments,
    incidentUrl: (id) => `${shop.url}/incidents/${id}`,
    refreshSeconds: 1,
  });
  shop.pages.get("/dashboard", dashboardHandler(dashboard));
  shop.pages.get("/incidents/:id", (request, response) => {
    const html = told.get(request.params.id);
    if (html === undefined) response.status(404).type("text").send("There is no postmortem of it yet.");
    else response.type("html").send(html);
  });
  return {
    url: `${shop.url}/dashboard`,
    tell(incident, html) {
      told.set(incident, html);
    },
    async save(folder) {
      const path = join(folder, "dashboard.html");
      await writeFile(path, await dashboard.generateHtml());
      return path;
    },
    close() {
      dashboard.close();
    },
  };
}
