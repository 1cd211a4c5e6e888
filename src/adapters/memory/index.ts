/** State that ends with the process. */
import type { StateStore } from "../../ports/store.ts";

/** A {@link StateStore} in memory: for tests, and for services that need not remember. */
export class MemoryStateStore implements StateStore {
  readonly #documents = new Map<string, string>();

  load(key: string): Promise<string | undefined> {
    return Promise.resolve(this.#documents.get(key));
  }

  save(key: string, document: string): Promise<void> {
    this.#documents.set(key, document);
    return Promise.resolve();
  }
}
