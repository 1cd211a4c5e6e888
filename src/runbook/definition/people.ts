/** The fields of a runbook that people read. */
import { limitText } from "../../core/time/duration-text.ts";
import { MILLISECONDS } from "../../core/time/duration.ts";
import { show } from "../../core/errors.ts";

import { Fields, isMapping, LIMITS, oneOrMore, type Place, type Read, refuse, text, texts, within } from "./fields.ts";
import { span } from "./spans.ts";
import type { RunbookCommunication, RunbookEscalation, RunbookTrigger } from "../model.ts";

const paragraph = text(LIMITS.text, '"Page the team lead"');
const alert = text(200, "HighMemoryUsage");

/** A length of time that people give something. */
export const minutes: Read<number> = span({ unit: "minutes", min: 1_000, max: 30 * MILLISECONDS.d });

/** `{ alert, threshold }`, or only the alert's name; one or a list. */
export const triggers: Read<readonly RunbookTrigger[]> = oneOrMore((value, place) => {
  if (!isMapping(value)) {
    const name = alert(value, place);
    return name === undefined ? undefined : { alert: name };
  }
  const fields = Fields.of(value, place, ["alert", "threshold"]);
  const name = fields?.need("alert", alert, "HighMemoryUsage");
  const threshold = fields?.take("threshold", (raw, at) =>
    typeof raw === "number" ? String(raw) : paragraph(raw, at),
  );
  return name === undefined ? undefined : { alert: name, ...(threshold === undefined ? {} : { threshold }) };
}, LIMITS.items);

/** `{ to, after, note }`, or a text; one or a list. */
export const escalations: Read<readonly RunbookEscalation[]> = oneOrMore((value, place) => {
  if (!isMapping(value)) {
    const to = paragraph(value, place);
    return to === undefined ? undefined : { to };
  }
  const fields = Fields.of(value, place, ["to", "after", "note"]);
  const to = fields?.need("to", paragraph, "team-lead");
  const afterMs = fields?.take("after", minutes);
  const note = fields?.take("note", paragraph);
  if (to === undefined) return undefined;
  return { to, ...(afterMs === undefined ? {} : { afterMs }), ...(note === undefined ? {} : { note }) };
}, LIMITS.items);

/** A step's escalation: as {@link escalations}, as one text. */
export const escalationText: Read<string> = (value, place) => escalations(value, place)?.map(inWords).join("; ");

/** Such as `after 15 min: team-lead (by phone)`. */
export function inWords({ to, afterMs, note }: RunbookEscalation): string {
  const after = afterMs === undefined ? "" : `after ${limitText(afterMs)}: `;
  return `${after}${to}${note === undefined ? "" : ` (${note})`}`;
}

/** What to do by cause: a mapping, or a list of `{ cause, actions }`. */
export const mitigation: Read<Readonly<Record<string, readonly string[]>>> = (value, place) => {
  if (!Array.isArray(value)) return byName(value, place);
  const found = new Map<string, readonly string[]>();
  value.forEach((item: unknown, index) => {
    const fields = Fields.of(item, within(place, index), ["cause", "actions"]);
    const cause = fields?.need("cause", text(LIMITS.title, '"A memory leak"'), '"A memory leak"');
    const actions = fields?.need("actions", texts, '"Restart it"');
    if (cause === undefined || actions === undefined) return;
    if (found.has(cause)) refuse(within(place, index, "cause"), `${show(cause)} is there already`);
    found.set(cause, actions);
  });
  return Object.fromEntries(found);
};

/** Texts; or a mapping of texts, whose keys then stand before them. */
export const procedures: Read<readonly string[]> = (value, place) => {
  if (!isMapping(value)) return texts(value, place);
  const named = byName(value, place);
  return named && Object.entries(named).flatMap(([name, lines]) => lines.map((line) => `${name}: ${line}`));
};

/** `{ internal, external }`. */
export const communication: Read<RunbookCommunication> = (value, place) => {
  const fields = Fields.of(value, place, ["internal", "external"]);
  return {
    internal: fields?.take("internal", procedures) ?? [],
    external: fields?.take("external", procedures) ?? [],
  };
};

function byName(value: unknown, place: Place): Readonly<Record<string, readonly string[]>> | undefined {
  if (!isMapping(value)) return refuse(place, `${show(value)} is not a mapping of causes; write cause: what to do`);
  const entries = Object.entries(value) as [string, unknown][];
  if (entries.length > LIMITS.items) {
    return refuse(place, `has ${String(entries.length)} entries; allowed: at most ${String(LIMITS.items)}`);
  }
  return Object.fromEntries(
    entries.map(([name, raw]) => {
      const at = within(place, name);
      text(LIMITS.title, "memory_leak")(name, at);
      return [name, (raw === null ? refuse(at, "is empty; write what to do") : texts(raw, at)) ?? []];
    }),
  );
}
