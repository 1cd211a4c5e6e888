import { generateKeyPairSync } from "node:crypto";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { freePort } from "./ports.ts";
import { findService } from "./services.ts";
import { ROOT } from "./spawn.ts";

/** What an API server of Kubernetes takes. */
const PROGRAMS = ["etcd", "kube-apiserver"] as const;

/** Where `npm run kubernetes` puts them. */
const BUILT = join(ROOT, ".cache", "kubernetes", "bin");

/** An answer, of which a test looks at whatever it expects to be there. */
export type KubernetesAnswer = ReturnType<typeof JSON.parse>;

/** An API server without a cluster: there are no nodes, and no controllers. */
export interface RunningKubernetes {
  readonly url: string;
  /** What its certificate is to be checked by. */
  readonly caFile: string;
  /** Asks it as `admin`, past every client; gives the answer in JSON, and throws where it is no success. */
  readonly call: (method: string, path: string, body?: object) => Promise<KubernetesAnswer>;
  /** Ends it, and removes all that it had. */
  readonly stop: () => Promise<void>;
}

/** Those of its programs that this machine does not have, on the PATH or built. */
export function missingOfKubernetes(): readonly string[] {
  return PROGRAMS.filter((name) => findKubernetes(name) === undefined);
}

function findKubernetes(name: (typeof PROGRAMS)[number]): string | undefined {
  return findService(name, [process.env.PATH, BUILT].join(delimiter));
}

/** Starts one, with users who are known by tokens: `admin`, who may do everything, and others, who may do nothing yet. */
export async function startKubernetes(users: readonly string[]): Promise<RunningKubernetes> {
  const folder = await mkdtemp(join(tmpdir(), "nines-kubernetes-"));
  const [client, peer, port] = [await freePort(), await freePort(), await freePort()].map(String);
  const address = (of = ""): string => `http://127.0.0.1:${of}`;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const [keyFile, tokenFile, certificates] = ["account.pem", "tokens.csv", "certificates"].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await writeFile(keyFile, privateKey.export({ type: "pkcs1", format: "pem" }));
  const known = ["admin,admin,admin,system:masters", ...users.map((user) => `${user},${user},${user}`)];
  await writeFile(tokenFile, known.join("\n"));
  const children: ChildProcess[] = [];
  let said = "";
  const run = (name: (typeof PROGRAMS)[number], ...options: readonly string[]): void => {
    const child = spawn(findKubernetes(name) ?? name, options, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    child.on("error", (error) => (said += String(error)));
    child.stderr.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-5_000)));
    children.push(child);
  };
  const stop = async (): Promise<void> => {
    for (const child of children.reverse()) {
      if (child.exitCode !== null || child.pid === undefined) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    await rm(folder, { recursive: true, force: true });
  };
  run(
    "etcd",
    `--data-dir=${join(folder, "etcd")}`,
    `--listen-client-urls=${address(client)}`,
    `--advertise-client-urls=${address(client)}`,
    `--listen-peer-urls=${address(peer)}`,
    `--initial-advertise-peer-urls=${address(peer)}`,
    `--initial-cluster=default=${address(peer)}`,
    "--unsafe-no-fsync",
  );
  run(
    "kube-apiserver",
    `--etcd-servers=${address(client)}`,
    "--bind-address=127.0.0.1",
    `--secure-port=${String(port)}`,
    `--cert-dir=${certificates}`,
    `--token-auth-file=${tokenFile}`,
    "--authorization-mode=RBAC",
    "--service-cluster-ip-range=10.0.0.0/24",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${keyFile}`,
    `--service-account-signing-key-file=${keyFile}`,
    // Nobody is there who would make the accounts that it asks for.
    "--disable-admission-plugins=ServiceAccount",
  );
  const url = `https://127.0.0.1:${String(port)}`;
  const caFile = join(certificates, "apiserver.crt");
  const call = async (method: string, path: string, body?: object): Promise<KubernetesAnswer> => {
    const ca = await readFile(caFile, "utf8");
    const headers = { authorization: "Bearer admin", "content-type": "application/json" };
    const sent = request(`${url}${path}`, { method, ca, headers, agent: false });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    let text = "";
    for await (const chunk of response.setEncoding("utf8")) text += chunk as string;
    if ((response.statusCode ?? 0) >= 300) throw new Error(`${method} ${path}: ${text}`);
    return text.startsWith("{") ? JSON.parse(text) : text;
  };
  for (let looks = 0; !(await isReady(call)); looks += 1) {
    if (looks < 600 && children.every(({ exitCode }) => exitCode === null)) await pause(100);
    else {
      await stop();
      throw new Error(`no API server has come up: ${said}`);
    }
  }
  return { url, caFile, call, stop };
}

async function isReady(call: RunningKubernetes["call"]): Promise<boolean> {
  return call("GET", "/readyz").then(
    () => true,
    () => false,
  );
}
