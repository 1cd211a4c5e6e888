/** The variable by which all that a command began is known again, wherever it went. */
import { createHash, randomBytes } from "node:crypto";

import { isAlive, ownIdentity } from "../file/process-identity.ts";

/** Its name. Its value is `KEY#SCOPE.PLACE.PID.START.RANDOM`: PID and so on are of the process that waits for the command. */
export const MARKER_NAME = "NINES_COMMAND";

/** Those that this process waits for at this moment. */
const awaited = new Set<string>();

/** A new one, for a command that is about to begin. Once that is settled, `release` must be called. */
export function newMarker(key: string, scope: string): { readonly text: string; readonly release: () => void } {
  const { pid, started, place } = ownIdentity();
  const text = `${plain(key)}#${[scope, place, pid, started, randomBytes(9).toString("hex")].join(".")}`;
  awaited.add(text);
  return { text, release: () => awaited.delete(text) };
}

/** Whether a process with this marker was begun under `key` within `scope`, and nobody is left who waits for it. */
export function isAbandoned(text: string, key: string, scope: string): boolean {
  const hash = text.lastIndexOf("#");
  if (text.slice(0, hash) !== plain(key)) return false;
  const [theirs, place, number, started] = text.slice(hash + 1).split(".");
  if (theirs !== scope || place === undefined || number === undefined || started === undefined) return false;
  const pid = Number(number);
  const own = ownIdentity();
  if (pid === own.pid && started === own.started && place === own.place) return !awaited.has(text);
  return isAlive({ pid, started, place }) === false;
}

/** A short text for a scope, however long its name is. */
export function scopeOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 12);
}

/** A NUL would end the variable. */
function plain(key: string): string {
  return key.replaceAll("\0", "");
}
