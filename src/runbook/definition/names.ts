/** Names of steps: those that are written, and those that are made. */
import { show } from "../../core/errors.ts";

import { type Fields, isMapping, LIMITS, type Place, type Read, refuse } from "./fields.ts";

/** What a name is made of where none is written. */
export interface NameSource {
  readonly title: string | undefined;
  readonly fallback: string;
  readonly place: Place;
  readonly isRollback: boolean;
}

/** Keeps names apart. */
export class NameBook {
  private readonly written = new Set<string>();
  private readonly taken = new Set<string>();

  /** @param steps - steps as they are written; a made name gives way to those in there */
  constructor(steps: unknown) {
    this.collect(steps);
  }

  /** The name of a step; nobody knows it by that if what it is made of is at fault. */
  claim(fields: Fields | undefined, source: NameSource): { readonly name: string; readonly isNameless: boolean } {
    const name = fields?.take("name", source.isRollback ? rollbackName : stepName);
    if (name !== undefined) {
      if (this.taken.has(name))
        refuse(fields?.at("name") ?? source.place, `${show(name)} is the name of another step already`);
      this.taken.add(name);
      return { name, isNameless: false };
    }
    const written = fields?.raw("name");
    // Of a name that is at fault what it should be, so that others may speak of it.
    const base = typeof written === "string" ? slug(written) : undefined;
    const isNameless = fields === undefined || (fields.has("name") && base === undefined);
    return { name: this.made(source, base), isNameless };
  }

  private made({ title, fallback, isRollback }: NameSource, base: string | undefined): string {
    const wanted = base ?? (isRollback ? undefined : slug(title)) ?? fallback;
    let name = wanted;
    for (let number = 2; this.taken.has(name) || this.written.has(name); number += 1)
      name = `${wanted}_${String(number)}`;
    this.taken.add(name);
    return name;
  }

  private collect(steps: unknown): void {
    for (const step of Array.isArray(steps) ? (steps as unknown[]) : [steps]) {
      if (!isMapping(step)) continue;
      const { name, parallel, rollback } = step as Readonly<Record<string, unknown>>;
      if (typeof name === "string") this.written.add(name);
      if (parallel !== undefined) this.collect(parallel);
      if (rollback !== undefined) this.collect(rollback);
    }
  }
}

/** Letters, digits and what goes well with them in `{{ steps.NAME.output }}`: a dot would not. */
const stepName: Read<string> = (value, place) => {
  if (typeof value === "string" && /^(?!\d+$)[A-Za-z0-9][\w-]{0,99}$/.test(value)) return value;
  const length =
    typeof value === "string" && value.length > LIMITS.name ? `, at most ${String(LIMITS.name)} of them` : "";
  const base = typeof value === "string" && length === "" ? slug(value) : undefined;
  const instead = base === undefined ? "" : `, such as ${base}`;
  return refuse(
    place,
    `${show(value)} is not a name; use letters, digits, _ and -, beginning with a letter or digit${length}${instead}`,
  );
};

/** Nobody speaks of a step that takes another back, so `restart.rollback` is fine. */
const rollbackName: Read<string> = (value, place) => {
  if (typeof value !== "string") return stepName(value, place);
  return stepName(value.replaceAll(/(?<=\w)\.(?=\w)/g, "_"), place) === undefined ? undefined : value;
};

/** `Look at the pods!` as `look_at_the_pods`; undefined if no letter is left. */
export function slug(title: string | undefined): string | undefined {
  const words = title?.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const name = words.join("_").slice(0, LIMITS.name - 10);
  return /^\d*$/.test(name) ? undefined : name;
}
