/** Templates of queries and addresses: where values go into them, and what is done to these on their way. */
import { nearest } from "../../core/nearest.ts";
import { wellFormed } from "../../core/well-formed.ts";
import { escapeRegex, quote } from "../../rules/promql/write.ts";

/** What a template can ask for. */
export const LINK_VALUES = ["service", "slo", "traceId", "incident"] as const;

/** One of {@link LINK_VALUES}. */
export type LinkValue = (typeof LINK_VALUES)[number];

/** Values by their names; what is not known is undefined. */
export type LinkValues = Readonly<Partial<Record<string, string | undefined>>>;

/** A query language, by how its texts are written. */
export type QueryLanguage = "logql" | "kql";

/** A template in pieces: its own text, and places for values. */
export type TemplatePart = string | { readonly name: string; readonly isRegex: boolean };

/** Longer values are none: nobody is called so. */
const MOST_CHARACTERS = 1_000;
const PLACE = /\{([A-Za-z]\w*)\}/y;
const ANY_PLACE = /\{([A-Za-z]\w*)\}/g;

/**
 * A query template. Values may stand within `"..."` only, the one place where whatever they are can be written so that it
 * stays a value.
 */
export function readQuery(
  text: string,
  language: QueryLanguage,
): { readonly parts: readonly TemplatePart[] } | { readonly fault: string } {
  const parts: TemplatePart[] = [];
  let [own, inside, isRegex] = ["", "", false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    PLACE.lastIndex = at;
    const name = character === "{" ? PLACE.exec(text)?.[1] : undefined;
    if (name !== undefined && (isValue(name) || (inside === '"' && text.charAt(at - 1) !== "{"))) {
      const fault = placeFault(name, inside);
      if (fault !== undefined) return { fault };
      parts.push(own, { name, isRegex });
      own = "";
      at += name.length + 1;
      continue;
    }
    own += character;
    if (inside === '"' && character === "\\") {
      at += 1;
      own += text.charAt(at);
    } else if (inside === character) inside = "";
    else if (inside === "#" && character === "\n") inside = "";
    else if (inside === "" && opens(character, language)) {
      inside = character;
      isRegex = language === "logql" && /[=!|]~\s*$/.test(own.slice(0, -1));
    }
  }
  if (inside === '"' || inside === "`") return { fault: `a text that begins with ${inside} does not end` };
  return { parts: [...parts, own] };
}

/** The query with the values in it; undefined where it asks for one that there is not. */
export function filledQuery(parts: readonly TemplatePart[], values: LinkValues): string | undefined {
  return filled(parts, values, (value, isRegex) => {
    // Go's escapes of strings, which LogQL and PromQL share; KQL knows those of them that are made here.
    return quote(isRegex ? escapeRegex(value) : value).slice(1, -1);
  });
}

/** The address with the values in it; undefined where it is none, or asks for a value that there is not. */
export function filledAddress(template: string, values: LinkValues): string | undefined {
  return isAddress(template) ? filled(addressParts(template), values, encoded) : undefined;
}

/** Whether a template is an address of http or https whose host is whole: a value in it could lead anywhere. */
export function isAddress(template: string): boolean {
  const [start = ""] = template.split("{");
  return /^https?:\/\/[^/?#\s@\\]+[/?#]/i.test(start) && URL.canParse(template.replace(/[{}]/g, ""));
}

/** Names that an address asks for. */
export function namesIn(template: string): readonly string[] {
  return addressParts(template).flatMap((part) => (typeof part === "string" ? [] : [part.name]));
}

/** A value as a part of an address, whatever stands around it. */
export function encoded(value: string): string {
  return encodeURIComponent(wellFormed(value)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function addressParts(template: string): readonly TemplatePart[] {
  return template.split(ANY_PLACE).map((piece, index) => (index % 2 === 0 ? piece : { name: piece, isRegex: false }));
}

function filled(
  parts: readonly TemplatePart[],
  values: LinkValues,
  write: (value: string, isRegex: boolean) => string,
): string | undefined {
  let text = "";
  for (const part of parts) {
    if (typeof part === "string") {
      text += part;
      continue;
    }
    const value = Object.hasOwn(values, part.name) ? values[part.name] : undefined;
    if (typeof value !== "string" || value === "" || value.length > MOST_CHARACTERS) return undefined;
    text += write(value, part.isRegex);
  }
  return text;
}

function isValue(name: string): name is LinkValue {
  return (LINK_VALUES as readonly string[]).includes(name);
}

function opens(character: string, language: QueryLanguage): boolean {
  return character === '"' || (language === "logql" && (character === "`" || character === "#"));
}

function placeFault(name: string, inside: string): string | undefined {
  if (!isValue(name)) {
    const meant = nearest(name, LINK_VALUES);
    const instead = meant === undefined ? "" : `; did you mean {${meant}}?`;
    return `there is no {${name}}${instead === "" ? ";" : instead} allowed: ${LINK_VALUES.map((one) => `{${one}}`).join(", ")}`;
  }
  if (inside === '"') return undefined;
  const where = inside === "" ? "outside of quotes" : inside === "#" ? "in a comment" : "in backticks";
  return `{${name}} stands ${where}, where a value could become a part of the query; write "{${name}}"`;
}
