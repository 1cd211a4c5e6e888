/** Words that people write. */
import { show } from "./errors.ts";

/** Refuses what is not text of 1 to `most` characters. */
export function checkWords(value: unknown, most: number, refuse: (message: string) => void): void {
  if (typeof value === "string" && value.trim() !== "" && value.length <= most) return;
  const shown =
    typeof value === "string" && value.length > most ? `has ${String(value.length)} characters` : show(value);
  refuse(`${shown === "undefined" ? "is missing" : shown}; write 1 to ${String(most)} characters`);
}
