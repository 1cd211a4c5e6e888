import { describe, it } from "vitest";

import { MemoryIncidentStore } from "../../src/incident/memory-store.ts";
import { incidentStoreContract } from "../../src/testing/incident-store-contract.ts";

describe("incidents in memory", () => {
  for (const { name, check } of incidentStoreContract(() => new MemoryIncidentStore())) it(name, check);
});
