import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

import { FileIncidentStore } from "../../../src/adapters/file/index.ts";
import { runIncidentModel } from "../../support/incident-model.ts";

const folder = mkdtempSync(join(tmpdir(), "nines-file-model-"));
const opened: FileIncidentStore[] = [];
afterAll(async () => {
  for (const store of opened) await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test("two managers over one store in files do what the model says", async () => {
  const create = async (): Promise<FileIncidentStore> => {
    const store = await FileIncidentStore.open(join(folder, String(opened.length)));
    opened.push(store);
    return store;
  };
  const figures = await runIncidentModel(create, { runs: 30, seed: 20261122, commands: 40 });
  expect(figures.runs).toBe(30);
  expect(figures.accepted).toBeGreaterThan(100);
  expect(figures.races).toBeGreaterThan(5);
});
