/** Manifests judged by the schemas that the tools' own resource definitions are made into. */
import { join } from "node:path";

import { AnalysisTemplate } from "@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1";
import { Kustomization } from "@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1";
import { Job } from "kubernetes-models/batch/v1";
import ts from "typescript";
import { describe, expect, test } from "vitest";

import { argoCdGate } from "../../src/gate/argo-cd.ts";
import { argoRolloutsGate } from "../../src/gate/argo-rollouts.ts";
import { fluxGate } from "../../src/gate/flux.ts";
import { ROOT } from "../support/spawn.ts";
import { hostile, kubernetes, read, token } from "./manifest-support.ts";

const KINDS = {
  AnalysisTemplate: { model: AnalysisTemplate, from: "@kubernetes-models/argo-rollouts/argoproj.io/v1alpha1" },
  Job: { model: Job, from: "kubernetes-models/batch/v1" },
  Kustomization: { model: Kustomization, from: "@kubernetes-models/flux-cd/kustomize.toolkit.fluxcd.io/v1" },
} as const;

interface Manifest {
  readonly kind: keyof typeof KINDS;
  readonly metadata: object;
  readonly spec: object;
}

const all = { ...kubernetes, namespace: "shop", name: "gate", token, timeoutSeconds: 30 } as const;

/** Each way to make one, by what it is. */
function manifests(service: string): Readonly<Record<string, Manifest>> {
  const options = { ...all, service };
  const plain = { service, url: all.url, name: "gate" };
  const flux = [fluxGate({ ...plain, path: "./gate" }), fluxGate({ ...options, path: "./gate", source: "shop" })];
  const texts = {
    "an analysis": argoRolloutsGate({ ...plain, whenUnknown: "closed" }),
    "an analysis with everything": argoRolloutsGate({
      ...options,
      whenUnknown: "open",
      every: "1m",
      count: 5,
      failureLimit: 2,
    }),
    "a hook": argoCdGate(plain),
    "a hook with everything": argoCdGate({ ...options, image: "registry.internal/node:24" }),
    "a Job of Flux": flux[0]?.job ?? "",
    "a Job of Flux with everything": flux[1]?.job ?? "",
    "a Kustomization": flux[0]?.kustomization ?? "",
    "a Kustomization with everything": flux[1]?.kustomization ?? "",
  };
  return Object.fromEntries(Object.entries(texts).map(([name, yaml]) => [name, read(yaml) as Manifest]));
}

/** What the schema has against `manifest`; undefined for nothing. */
function fault(manifest: Manifest): string | undefined {
  try {
    new KINDS[manifest.kind].model(manifest as never).validate();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** What the types have against manifests that are written out: schemas take fields that there are not, and drop them. */
function misfits(written: readonly Manifest[]): string[] {
  const lines = [
    ...Object.entries(KINDS).map(([kind, { from }]) => `import type { I${kind} } from "${from}";`),
    ...written.map((one, index) => `export const m${String(index)}: I${one.kind} = ${JSON.stringify(one)};`),
  ];
  const path = join(ROOT, "test", "gate", "written.ts");
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    types: [],
    skipLibCheck: true,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    target: ts.ScriptTarget.ES2022,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === path || fileExists(name);
  host.getSourceFile = (name, ...rest) =>
    name === path ? ts.createSourceFile(name, lines.join("\n"), ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest);
  const program = ts.createProgram([path], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, " "));
}

describe("by the schemas of their resources", () => {
  test.each(Object.entries(manifests("checkout")))("%s is one", (_name, manifest) => {
    expect(fault(manifest)).toBeUndefined();
  });

  test("all of them are, whatever the service is called", () => {
    for (const service of hostile) {
      expect(Object.values(manifests(service)).map(fault)).toEqual(Array(8).fill(undefined));
    }
  });

  test("they have no field that there is not", () => {
    expect(misfits(Object.values(manifests("checkout")))).toEqual([]);
  });

  test("what is wrong would be found", () => {
    const { "an analysis": analysis, "a hook": hook, "a Kustomization": kustomization } = manifests("checkout");
    const wrong = (manifest: Manifest | undefined, from: string, to: string): Manifest =>
      JSON.parse(JSON.stringify(manifest).replace(from, to)) as Manifest;
    expect(fault(wrong(analysis, '"url":', '"address":'))).toMatch(/web must have required property .?url/);
    expect(fault(wrong(hook, '"restartPolicy":"Never"', '"restartPolicy":7'))).toContain(
      "restartPolicy must be string",
    );
    expect(fault(wrong(kustomization, '"300s"', '"5 minutes"'))).toContain("interval must match pattern");
    expect(
      misfits([
        wrong(analysis, '"failureLimit"', '"failureLimits"'),
        wrong(hook, '"backoffLimit"', '"backOffLimit"'),
        wrong(kustomization, '"retryInterval"', '"retryEvery"'),
      ]),
    ).toEqual([
      expect.stringContaining('"failureLimits"\' does not exist'),
      expect.stringContaining('"backOffLimit"\' does not exist'),
      expect.stringContaining('"retryEvery"\' does not exist'),
    ]);
  });
});
