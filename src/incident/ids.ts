/** Names of incidents, and of what else is numbered: `INC-0001`. */
import { invalid, show } from "../core/errors.ts";

/** Writes and reads ids with one prefix. */
export class IncidentIds {
  readonly #prefix: string;
  readonly #what: string;

  /** @throws {@link ConfigurationError} if `prefix` is none */
  constructor(prefix: string, what = "an incident") {
    if (typeof prefix !== "string" || !/^[A-Z][A-Z0-9]{0,19}$/.test(prefix)) {
      throw invalid("prefix", `${show(prefix)} is no prefix; write 1 to 20 capital letters and digits, such as INC`);
    }
    this.#prefix = prefix;
    this.#what = what;
  }

  /** At least four digits. */
  idOf(number: number): string {
    return `${this.#prefix}-${String(number).padStart(4, "0")}`;
  }

  /** @throws {@link ConfigurationError} if `id` is none */
  numberOf(id: unknown): number {
    const digits = typeof id === "string" ? id.slice(this.#prefix.length + 1) : "";
    const number = /^\d{4,15}$/.test(digits) ? Number(digits) : 0;
    // Written anew it is another one, where the prefix is another or there are zeros too many.
    if (number === 0 || this.idOf(number) !== id) {
      throw invalid("id", `${show(id)} is not the id of ${this.#what}; ids look like ${this.idOf(1)}`);
    }
    return number;
  }
}
