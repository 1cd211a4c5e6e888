/** An element of an XML document. */
export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** Its own text, without that of its children. */
  readonly text: string;
}

const TOKEN = /<\/([\w-]+)>|<([\w-]+)((?: [\w:-]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
const REFERENCE = /&(?:#(\d+)|(amp|lt|gt|quot));/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** The elements of `text`, in their order. Stricter than XML is: throws wherever a parser could have a question. */
export function parseXml(text: string): readonly Element[] {
  const found: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const open: typeof found = [];
  let place = 0;
  for (const [token, closed, name, attributes = "", slash, words] of text.matchAll(TOKEN)) {
    if (closed !== undefined) {
      const last = open.pop();
      if (last?.name !== closed) throw new Error(`</${closed}> closes ${last?.name ?? "nothing"}`);
    } else if (name !== undefined) {
      if (open.length === 0 && found.length > 0) throw new Error(`${token} is a second root`);
      const element = { name, attributes: {} as Record<string, string>, text: "" };
      for (const [, key = "", value = ""] of attributes.matchAll(/ ([\w:-]+)="([^"]*)"/g)) {
        if (key in element.attributes) throw new Error(`${token} has ${key} twice`);
        element.attributes[key] = unescaped(value);
      }
      found.push(element);
      if (slash === "") open.push(element);
    } else {
      const last = open.at(-1);
      if (last !== undefined) last.text += unescaped(words ?? "");
      else if (words?.trim() !== "") throw new Error(`text outside of the root: ${token}`);
    }
    place += token.length;
  }
  if (place !== text.length) throw new Error(`no XML: ${text.slice(place, place + 80)}`);
  if (open.length > 0) throw new Error(`<${open.at(-1)?.name ?? ""}> is not closed`);
  return found;
}

function unescaped(text: string): string {
  const rest = text.replace(REFERENCE, "");
  // Half a surrogate pair, control characters and two that are no characters have no place in XML.
  const wrong = /&|(?![\n\t])\p{Cc}|\p{Surrogate}|[\ufffe\uffff]/u.exec(rest);
  if (wrong !== null) throw new Error(`${JSON.stringify(wrong[0])} in ${JSON.stringify(text.slice(0, 80))}`);
  return text.replace(REFERENCE, (_, code?: string, name?: string) =>
    code === undefined ? (NAMED[name ?? ""] ?? "") : String.fromCodePoint(Number(code)),
  );
}
