import { expect, test } from "vitest";

import type { StateStore } from "../../src/ports/store.ts";
import { stateStoreContract } from "../../src/testing/index.ts";

/** Stores that each break one promise. */
class Faulty implements StateStore {
  protected readonly documents = new Map<string, string>();
  async load(key: string): Promise<string | undefined> {
    return this.documents.get(key);
  }
  async save(key: string, document: string): Promise<void> {
    this.documents.set(key, document);
  }
}

const FAULTS: Record<string, new () => StateStore> = {
  "has nothing under a key that was never saved": class extends Faulty {
    override async load(key: string): Promise<string> {
      return (await super.load(key)) ?? "";
    }
  },
  "gives back what was saved, letter by letter": class extends Faulty {
    override async save(key: string, document: string): Promise<void> {
      await super.save(key, document.trim());
    }
  },
  "keeps the documents of two keys apart": class extends Faulty {
    override async save(_: string, document: string): Promise<void> {
      this.documents.set("one", document).set("two", document).set("key", document);
    }
  },
  "has the last of many saves that were asked for at once": class extends Faulty {
    override async save(key: string, document: string): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, document === "18" ? 20 : 1));
      await super.save(key, document);
    }
  },
};

test("each promise has a store that breaks it", () => {
  expect(stateStoreContract(() => new Faulty()).map(({ name }) => name)).toEqual(Object.keys(FAULTS));
});

test.each(Object.entries(FAULTS))("a store is found out that does not: it %s", async (name, Broken) => {
  const found: string[] = [];
  for (const promise of stateStoreContract(() => new Broken())) {
    await promise.check().catch(() => found.push(promise.name));
  }
  expect(found).toEqual([name]);
});

test("a sound store keeps them all", async () => {
  for (const { check } of stateStoreContract(() => new Faulty())) await check();
});
