/** A process that runs a runbook, or goes on with one that another process has left, and kills itself at a commit. */
import { join } from "node:path";

import { LocalCommandRunner } from "../../../src/adapters/command/index.ts";
import { FileIncidentStore } from "../../../src/adapters/file/incident-store.ts";
import { IncidentManager } from "../../../src/incident/manager.ts";
import type { IncidentStore } from "../../../src/ports/incident-store.ts";
import { RunbookExecutor } from "../../../src/runbook/executor/executor.ts";
import { ledgerSteps } from "./runbook-ledger.ts";
import { tell } from "./tell.ts";

const [folder = "", steps = "0", which = "none", when = "before", count = "0"] = process.argv.slice(2);

/** `store`, whose `count`-th commit is the end of this process. */
function deadly(store: IncidentStore, name: string): IncidentStore {
  let commits = 0;
  return {
    commit: async (changes, options) => {
      commits += 1;
      const isLast = which === name && commits === Number(count);
      if (isLast && when === "before") process.kill(process.pid, "SIGKILL");
      const made = await store.commit(changes, options);
      if (isLast) process.kill(process.pid, "SIGKILL");
      return made;
    },
    read: (number, options) => store.read(number, options),
    rows: (page) => store.rows(page),
    due: (at, limit, options) => store.due(at, limit, options),
    holderOf: (key, options) => store.holderOf(key, options),
  };
}

const kept = await FileIncidentStore.open(join(folder, "incidents"));
const runs = await FileIncidentStore.open(join(folder, "runs"));
const incidents = new IncidentManager({ store: deadly(kept, "incidents") });
const [first] = await kept.rows({ limit: 1 });
const incident =
  first === undefined
    ? await incidents.createIncident({ title: "memory is full", severity: "SEV2", by: "alerts" })
    : await incidents.get("INC-0001");
const executor = new RunbookExecutor({ runner: new LocalCommandRunner(), store: deadly(runs, "runs"), incidents });
executor.registerRunbook("HighMemoryUsage", ledgerSteps(Number(steps), join(folder, "ledger")));
tell("begins");
const [before] = await runs.rows({ limit: 1 });
const run =
  before === undefined
    ? await executor.executeRunbook("HighMemoryUsage", { by: "alerts", incident, key: "once" })
    : before.open || before.dueAt !== undefined
      ? await executor.resume("RUN-0001", { force: true })
      : await executor.get("RUN-0001");
tell(`${run.status} ${run.reason ?? ""}`);
await runs.close();
await kept.close();
