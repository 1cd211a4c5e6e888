import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { litmusChaosEngine, type LitmusPodDelete, type LitmusPodNetworkLatency } from "../../src/chaos/litmus.ts";
import { ConfigurationError } from "../../src/core/errors.ts";
import { parseYaml } from "../../src/core/yaml/yaml.ts";

const common = {
  name: "web-chaos",
  namespace: "shop",
  label: "app=web",
  appKind: "deployment",
  serviceAccount: "chaos-sa",
  duration: "1m",
} as const;
const deletion: LitmusPodDelete = { ...common, experiment: "pod-delete", every: "20s" };
const latency: LitmusPodNetworkLatency = { ...common, experiment: "pod-network-latency", latency: "300ms" };

interface Engine {
  readonly spec: {
    readonly engineState: string;
    readonly appinfo: object;
    readonly experiments: readonly {
      readonly name: string;
      readonly spec: { readonly components: { readonly env: readonly { name: string; value: string }[] } };
    }[];
  };
}
const read = (text: string): Engine => parseYaml(text).value as Engine;
const envOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    read(text).spec.experiments.flatMap(({ spec }) => spec.components.env.map(({ name, value }) => [name, value])),
  );

describe("a ChaosEngine", () => {
  it("for pod-delete is written whole", () => {
    expect(litmusChaosEngine({ ...deletion, percentage: 25, force: true, engineNamespace: "litmus" }))
      .toBe(`apiVersion: litmuschaos.io/v1alpha1
kind: ChaosEngine
metadata:
  name: web-chaos
  namespace: litmus
spec:
  engineState: stop
  appinfo:
    appns: shop
    applabel: app=web
    appkind: deployment
  chaosServiceAccount: chaos-sa
  experiments:
    - name: pod-delete
      spec:
        components:
          env:
            - name: TOTAL_CHAOS_DURATION
              value: '60'
            - name: PODS_AFFECTED_PERC
              value: '25'
            - name: CHAOS_INTERVAL
              value: '20'
            - name: FORCE
              value: 'true'
`);
  });

  it("for pod-network-latency has all that was told, in milliseconds and as texts", () => {
    const text = litmusChaosEngine({
      ...latency,
      active: true,
      latency: "1s500ms",
      jitter: "20ms",
      networkInterface: "ens5",
      container: "web",
      destinationIps: ["10.0.0.0/24", "fd00::1"],
      destinationHosts: ["db.shop.svc"],
      containerRuntime: "crio",
    });
    expect(read(text).spec).toMatchObject({ engineState: "active", experiments: [{ name: "pod-network-latency" }] });
    expect(envOf(text)).toEqual({
      TOTAL_CHAOS_DURATION: "60",
      NETWORK_INTERFACE: "ens5",
      NETWORK_LATENCY: "1500",
      JITTER: "20",
      TARGET_CONTAINER: "web",
      DESTINATION_IPS: "10.0.0.0/24,fd00::1",
      DESTINATION_HOSTS: "db.shop.svc",
      CONTAINER_RUNTIME: "crio",
      SOCKET_PATH: "/var/run/crio/crio.sock",
    });
  });

  it("says what it was not told as LitmusChaos has it, or not at all", () => {
    expect(envOf(litmusChaosEngine(deletion))).toEqual({
      TOTAL_CHAOS_DURATION: "60",
      CHAOS_INTERVAL: "20",
      FORCE: "false",
    });
    expect(envOf(litmusChaosEngine(latency))).toEqual({
      TOTAL_CHAOS_DURATION: "60",
      NETWORK_INTERFACE: "eth0",
      NETWORK_LATENCY: "300",
      JITTER: "0",
      CONTAINER_RUNTIME: "containerd",
      SOCKET_PATH: "/run/containerd/containerd.sock",
    });
  });

  it.each<[string, object]>([
    ["experiment", { ...deletion, experiment: "pod-eat" }],
    ["evry", { ...deletion, evry: "1s" }],
    ["latency", { ...deletion, latency: "1s" }],
    ["name", { ...deletion, name: "Web Chaos" }],
    ["namespace", { ...deletion, namespace: "kube-system" }],
    ["engineNamespace", { ...deletion, engineNamespace: "a/b" }],
    ["label", { ...deletion, label: "app in (web)" }],
    ["label", { ...deletion, label: "app=web,tier=front" }],
    ["label", { ...deletion, label: "app=" }],
    ["appKind", { ...deletion, appKind: "pod" }],
    ["serviceAccount", { ...deletion, serviceAccount: undefined }],
    ["duration", { ...deletion, duration: "2h" }],
    ["duration", { ...deletion, duration: "1500ms" }],
    ["every", { ...deletion, every: "2m" }],
    ["every", { ...deletion, every: undefined }],
    ["force", { ...deletion, force: "yes" }],
    ["active", { ...deletion, active: "yes" }],
    ["percentage", { ...deletion, percentage: 0 }],
    ["percentage", { ...deletion, percentage: 12.5 }],
    ["latency", { ...latency, latency: "0s" }],
    ["jitter", { ...latency, jitter: "301ms" }],
    ["networkInterface", { ...latency, networkInterface: "eth0; reboot" }],
    ["container", { ...latency, container: "" }],
    ["destinationIps", { ...latency, destinationIps: [] }],
    ["destinationIps", { ...latency, destinationIps: ["db"] }],
    ["destinationHosts", { ...latency, destinationHosts: ["a,b"] }],
    ["containerRuntime", { ...latency, containerRuntime: "rkt" }],
    ["socketPath", { ...latency, socketPath: "$(reboot)" }],
  ])("with a wrong %s is refused by its name", (name, options) => {
    expect(() => litmusChaosEngine(options as LitmusPodDelete)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ path: expect.arrayContaining([name]) })] }),
    );
  });

  it("never has anything from outside that is not what it says it is", () => {
    const key = fc.constantFrom<string>(...Object.keys({ ...deletion, ...latency }), "socketPath", "container");
    fc.assert(
      fc.property(fc.constantFrom(deletion, latency), key, fc.string({ unit: "binary" }), (options, option, text) => {
        let yaml: string;
        try {
          yaml = litmusChaosEngine({ ...options, [option]: text });
        } catch (error) {
          if (!(error instanceof ConfigurationError)) throw error;
          return;
        }
        for (const value of Object.values(envOf(yaml))) expect(value).toMatch(/^[\w./:,-]+$/);
        expect(Object.keys(read(yaml).spec)).toEqual(["engineState", "appinfo", "chaosServiceAccount", "experiments"]);
      }),
    );
  });
});
