// `npm run kubernetes` tries the adapter on a real API server of Kubernetes: builds one with Go where there is none yet, which takes
// ten minutes or so, and runs the suite of the stand-in on it.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

const KUBERNETES = "1.35.4";
/** The one that this Kubernetes is made for. */
const ETCD = "3.6.5";
const PROGRAMS = { etcd: "go.etcd.io/etcd/server/v3", "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver" };
/** Modules that live in the repository of Kubernetes, and are to be taken from their own instead. */
const STAGING = [
  "api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap code-generator",
  "component-base component-helpers controller-manager cri-api cri-client csi-translation-lib dynamic-resource-allocation",
  "endpointslice externaljwt kms kube-aggregator kube-controller-manager kube-proxy kube-scheduler kubectl kubelet metrics",
  "mount-utils pod-security-admission sample-apiserver sample-cli-plugin sample-controller",
].flatMap((line) => line.split(" "));

const root = join(import.meta.dirname, "..");
const folder = join(root, ".cache", "kubernetes");
const bin = join(folder, "bin");

function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { stdio: "inherit", cwd: root, ...options });
  if (error !== undefined) {
    console.error(
      `kubernetes: ${command} could not be run (${error.code}); Go 1.25 or later is needed, from https://go.dev`,
    );
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? 1);
}

function isThere(name) {
  const folders = [...(process.env.PATH ?? "").split(delimiter), bin];
  return folders.some((one) => one !== "" && existsSync(join(one, name)));
}

const missing = Object.keys(PROGRAMS).filter((name) => !isThere(name));
if (missing.length > 0) {
  console.log(`kubernetes: building ${missing.join(" and ")}, which takes ten minutes or so, once`);
  mkdirSync(bin, { recursive: true });
  const replaced = STAGING.map((name) => `\tk8s.io/${name} => k8s.io/${name} v0.${KUBERNETES.slice(2)}`);
  writeFileSync(join(folder, "go.mod"), `module proof\n\ngo 1.25.0\n\nreplace (\n${replaced.join("\n")}\n)\n`);
  const imports = Object.values(PROGRAMS).map((path) => `import _ "${path}"\n`);
  writeFileSync(join(folder, "programs.go"), `//go:build programs\n\npackage proof\n\n${imports.join("")}`);
  const go = (...args) => run("go", args, { cwd: folder });
  go("get", `${PROGRAMS.etcd}@v${ETCD}`, `${PROGRAMS["kube-apiserver"]}@v${KUBERNETES}`);
  for (const name of missing) go("build", "-trimpath", "-ldflags=-s -w", "-o", join(bin, name), PROGRAMS[name]);
}
run(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "test/adapters/kubernetes"]);
