/** What OpenSLO has no field for, as annotations `nines.dev/...` of an SLO. */
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { choices } from "../../core/nearest.ts";
import { isMapping } from "./part.ts";
import type { Texts } from "./labels.ts";
import type { Sheet } from "./sheet.ts";

/** Begins their names. */
export const NOTE_PREFIX = "nines.dev/";

/** Names of the notes of an SLO. Those of mappings are written as JSON. */
export const NOTES = [
  "service",
  "name",
  "kind",
  "title",
  "threshold",
  "window",
  "slice",
  "empty-slices",
  "minimum-events",
  "select",
  "labels",
  "annotations",
  "alerting",
] as const;

/** One of {@link NOTES}. */
export type NoteName = (typeof NOTES)[number];

/** Notes as a writer has them; what is undefined is left out. */
export function writeNotes(notes: Readonly<Partial<Record<NoteName, string | object | undefined>>>): Texts {
  const given = Object.entries(notes).filter(([, note]) => note !== undefined);
  return Object.fromEntries(
    given.map(([name, note]) => [`${NOTE_PREFIX}${name}`, typeof note === "string" ? note : JSON.stringify(note)]),
  );
}

/** The notes of an SLO that is read. */
export class Notes {
  /** The annotations that are no notes. */
  readonly rest: Texts;
  private readonly notes = new Map<string, string>();
  private readonly taken = new Set<string>();
  private readonly sheet: Sheet;
  private readonly path: Path;

  constructor(annotations: Texts | undefined, path: Path, sheet: Sheet) {
    this.sheet = sheet;
    this.path = path;
    const rest: Array<[string, string]> = [];
    for (const [key, text] of Object.entries(annotations ?? {})) {
      const name = key.startsWith(NOTE_PREFIX) ? key.slice(NOTE_PREFIX.length) : undefined;
      if (name === undefined) rest.push([key, text]);
      else if (NOTES.some((known) => known === name)) this.notes.set(name, text);
      else sheet.report([...path, key], `is no note of nines${choices(name, NOTES)}`);
    }
    this.rest = Object.fromEntries(rest);
  }

  /** Where it stands. */
  pathOf(name: NoteName): Path {
    return [...this.path, `${NOTE_PREFIX}${name}`];
  }

  /** Undefined if it is not there. */
  take(name: NoteName): string | undefined {
    this.taken.add(name);
    return this.notes.get(name);
  }

  /**
   * A note beside a field of OpenSLO that can say only a part of it: `written`, unless the note says the same more exactly.
   *
   * @param abbreviate - what the field is for that note
   */
  exactly(name: NoteName, written: string, abbreviate: (note: string) => string | undefined): string {
    const note = this.take(name);
    if (note === undefined || note === written) return written;
    if (abbreviate(note) === written) return note;
    this.sheet.report(
      this.pathOf(name),
      `is left out: ${show(note)} is not what the SLO itself says, ${show(written)}`,
    );
    return written;
  }

  /** A mapping; undefined if there is none, or if it is none, which is a fault. */
  mapping(name: NoteName): Readonly<Record<string, unknown>> | undefined {
    const note = this.take(name);
    if (note === undefined) return undefined;
    try {
      const value: unknown = JSON.parse(note);
      if (isMapping(value)) return value;
    } catch {
      // Told below.
    }
    this.sheet.fault(this.pathOf(name), `${show(note)} is not a mapping in JSON`);
    return undefined;
  }

  /** Tells of notes that nobody has asked for. */
  reportUntaken(): void {
    for (const name of this.notes.keys()) {
      if (!this.taken.has(name))
        this.sheet.report(this.pathOf(name as NoteName), "has no meaning for this kind of SLO");
    }
  }
}
