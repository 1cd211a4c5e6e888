/** The life of a state store on a disk that fails. */
import { FileStateStore } from "../../../src/adapters/file/state-store.ts";
import { isReliabilityError } from "../../../src/core/errors.ts";
import type { Life } from "../fs-faults.ts";

const TRIES = 40;

/** Saves documents, again if that fails, and looks at them before and after a power cut. */
export const stateLife: Life = async ({ fileSystem, random, steps, figures }) => {
  let store = new FileStateStore("/state", { fileSystem });
  const kept = new Map<string, string>();
  for (let step = 0; step < steps; step += 1) {
    const key = random.pick(["one", "two"]);
    const document = `${String(step)} `.repeat(random.integer(1, 1_500));
    for (let tries = 1; ; tries += 1) {
      const trouble = await store.save(key, document).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (trouble === undefined) break;
      expectTold(trouble);
      if (tries > TRIES) throw new Error("no save works any more");
      figures.refused += 1;
      // The power may have gone; else this changes nothing.
      fileSystem.restart();
      store = new FileStateStore("/state", { fileSystem });
      const found = await patiently(
        () => store.load(key),
        () => {
          fileSystem.restart();
        },
      );
      if (found !== document && found !== kept.get(key)) throw new Error(`${key} is neither the old nor the new one`);
      if (found === document) figures.survivedUntold += 1;
    }
    kept.set(key, document);
    figures.acknowledged += 1;
  }
  fileSystem.crash();
  fileSystem.restart();
  for (const [key, document] of kept) {
    const found = await patiently(
      () => store.load(key),
      () => {
        fileSystem.restart();
      },
    );
    if (found !== document) throw new Error(`${key} was lost`);
  }
};

/** Asks until the disk answers; each refusal must be told as it should be. */
export async function patiently<T>(ask: () => Promise<T>, onTrouble: () => void = () => undefined): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      expectTold(error);
      if (tries > TRIES) throw error;
      onTrouble();
    }
  }
}

/** The error that reaches the caller says whose it is. */
export function expectTold(error: unknown): void {
  if (isReliabilityError(error) && error.code === "adapter") return;
  throw new Error("what reached the caller is no AdapterError", { cause: error });
}
