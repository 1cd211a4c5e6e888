// A worker of vitest that is begun again and again in one thread: what an earlier run left listening is let go.
import { parentPort } from "node:worker_threads";
import { init, runBaseTests, setupEnvironment } from "vitest/worker";

/** The first listener takes orders and stays; each later one waits for the answers to its own run. */
let onOrder;
let onAnswer;

parentPort.on("message", (message) => {
  onOrder?.(message);
  onAnswer?.(message);
});

init({
  post: (message) => parentPort.postMessage(message),
  on(listener) {
    if (onOrder === undefined) onOrder = listener;
    else onAnswer = listener;
  },
  off: () => undefined,
  runTests: (state, traces) => runBaseTests("run", state, traces),
  collectTests: (state, traces) => runBaseTests("collect", state, traces),
  setup: setupEnvironment,
});
