/** A process that saves ever newer documents, and says which ones it was promised are safe. */
import { FileStateStore } from "../../../src/adapters/file/state-store.ts";
import { documentOf } from "./saved-document.ts";
import { tell } from "./tell.ts";

const [folder = "", first = "0"] = process.argv.slice(2);
const store = new FileStateStore(folder);
for (let version = Number(first); ; version += 1) {
  await store.save("state", documentOf(version));
  tell(String(version));
}
