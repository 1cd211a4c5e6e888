/** Incidents as a manager keeps them: what the benches write and read. */
import { type IncidentChange, IncidentManager, MemoryIncidentStore } from "nines";

/** What a busy year brings: each incident with its updates, its status and its messages, all in all `count` events. */
export async function incidentHistory(count: number): Promise<readonly (readonly IncidentChange[])[]> {
  const commits: (readonly IncidentChange[])[] = [];
  class Watched extends MemoryIncidentStore {
    override async commit(changes: readonly IncidentChange[]) {
      commits.push(changes);
      return super.commit(changes);
    }
  }
  const store = new Watched();
  const incidents = new IncidentManager({ store });
  const services = ["checkout"];
  for (let event = 0; event < count;) {
    const title = `checkout answers with errors, ${String(event)}`;
    const { id } = await incidents.createIncident({ title, severity: "SEV2", services, by: "alertmanager" });
    await incidents.acknowledge(id, { by: "ann@example.org" });
    for (let update = 0; update < 6; update += 1) {
      const message = `Looked at the error rate of the payment provider, attempt ${String(update)}; still above one percent.`;
      await incidents.addUpdate(id, { message, by: "ann@example.org" });
    }
    await incidents.changeStatus(id, { to: "monitoring", by: "ann@example.org" });
    await incidents.resolve(id, { by: "ann@example.org" });
    event += 10;
  }
  return commits;
}

/** One new incident with one event. */
export function oneEvent(): IncidentChange {
  const at = 1_767_225_600_000;
  const message = "Looked at the error rate of the payment provider; still above one percent.";
  const event = JSON.stringify({ type: "updated", message, by: "ann@example.org", at, recordedAt: at });
  return { expectedVersion: 0, events: [event], summary: "{}", open: true };
}
