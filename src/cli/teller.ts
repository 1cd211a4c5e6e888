/** Who tells how the services of a document stand. */
import { show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import type { StatusQuestion } from "../status/model.ts";
import { SloStatusReader } from "../status/reader.ts";

import { type Connection, connect } from "./connection.ts";
import { type ReadDocument, readDocument } from "./documents.ts";
import { instantOf, windowOf } from "./options.ts";
import type { Call } from "./spec.ts";
import { checkZone } from "./zone.ts";

/** A document, and who tells how its services stand. */
export interface Teller {
  readonly document: ReadDocument;
  readonly reader: SloStatusReader;
  readonly connection: Connection;
  /** The services that are asked about. */
  readonly services: readonly string[];
  readonly question: StatusQuestion & { readonly at: number };
}

/** Reads the document that is named first, and opens the Prometheus. */
export async function tellerOf(call: Call, named: readonly string[]): Promise<Teller> {
  const { given, io } = call;
  const question = questionOf(call);
  const connection = await connect(call);
  const document = await readDocument(given.words[0] ?? "", io);
  const { composites, exclusions } = document.beside;
  const reader = new SloStatusReader({
    slos: document.slos,
    source: connection.source,
    composites,
    exclusions,
    timeoutMs: connection.wholeMs,
    clock: io.clock,
  });
  const services = named.length === 0 ? reader.services : [...new Set(named)];
  for (const service of services) {
    if (reader.services.includes(service)) continue;
    throw given.fault(`${show(service)} is no service of ${document.file}${choices(service, reader.services)}`);
  }
  return { document, reader, connection, services, question };
}

function questionOf({ given, io }: Call): Teller["question"] {
  const text = given.text("window");
  const window = text === undefined ? undefined : windowOf(given, text);
  checkZone(given, window === undefined ? [] : [window]);
  const at = instantOf(given, "at") ?? io.clock.now();
  return { at, signal: io.signal, ...(window === undefined ? {} : { window }) };
}
