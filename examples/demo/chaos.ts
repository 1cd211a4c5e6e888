/** What breaks the shop: an experiment, run as on a game day, to see whether alerts, on-call and runbook heal it. */
import {
  ChaosExperiment,
  type ChaosReport,
  ChaosRunner,
  type ChaosTarget,
  httpProbe,
  MemoryStateStore,
  noteOnIncidents,
  type IncidentManager,
} from "nines";

import { paint, say } from "./screen.ts";
import type { Shop } from "./service.ts";

/** The connection pool of the shop gets stuck. */
class StuckPool extends ChaosExperiment {
  readonly kind = "stuck-pool";
  // Two of three requests are served still: the pool is ill, not gone.
  override readonly takesAway = false;
  readonly #shop: Shop;

  constructor(shop: Shop) {
    super({
      name: "the pool gets stuck",
      description: "Somebody is told, and the runbook heals it.",
      duration: "40s",
      services: ["shop"],
      steadyState: [httpProbe({ url: `${shop.url}/admin/pool`, name: "the pool can be asked" })],
    });
    this.#shop = shop;
  }

  targets(): readonly ChaosTarget[] {
    return [{ id: "pool/shop", group: "pools", healthy: !this.#shop.broken, labels: {}, details: {} }];
  }

  inject() {
    this.#shop.broken = true;
    return { result: "done", message: "a third of the requests fail, and the others are slow" } as const;
  }

  undo(): void {
    this.#shop.broken = false;
  }
}

/** The experiment, until it is ended. */
export interface GameDay {
  readonly runner: ChaosRunner;
  /** Strikes. */
  begin(): void;
  /** Ends it; what came of it, once it is undone. */
  end(): Promise<ChaosReport | undefined>;
}

/** Prepares the experiment; a real store would outlive the process, so that the next one could undo it. */
export async function gameDay(shop: Shop, incidents: IncidentManager): Promise<GameDay> {
  // The budget is meant to be spent here, and the incident is what is looked for: neither ends the experiment, as they do unless told.
  const runner = await ChaosRunner.open({ store: new MemoryStateStore(), guard: "none", armed: true });
  const unlink = noteOnIncidents(runner, incidents, { killOn: "none" });
  runner.on("moment", ({ experiment, message }) => say(paint("warn", `   ~~ chaos, ${experiment}: ${message}`)));
  const ending = new AbortController();
  let running: Promise<ChaosReport> | undefined;
  return {
    runner,
    begin() {
      running = runner.run(new StuckPool(shop), { by: "the game day", signal: ending.signal });
    },
    async end() {
      ending.abort();
      const report = await running;
      await runner.stop();
      await unlink();
      return report;
    },
  };
}
