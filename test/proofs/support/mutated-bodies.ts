/** Bodies that are almost right: broken in their bytes, in their structure, or in their meaning. */
import type { Random } from "../../../src/core/random.ts";
import { brokenText, withPrototypeKey } from "../../support/broken-text.ts";

const ODD: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1e308, -0.5, 2 ** 53, "", " ", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"],
  ...[
    "2026-02-30T00:00:00Z",
    "2026-11-22T06:03:23.113Z",
    "+275760-09-13T00:00:00.001Z",
    "firing",
    "resolved",
    "\u0000",
  ],
  ...["\ud800", "𝒳".repeat(300), "x".repeat(30_000), "__proto__", "constructor", [], {}, [[]], [{}], [null]],
  ...[{ __proto__: null, a: 1 }, { toString: "x" }, { length: 1e9 }, { then: "x" }, { toJSON: "x" }],
];
const NAMES = [
  ...["alerts", "labels", "annotations", "groupKey", "groupLabels", "status", "startsAt", "endsAt", "fingerprint"],
  ...["receiver", "truncatedAlerts", "version", "orgId", "title", "state", "name", "group", "generatorURL", "url"],
  ...["constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "severity", "service", "summary", ""],
];

/** What Object, Array and others have when nothing has happened to them. */
const CLEAN = fingerprintOfPrototypes();

/** Whether nobody has added to what all objects inherit, or taken from it. */
export function hasCleanPrototypes(): boolean {
  return fingerprintOfPrototypes() === CLEAN;
}

function fingerprintOfPrototypes(): string {
  return [Object.prototype, Array.prototype, String.prototype, Function.prototype, Map.prototype, Promise.prototype]
    .map(
      (prototype) =>
        `${String(Reflect.ownKeys(prototype).length)}:${String(Object.getPrototypeOf(prototype) === null)}`,
    )
    .join();
}

/** `sample`, changed in one to a few places. */
export function mutated(sample: string, random: Random): Uint8Array<ArrayBuffer> {
  const kind = random.next();
  if (kind < 0.2) return brokenBytes(new TextEncoder().encode(sample), random);
  if (kind < 0.35) return new TextEncoder().encode(brokenText(sample, random));
  const value = JSON.parse(sample) as unknown;
  const changes = random.integer(1, 4);
  let changed = value;
  for (let change = 0; change < changes; change += 1) changed = changedStructure(changed, random);
  let text = JSON.stringify(changed);
  if (random.next() < 0.2) text = withPrototypeKey(text, random);
  return new TextEncoder().encode(text);
}

function brokenBytes(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(bytes);
  for (let change = random.integer(1, 5); change > 0; change -= 1) {
    copy[random.integer(0, copy.length - 1)] = random.integer(0, 255);
  }
  return random.next() < 0.2 ? copy.slice(0, random.integer(0, copy.length)) : copy;
}

/** Changes one place, somewhere below `value`. */
function changedStructure(value: unknown, random: Random): unknown {
  if (typeof value !== "object" || value === null || random.next() < 0.02) return random.pick(ODD);
  if (Array.isArray(value)) {
    const kind = random.next();
    if (value.length === 0 || kind < 0.1) return [...value, random.pick(ODD)];
    const index = random.integer(0, value.length - 1);
    if (kind < 0.2) return [...value, ...new Array<unknown>(random.integer(1, 20)).fill(value[index])];
    if (kind < 0.25) return value.toSpliced(index, 1);
    return value.with(index, changedStructure(value[index], random));
  }
  const fields = value as Record<string, unknown>;
  const names = Object.keys(fields);
  const kind = random.next();
  if (names.length === 0 || kind < 0.15) return { ...fields, [random.pick(NAMES)]: random.pick(ODD) };
  const name = random.pick(names);
  if (kind < 0.3) return Object.fromEntries(Object.entries(fields).filter(([other]) => other !== name));
  if (kind < 0.4) return { ...fields, [name]: random.pick(ODD) };
  return { ...fields, [name]: changedStructure(fields[name], random) };
}
