/** A process that saves ever newer documents, and says which ones it was promised are safe. */
import { writeSync } from "node:fs";

import { FileStateStore } from "../../../src/adapters/file/state-store.ts";
import { documentOf } from "./saved-document.ts";

const [folder = "", first = "0"] = process.argv.slice(2);
const store = new FileStateStore(folder);
for (let version = Number(first); ; version += 1) {
  await store.save("state", documentOf(version));
  writeSync(1, `${String(version)}\n`);
}
