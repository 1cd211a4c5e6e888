/** Which version of nines this is. */
import { readFileSync } from "node:fs";

/** As in package.json, which stands two folders above, built or not. */
export function ownVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
