/** The objects of OpenSLO texts, by kind and name, and the references between them. */
import { show } from "../../core/errors.ts";
import type { Path } from "../../core/faults.ts";
import { choices, suggestion } from "../../core/nearest.ts";
import type * as z from "../../core/schema.ts";
import { OPENSLO_KINDS } from "./openslo-schema.ts";
import type { OpenSloKind, OpenSloObject } from "./openslo-types.ts";
import { readPart } from "./part.ts";
import type { Sheet, Source } from "./sheet.ts";

/** An object, and where it stands. */
export interface Found<Kind extends OpenSloKind> {
  readonly sheet: Sheet;
  readonly path: Path;
  readonly object: OpenSloObject<Kind>;
}

/** Why objects to which nothing refers are told of. */
const IDLE: Readonly<Record<OpenSloKind, string | undefined>> = {
  SLO: undefined,
  SLI: "no SLO refers to this SLI; it is left out",
  AlertPolicy: "no SLO refers to this policy; it is left out",
  AlertCondition: "no policy refers to this condition; it is left out",
  DataSource: "no SLI refers to this data source; it is left out",
  Service: "this service has no SLO; it is left out",
  AlertNotificationTarget: "nines notifies nobody itself; route its alerts by the label `severity` in Alertmanager",
};

/** All objects of a text. */
export class OpenSloObjects {
  private readonly objects = new Map<string, Found<OpenSloKind>>();
  private readonly broken = new Set<string>();
  private readonly used = new Set<string>();

  constructor(sources: readonly Source[]) {
    for (const source of sources) this.add(source);
  }

  /** Those of a kind, in their order. */
  all<Kind extends OpenSloKind>(kind: Kind): ReadonlyArray<Found<Kind>> {
    const entries = [...this.objects].filter(([key]) => key.startsWith(`${kind}/`));
    return entries.map(([, found]) => found as Found<Kind>);
  }

  /** The object of that name; it counts as used. */
  find<Kind extends OpenSloKind>(kind: Kind, name: string): Found<Kind> | undefined {
    this.used.add(`${kind}/${name}`);
    return this.objects.get(`${kind}/${name}`) as Found<Kind> | undefined;
  }

  /** As {@link find}; that there is none is a fault. */
  refer<Kind extends OpenSloKind>(kind: Kind, name: string, at: { sheet: Sheet; path: Path }): Found<Kind> | undefined {
    const found = this.find(kind, name);
    if (found === undefined && !this.broken.has(`${kind}/${name}`)) {
      const names = this.all(kind).map(({ object }) => object.metadata.name);
      at.sheet.fault(at.path, `there is no ${kind} ${show(name)} in this text${suggestion(name, names)}`);
    }
    return found;
  }

  /** Tells of objects that nothing has asked for. */
  reportIdle(): void {
    for (const [key, { sheet, path, object }] of this.objects) {
      const reason = IDLE[key.slice(0, key.indexOf("/")) as OpenSloKind];
      if (reason !== undefined && !this.used.has(key)) sheet.report(path, `${reason}: ${show(object.metadata.name)}`);
    }
  }

  private add(source: Source): void {
    const { sheet, path, value } = source;
    const kind = (Object.keys(OPENSLO_KINDS) as OpenSloKind[]).find((known) => known === value.kind);
    if (kind === undefined) {
      const problem = value.kind === undefined ? "is missing" : `${show(value.kind)} is not a kind of OpenSLO`;
      sheet.fault([...path, "kind"], `${problem}${choices(value.kind, Object.keys(OPENSLO_KINDS))}`);
      return;
    }
    const object = readPart(OPENSLO_KINDS[kind] as z.ZodType<OpenSloObject<OpenSloKind>>, source);
    if (object === undefined) {
      const name = (value.metadata as { name?: unknown } | undefined)?.name;
      // A mapping is nobody's name, and one with a toString of its own does not even become a text.
      if (typeof name === "string" || typeof name === "number") this.broken.add(`${kind}/${String(name)}`);
      return;
    }
    const key = `${kind}/${object.metadata.name}`;
    if (this.objects.has(key)) {
      sheet.fault([...path, "metadata", "name"], `there is another ${kind} ${show(object.metadata.name)} in this text`);
    } else this.objects.set(key, { sheet, path, object });
  }
}
