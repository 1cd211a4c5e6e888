/** Stores on a disk that misbehaves: what was acknowledged is there when the disk is well again. */
import { FileIncidentStore, FileStateStore } from "../../../src/adapters/file/index.ts";
import type { FileSystem, OpenFile } from "../../../src/ports/file-system.ts";
import { FaultyFileSystem } from "../../../src/testing/index.ts";

import type { Stage } from "./stage.ts";
import { goesOn, type Scenario } from "./types.ts";

const CALLS = ["open", "rename", "remove", "list", "makeFolder", "syncFolder", "stat"] as const;
/** What a store that is well never calls. */
const NEVER: Readonly<Record<string, readonly string[]>> = {
  FileStateStore: ["remove", "stat"],
  FileIncidentStore: ["size"],
};
const FILE_CALLS = ["read", "write", "datasync", "size", "close"] as const;

/** The disk, of which one call, of itself or of each file, misbehaves. */
function disk(stage: Stage, good: FileSystem, method: string): FileSystem {
  if ((CALLS as readonly string[]).includes(method)) return stage.spoiling(good, method as keyof FileSystem);
  const calls = stage.plugin((call: () => unknown) => call());
  return new Proxy(good, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name, target);
      if (name !== "open") return typeof found === "function" ? (found.bind(target) as unknown) : found;
      return async (path: string, mode: "read" | "write" | "create"): Promise<OpenFile> => {
        const file = await target.open(path, mode);
        return new Proxy(file, {
          get(opened, asked) {
            const own = Reflect.get(opened, asked, opened) as (...given: unknown[]) => unknown;
            if (asked !== method) return own;
            return (...given: unknown[]) => calls(() => own.apply(opened, given));
          },
        });
      };
    },
  });
}

const ALL = [...CALLS, ...FILE_CALLS].flatMap((method): Scenario[] => [
  {
    ...{ plugin: "file-system", method, by: "FileStateStore", answers: false, names: undefined },
    play: async (stage) => {
      const good = new FaultyFileSystem();
      const store = new FileStateStore("/state", { fileSystem: disk(stage, good, method) });
      let acknowledged: string | undefined;
      const tried: (string | undefined)[] = [undefined];
      for (const document of ["one", "two", "three"]) {
        tried.push(document);
        const saved = await quickly(stage, () => store.save("key", document).then(() => true));
        if (saved === true) acknowledged = document;
      }
      await quickly(stage, () => store.load("key"));
      good.crash();
      good.restart();
      const kept = await stage.play(new FileStateStore("/state", { fileSystem: good }).load("key"));
      goesOn(
        tried.indexOf(kept) >= tried.indexOf(acknowledged),
        `${String(kept)} is kept, and ${String(acknowledged)} was acknowledged`,
      );
    },
  },
  {
    ...{ plugin: "file-system", method, by: "FileIncidentStore", answers: false, names: undefined },
    play: async (stage) => {
      const good = new FaultyFileSystem();
      const acknowledged: number[] = [];
      const store = await quickly(stage, () =>
        FileIncidentStore.open("/incidents", { fileSystem: disk(stage, good, method), logger: stage.logger }),
      );
      for (let place = 1; store !== undefined && place <= 3; place += 1) {
        const change = { expectedVersion: 0, events: [`{"n":${String(place)}}`], summary: "{}", open: true };
        const made = await quickly(stage, () => store.commit([change]));
        if (made !== undefined) acknowledged.push(made[0]?.number ?? NaN);
      }
      if (store !== undefined) {
        await quickly(stage, () => store.read(1));
        await quickly(stage, () => store.close());
      }
      good.crash();
      good.restart();
      good.forget((path) => path.includes("lock"));
      const again = await stage.play(FileIncidentStore.open("/incidents", { fileSystem: good }));
      for (const number of acknowledged) {
        goesOn((await stage.play(again.read(number))).length === 1, `${String(number)} was acknowledged, and is kept`);
      }
      await stage.play(again.close());
    },
  },
]);

export const FILES: readonly Scenario[] = ALL.filter(({ by, method }) => NEVER[by]?.includes(method) !== true);

/** A disk has no deadline of its own: whoever uses the store has one, and so has this. */
async function quickly<T>(stage: Stage, call: () => Promise<T>): Promise<T | undefined> {
  const late = new Promise<undefined>((resolve) => stage.clock.schedule(() => resolve(undefined), 10_000));
  return stage.attempt("the disk", () => Promise.race([call(), late]));
}
