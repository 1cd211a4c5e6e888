// Run as `node probe-entry.mjs SPECIFIER`: prints, as JSON, what importing an entry of the package gives and changes.
import { createRequire } from "node:module";

// Identities, not only names: replacing a global is as much of a change as adding one.
const describeOwn = (owner, label) =>
  Reflect.ownKeys(owner).map((key) => {
    const { value, get } = Reflect.getOwnPropertyDescriptor(owner, key);
    return [`${label}.${String(key)}`, value ?? get];
  });

const BUILTINS = [
  Object,
  Array,
  Function,
  Promise,
  Date,
  Error,
  Map,
  Set,
  String,
  Number,
  Math,
  JSON,
  process,
  console,
];

const snapshot = () =>
  new Map([
    ...describeOwn(globalThis, "globalThis"),
    ...BUILTINS.flatMap((type) => describeOwn(type, type.name ?? String(type))),
    ...BUILTINS.flatMap((type) => (type.prototype ? describeOwn(type.prototype, `${type.name}.prototype`) : [])),
    ...process.eventNames().map((name) => [`listeners of ${String(name)}`, process.listenerCount(name)]),
    ...process.getActiveResourcesInfo().map((name) => [`open ${name}`, true]),
  ]);

const [specifier] = process.argv.slice(2);
// The first look changes something itself: from Node 22 on, to look at a global that is made when it is needed makes it.
snapshot();
const before = snapshot();
const imported = await import(specifier);
const after = snapshot();
const changes = [...after].filter(([name, value]) => !Object.is(before.get(name), value)).map(([name]) => name);

// require() of an ES module refuses a top-level await anywhere below it.
let requireError = "";
try {
  createRequire(import.meta.url)(specifier);
} catch (error) {
  requireError = error.code ?? String(error);
}
process.stdout.write(JSON.stringify({ names: Object.keys(imported).sort(), changes, requireError }));
