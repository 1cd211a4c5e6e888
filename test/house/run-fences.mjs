// Run as a child with an IPC channel: imports each file of the arguments in turn and sends { file, error } for each.
import net from "node:net";
import { setImmediate as nextTurn } from "node:timers/promises";
import { pathToFileURL } from "node:url";

// An example says `listen(3000)`; two of them in one process, or a busy port, must not fail it.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  if (typeof args[0] === "number") args[0] = 0;
  else if (typeof args[0]?.port === "number") args[0] = { ...args[0], port: 0 };
  return listen.apply(this, args);
};

let strayError;
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => (strayError ??= error));
}

const describe = (error) => (error instanceof Error ? (error.stack ?? error.message) : String(error));
const send = (message) => new Promise((resolve) => process.send(message, resolve));

for (const file of process.argv.slice(2)) {
  strayError = undefined;
  await send({ file, state: "started" });
  try {
    await import(pathToFileURL(file).href);
    // A promise that nobody awaited rejects only in the turns after the import.
    for (let turn = 0; turn < 5; turn += 1) await nextTurn();
  } catch (error) {
    strayError ??= error;
  }
  await send({ file, state: "ended", error: strayError === undefined ? "" : describe(strayError) });
}
process.exit(0);
