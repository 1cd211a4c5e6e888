/** Who tells how the services of a document stand. */
import { show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";
import { PolicyEngine, type PolicyEngineOptions } from "../policy/engine.ts";
import type { StatusQuestion } from "../status/model.ts";
import { SloStatusReader } from "../status/reader.ts";

import { type Connection, connect } from "./connection.ts";
import { type ReadDocument, readDocument } from "./documents.ts";
import { instantOf, windowOf } from "./options.ts";
import type { Call } from "./spec.ts";

/** A document, and who tells how its services stand. */
export interface Teller {
  readonly document: ReadDocument;
  /** What judges, where something does: its look-backs are asked about, too. */
  readonly policies: PolicyEngineOptions | undefined;
  readonly reader: SloStatusReader;
  readonly connection: Connection;
  /** The services that are asked about. */
  readonly services: readonly string[];
  readonly question: StatusQuestion & { readonly at: number };
}

/** Reads the document that is named first, and opens the Prometheus. */
export async function tellerOf(
  call: Call,
  named: readonly string[],
  policiesOf: (document: ReadDocument) => Promise<PolicyEngineOptions | undefined> = () => Promise.resolve(undefined),
): Promise<Teller> {
  const { given, io } = call;
  const question = questionOf(call);
  const connection = await connect(call);
  const document = await readDocument(given.words[0] ?? "", io);
  const { composites, exclusions } = document.beside;
  const policies = await policiesOf(document);
  const engine = policies === undefined ? undefined : new PolicyEngine(policies);
  const reader = new SloStatusReader({
    slos: document.slos,
    source: connection.source,
    composites,
    exclusions,
    lookBacksMs: ({ service, window }) => engine?.policyFor(service).lookBacksMs(window) ?? [],
    timeoutMs: connection.wholeMs,
    clock: io.clock,
  });
  const all = [...new Set([...reader.services, ...composites.map(({ service }) => service)])];
  const services = named.length === 0 ? all : [...new Set(named)];
  for (const service of services) {
    if (all.includes(service)) continue;
    throw given.fault(`${show(service)} is no service of ${document.file}${choices(service, all)}`);
  }
  return { document, policies, reader, connection, services, question };
}

function questionOf({ given, io }: Call): Teller["question"] {
  const window = given.text("window");
  given.needs("time-zone", "window", "it says whose calendar that means");
  const at = instantOf(given, "at") ?? io.clock.now();
  return { at, signal: io.signal, ...(window === undefined ? {} : { window: windowOf(given, window) }) };
}
