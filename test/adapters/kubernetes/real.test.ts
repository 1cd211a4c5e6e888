import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe } from "vitest";

import { missingOfKubernetes, type RunningKubernetes, startKubernetes } from "../../support/kubernetes.ts";
import { coreApi } from "./client.ts";
import { documentedRules } from "./role.ts";
import { describePods, type TestCluster, type WantedPod } from "./suite.ts";

const missing = missingOfKubernetes();
const title = "with a real API server";

// Building it takes minutes, so that it is never asked for, not even where all other programs are.
describe.skipIf(missing.length > 0)(
  missing.length === 0 ? title : `${title} [not found on PATH: ${missing.join(", ")}; see npm run kubernetes]`,
  () => {
    let running: RunningKubernetes;
    let count = 0;

    beforeAll(async () => {
      running = await startKubernetes(["powerless", "role"]);
    }, 120_000);
    afterAll(() => running.stop());

    const open = async (): Promise<TestCluster> => {
      count += 1;
      const namespace = `test-${String(count)}`;
      const { call, url, caFile } = running;
      const api: TestCluster["api"] = (who) => coreApi({ url, caFile, token: who });
      await call("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
      await giveRole(running, namespace);
      // Roles are looked up in a copy, which comes a moment later.
      while (!(await mayRead(api("role"), namespace))) await pause(20);
      return {
        namespace,
        api,
        async make(...wanted) {
          const uids: string[] = [];
          for (const one of wanted) {
            const path = `/api/v1/namespaces/${namespace}/pods`;
            const made = await call("POST", path, podOf(one));
            // There is no node that would run it and say so.
            await call("PUT", `${path}/${one.name}/status`, { ...made, status: statusOf(one) });
            uids.push(made.metadata.uid);
          }
          return uids;
        },
        async budget(name, app, minAvailable, ready) {
          const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets`;
          const spec = { minAvailable, selector: { matchLabels: { app } } };
          const made = await call("POST", path, { metadata: { name }, spec });
          // There is no controller that would count.
          const status = {
            observedGeneration: made.metadata.generation,
            currentHealthy: ready,
            desiredHealthy: minAvailable,
            disruptionsAllowed: ready - minAvailable,
            expectedPods: ready,
          };
          await call("PUT", `${path}/${name}/status`, { ...made, status });
        },
        async label(labels) {
          const path = `/api/v1/namespaces/${namespace}`;
          const { metadata, ...rest } = await call("GET", path);
          await call("PUT", path, { ...rest, metadata: { ...metadata, labels: { ...metadata.labels, ...labels } } });
        },
      };
    };

    describePods("the pods", open);
  },
);

function podOf({ name, labels = {}, owner = "ReplicaSet" }: WantedPod): object {
  const apiVersion = owner === "Node" ? "v1" : "apps/v1";
  const uid = "5b2c4b13-c4eb-4667-8a07-997b84faa73a";
  const ownerReferences = owner === null ? [] : [{ apiVersion, kind: owner, name: "web", uid, controller: true }];
  return { metadata: { name, labels, ownerReferences }, spec: { containers: [{ name: "c", image: "x" }] } };
}

function statusOf({ ready = true }: WantedPod): object {
  return { phase: "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] };
}

async function giveRole({ call }: RunningKubernetes, namespace: string): Promise<void> {
  const metadata = { name: "pod-killer" };
  const apiGroup = "rbac.authorization.k8s.io";
  const path = `/apis/${apiGroup}/v1/namespaces/${namespace}`;
  await call("POST", `${path}/roles`, { metadata, rules: documentedRules(namespace) });
  const roleRef = { apiGroup, kind: "Role", name: "pod-killer" };
  const subjects = [{ apiGroup, kind: "User", name: "role" }];
  await call("POST", `${path}/rolebindings`, { metadata, roleRef, subjects });
}

async function mayRead(api: ReturnType<typeof coreApi>, namespace: string): Promise<boolean> {
  return api.readNamespace({ name: namespace }).then(
    () => true,
    () => false,
  );
}
