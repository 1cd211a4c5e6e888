// Imports modules in a process where files, network, programs, threads and the environment are watched and refused, and prints what
// was touched, as JSON. `node denied-world.mjs FILE ...`
import childProcess from "node:child_process";
import dgram from "node:dgram";
import dns from "node:dns";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import { pathToFileURL } from "node:url";
import workers from "node:worker_threads";

const files = process.argv.slice(2);
const touched = [];
let importing = "";

/** The first line of the stack outside of this file. */
function caller() {
  const lines = new Error("where").stack.split("\n").slice(1);
  return lines.find((line) => !line.includes(import.meta.url))?.trim() ?? "";
}

function note(what, by = caller()) {
  touched.push({ importing, what, by });
}

function refuse(owner, names, label, isAllowed = () => false) {
  for (const name of names) {
    const real = owner[name];
    if (typeof real !== "function" || /^[A-Z]/.test(name)) continue;
    owner[name] = function (...args) {
      const by = caller();
      if (importing === "" || isAllowed(by)) return Reflect.apply(real, this, args);
      note(`${label}.${name}`, by);
      throw new Error(`${label}.${name} at import`);
    };
  }
}

/** Node itself reads the modules, and what it does in a call that somebody made was judged when that was made. */
const isNode = (by) => by.includes("(node:") || by.startsWith("at node:");

refuse(fs, Object.keys(fs), "fs", isNode);
refuse(fs.promises, Object.keys(fs.promises), "fs.promises", isNode);
refuse(childProcess, Object.keys(childProcess), "child_process");
refuse(dns, Object.keys(dns), "dns");
refuse(dns.promises, Object.keys(dns.promises), "dns.promises");
refuse(dgram, ["createSocket"], "dgram");
refuse(net.Socket.prototype, ["connect"], "net.Socket");
refuse(net.Server.prototype, ["listen"], "net.Server");
refuse(globalThis, ["fetch"], "globalThis");
workers.Worker = class {
  constructor() {
    note("worker_threads.Worker");
    throw new Error("a thread at import");
  }
};
syncBuiltinESMExports();

const environment = process.env;
const readVariable = (name) => {
  const by = caller();
  if (importing !== "" && typeof name === "string" && !isNode(by)) note(`process.env.${name}`, by);
};
Object.defineProperty(process, "env", {
  configurable: true,
  value: new Proxy(environment, {
    get: (target, name) => (readVariable(name), target[name]),
    has: (target, name) => (readVariable(name), name in target),
    ownKeys: (target) => (readVariable("*"), Reflect.ownKeys(target)),
  }),
});

for (const file of files) {
  importing = file;
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    note(`cannot be imported: ${error.message}`, "");
  }
}
importing = "";
process.stdout.write(JSON.stringify({ files: files.length, touched }));
