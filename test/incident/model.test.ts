import { expect, test } from "vitest";

import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { runIncidentModel } from "../support/incident-model.ts";

test("two managers over one store do what the model says, whatever is said to them", async () => {
  const figures = await runIncidentModel(() => new MemoryIncidentStore(), { runs: 300, seed: 20261122, commands: 60 });
  expect(figures.runs).toBe(300);
  expect(figures.edges.size).toBe(10);
  for (const seen of [figures.accepted, figures.refused, figures.races, figures.merges, figures.reopenings]) {
    expect(seen).toBeGreaterThan(20);
  }
});

class Forgetful extends MemoryIncidentStore {
  override async read(...asked: Parameters<MemoryIncidentStore["read"]>): Promise<readonly string[]> {
    const events = await super.read(...asked);
    return events.length > 3 ? events.slice(0, -1) : events;
  }
}

class Lenient extends MemoryIncidentStore {
  readonly #versions = new Map<number | undefined, number>();
  override async commit(
    ...[changes, options]: Parameters<MemoryIncidentStore["commit"]>
  ): ReturnType<MemoryIncidentStore["commit"]> {
    const blind = changes.map((change) => ({ ...change, expectedVersion: this.#versions.get(change.number) ?? 0 }));
    for (const { number, expectedVersion, events } of blind) {
      if (number !== undefined) this.#versions.set(number, expectedVersion + events.length);
    }
    const made = await super.commit(blind, options);
    for (const { number, version } of made) this.#versions.set(number, version);
    return made;
  }
}

test.each([
  ["loses an event", Forgetful],
  ["does not look at versions", Lenient],
])("the model notices a store that %s", async (_, Store) => {
  const run = runIncidentModel(() => new Store(), { runs: 50, seed: 1, commands: 40 });
  await expect(run).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/^(the (view of|answers? to)|number of events)/) as string },
  });
});
