import type { RequestListener } from "node:http";

import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";

import { argoCdGate } from "../../src/gate/argo-cd.ts";
import { fluxGate } from "../../src/gate/flux.ts";
import type { GateJobOptions } from "../../src/gate/gate-job.ts";
import { cleanEnvironment, type Finished, run } from "../support/spawn.ts";
import {
  closeAll,
  hostile,
  kubernetes,
  listening,
  listeningGate,
  names,
  read,
  SECRET,
  token,
} from "./manifest-support.ts";

interface Job {
  readonly kind: string;
  readonly metadata: object;
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly [
          {
            readonly command: readonly string[];
            readonly env: readonly { readonly name: string; readonly value?: string }[];
          },
        ];
      };
    };
  };
}

afterEach(closeAll);

describe("a Job before deployments", () => {
  const ofArgoCd = (options: GateJobOptions): Job => read(argoCdGate(options)) as Job;
  const ofFlux = (options: GateJobOptions): Job => read(fluxGate({ ...options, path: "./checkout/gate" }).job) as Job;

  /** Runs the container's command as Kubernetes would, but without the pauses. */
  function start({ spec }: Job, secret: string): Promise<Finished> {
    const [container] = spec.template.spec.containers;
    const env = Object.fromEntries(container.env.map(({ name, value }) => [name, value ?? secret]));
    // What the kubelet does to commands and variables; there is to be nothing for it to do.
    const expanded = (text: string): string =>
      text.replaceAll(/\$\$|\$\((\w+)\)/g, (all, name?: string) => (name === undefined ? "$" : (env[name] ?? all)));
    const command = container.command.map(expanded);
    expect(command).toEqual(container.command);
    const [node, ...args] = command.map((text) => text.replaceAll(", 5000)", ", 1)"));
    expect(node).toBe("node");
    return run(process.execPath, args, { env: cleanEnvironment(env) });
  }

  test.each<[string, "open" | "closed", number]>([
    ["fine", "closed", 0],
    ["burning", "closed", 0],
    ["silent", "open", 0],
    ["silent", "closed", 3],
    ["spent", "open", 2],
  ])("about %s, asked of a gate that is %s, ends with %d", async (service, whenUnknown, code) => {
    const url = await listeningGate(whenUnknown);
    const { code: ended, stdout, stderr } = await start(ofArgoCd({ service, url, token }), SECRET);
    expect([ended, stderr]).toEqual([code, ""]);
    expect(stdout.match(/^\w+: \w+$/gm)).toHaveLength(code === 3 ? 4 : 1);
    expect(stdout).toContain(`- ${service}/availability`);
  });

  test("asks about the very service, however it is called", async () => {
    const url = await listeningGate("closed");
    for (const service of hostile.slice(0, 8)) {
      const { code, stdout, stderr } = await start(ofFlux({ service, url, name: "gate", token }), SECRET);
      expect([service, code, stderr]).toEqual([service, 0, ""]);
      expect(stdout.startsWith(`${service}: pass\n`)).toBe(true);
    }
  });

  test.each<[string, RequestListener, string]>([
    ["a page for people to log in", (_request, response) => response.end("<html>log in</html>"), "JSON"],
    [
      "a yes of another page",
      ({ url = "" }, response) =>
        url.startsWith("/gate")
          ? response.writeHead(302, { location: "/login?service=checkout" }).end()
          : response.end('{"service":"checkout","verdict":"pass","allowed":true}'),
      "redirect",
    ],
    [
      "a yes about another service",
      (_request, response) => response.end('{"service":"x","allowed":true}'),
      "no verdict, status 200",
    ],
    ["a yes that is not one", (_request, response) => response.end('{"service":"checkout","allowed":"true"}'), ""],
    [
      "a yes with a status that is none",
      (_request, response) => response.writeHead(500).end('{"service":"checkout","allowed":true}'),
      "no verdict, status 500",
    ],
    ["null", (_request, response) => response.end("null"), "null"],
  ])("does not take %s for a verdict", async (_what, listener, complaint) => {
    const url = await listening(listener);
    const { code, stderr } = await start(ofArgoCd({ service: "checkout", url }), "");
    expect([code, stderr]).toEqual([3, expect.stringContaining(complaint)]);
  });

  test("tells when the gate does not know it, and does not tell the secret", async () => {
    const url = await listeningGate("closed");
    const { code, stdout, stderr } = await start(ofArgoCd({ service: "fine", url, token }), "another-secret");
    expect([code, stdout]).toEqual([3, ""]);
    expect(stderr).toContain("no verdict, status 401: unauthorized");
    expect(stderr).not.toContain("another-secret");
  });

  test("has nothing in it that a tool would take for its own", () => {
    fc.assert(
      fc.property(names, (service) => {
        const options = { ...kubernetes, service, name: "gate", token };
        for (const yaml of [argoCdGate(options), ...Object.values(fluxGate({ ...options, path: "./gate" }))]) {
          expect(yaml).not.toMatch(/\$|\{\{|\}\}/);
        }
      }),
    );
  });

  test("is a hook of Argo CD that comes first and stays for people to read", () => {
    const { kind, metadata } = ofArgoCd({ ...kubernetes, namespace: "shop" });
    expect([kind, metadata]).toEqual([
      "Job",
      {
        name: "checkout-release-gate",
        namespace: "shop",
        annotations: {
          "argocd.argoproj.io/hook": "PreSync",
          "argocd.argoproj.io/hook-delete-policy": "BeforeHookCreation",
          "argocd.argoproj.io/sync-wave": "-10",
        },
      },
    ]);
  });

  test("is made anew by Flux, whose Kustomization waits for it", () => {
    const { job, kustomization } = fluxGate({ ...kubernetes, namespace: "shop", path: "./checkout/gate", every: "2m" });
    expect(read(job)).toMatchObject({ metadata: { namespace: "shop" }, spec: { ttlSecondsAfterFinished: 60 } });
    expect(read(kustomization)).toEqual({
      apiVersion: "kustomize.toolkit.fluxcd.io/v1",
      kind: "Kustomization",
      metadata: { name: "checkout-release-gate", namespace: "flux-system" },
      spec: {
        interval: "120s",
        retryInterval: "60s",
        timeout: "10m",
        sourceRef: { kind: "GitRepository", name: "flux-system" },
        path: "./checkout/gate",
        prune: true,
        wait: true,
        force: true,
      },
    });
    const flux = (more: object): unknown => fluxGate({ ...kubernetes, path: "./gate", ...more });
    expect(() => flux({ every: "30s" })).toThrow('every: "30s" is not possible; write whole seconds, from 60s to 7d');
    expect(() => flux({ path: "./a b" })).toThrow('path: "./a b" is no folder');
    expect(() => flux({ source: "Flux" })).toThrow('source: "Flux" is no name in Kubernetes');
    expect(() => flux({ image: "node 22" })).toThrow('image: "node 22" is no image');
    expect(() => flux({ imagee: "x" })).toThrow('imagee: is no option of fluxGate; did you mean "image"?');
  });

  test("has time for all of its questions, and none to spare for ever", () => {
    for (const timeoutSeconds of [1, 20, 3_600]) {
      const { spec } = ofArgoCd({ ...kubernetes, timeoutSeconds });
      expect(spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 120 + 4 * (timeoutSeconds + 5) });
      expect(spec.template.spec).toMatchObject({ restartPolicy: "Never", automountServiceAccountToken: false });
    }
  });
});
