/** Process trees that do not want to end. */

/** A script for `sh -c`: it tells `P PID` for processes that stay, `E PID` for those that left its group, and `ready` once it stands. */
export interface SampleTree {
  readonly name: string;
  readonly script: string;
}

const STUBBORN = "trap '' TERM; while :; do sleep 1; done";
const WAIT = "sleep 0.1; echo ready; wait; sleep 300";

/** Each begins another one in a session of its own, and ends: for some seconds, so that nothing is left of a proof that fails. */
function chain(pauseText: string): string {
  const link = `N=$((N+1)); [ $N -lt 2000 ] || exit 0; ${pauseText} setsid sh -c "$LINK" > /dev/null 2>&1 & exit 0`;
  return `export N=0 LINK='${link}'; sh -c "$LINK" > /dev/null 2>&1 & ${WAIT}`;
}

/** The same as a program of Node: it forks one that ignores SIGTERM, detached or not. */
function node(detached: boolean): string {
  const child = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready')";
  const parent = `const { pid } = require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}],
    { detached: ${String(detached)}, stdio: ['ignore', 'inherit', 'inherit'] });
    console.log('${detached ? "E" : "P"} ' + pid); process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);`;
  return `exec ${process.execPath} -e '${parent.replaceAll("'", "'\\''")}'`;
}

export const SAMPLE_TREES: readonly SampleTree[] = [
  { name: "one that forks and ignores SIGTERM", script: `(${STUBBORN}) & echo P $!; trap '' TERM; echo P $$; ${WAIT}` },
  {
    name: "three generations that ignore SIGTERM",
    script: `trap '' TERM; for a in 1 2 3; do (for b in 1 2 3; do (${STUBBORN}) & echo P $!; done; wait) & echo P $!; done; ${WAIT}`,
  },
  {
    name: "fifty children",
    script: `i=0; while [ $i -lt 50 ]; do (${STUBBORN}) & echo P $!; i=$((i+1)); done; ${WAIT}`,
  },
  { name: "setsid", script: `setsid sh -c "echo E \\$\\$; ${STUBBORN}" & ${WAIT}` },
  { name: "a double fork", script: `(setsid sh -c "echo E \\$\\$; ${STUBBORN}" &) ; ${WAIT}` },
  {
    name: "a daemon with children that closed its output",
    script: `(setsid sh -c "echo E \\$\\$; exec > /dev/null 2>&1; (${STUBBORN}) & ${STUBBORN}" &) ; ${WAIT}`,
  },
  { name: "a daemon without an environment", script: `(env -i setsid sh -c "echo E \\$\\$; ${STUBBORN}" &) ; ${WAIT}` },
  {
    name: "jobs in groups of their own",
    script: `exec bash -c 'set -m; sleep 300 & echo E $!; sleep 301 & echo E $!; sleep 0.1; echo ready; sleep 300'`,
  },
  { name: "one that is stopped", script: `(${STUBBORN}) & echo P $!; kill -STOP $!; ${WAIT}` },
  {
    name: "a chain that keeps forking in its group",
    script: `export N=0 LINK='N=$((N+1)); [ $N -lt 1000 ] || exit 0; sleep 0.005; sh -c "$LINK" & exit 0'; sh -c "$LINK" & ${WAIT}`,
  },
  { name: "a chain of sessions", script: chain("sleep 0.01;") },
  { name: "a fast chain of sessions", script: chain("") },
  {
    name: "a daemon that goes on writing",
    script: `(setsid sh -c "echo E \\$\\$; while :; do echo noise; done" &) ; ${WAIT}`,
  },
  { name: "node", script: node(false) },
  { name: "node, detached", script: node(true) },
];
