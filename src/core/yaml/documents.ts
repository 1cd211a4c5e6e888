/** Several YAML documents in one text, each with its own value and faults. */
import type { OpenDocument } from "../faults.ts";
import { type ReadOptions, readYaml } from "./yaml.ts";
import { EVENT, offsetOf, type YamlEvent } from "./events.ts";
import { tooLarge } from "./rules.ts";

/** A text with more documents than this was not written by people. */
const MAX_DOCUMENTS = 10_000;

/**
 * The documents of a text that have content, in order; places are those of the whole text, and so are the limits.
 * Anchors hold within their document only.
 *
 * @throws `ConfigurationError` if there is none, or the syntax of any of them is at fault, or there are too many
 */
export function openYamlDocuments(input: string, options: ReadOptions = {}): readonly OpenDocument[] {
  const text = readYaml(input, options);
  const { limits } = text;
  const documents: OpenDocument[] = [];
  let spent = 0;
  for (const events of documentsIn(text.source.events)) {
    // The first event opens the document; an empty one has a value that is written nowhere.
    const start = events[1] && offsetOf(events[1]);
    if (start === undefined) continue;
    if (documents.length === MAX_DOCUMENTS) {
      throw text.refusal(`too large: more than ${String(MAX_DOCUMENTS)} documents up to here`, start);
    }
    if (documents.length > 0 && spent >= limits.maxNodes) throw text.refusal(tooLarge(limits), start);
    const { document, faults, size } = text.open(events, spent);
    documents.push({ document, faults });
    spent += size;
  }
  if (documents.length === 0) throw text.refusal("the document is empty");
  return documents;
}

function* documentsIn(events: readonly YamlEvent[]): Generator<readonly YamlEvent[]> {
  let start = 0;
  for (let index = 1; index <= events.length; index += 1) {
    if (index < events.length && events[index]?.type !== EVENT.document) continue;
    yield events.slice(start, index);
    start = index;
  }
}
