/** The documents of other systems in the recipes and guides, each judged by its own reader. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { loadAll } from "js-yaml";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Role } from "kubernetes-models/rbac.authorization.k8s.io/v1/Role";
import { RoleBinding } from "kubernetes-models/rbac.authorization.k8s.io/v1/RoleBinding";
import { ConfigMap } from "kubernetes-models/v1/ConfigMap";
import { Service } from "kubernetes-models/v1/Service";
import { describe, expect, test } from "vitest";

import { parseOnCallDocument } from "../../src/response/on-call-document.ts";
import { parseSloDocument } from "../../src/slo/document.ts";
import { fencesOf } from "../house/fences.ts";
import { filesUnder } from "../support/files.ts";
import { ROOT } from "../support/spawn.ts";

const KINDS: Readonly<Record<string, new (manifest: never) => { validate(): void }>> = {
  ...{ ConfigMap, Deployment, PodDisruptionBudget, Role, RoleBinding, Service },
};
/** Resources of the Prometheus operator, of which there is no schema here. */
const UNJUDGED = ["ServiceMonitor"];

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly data?: Readonly<Record<string, string>>;
}

const pages = [...filesUnder("docs/recipes", ".md"), ...filesUnder("docs/migration", ".md")];
const fences = fencesOf(pages).filter(({ language }) => language === "yaml");
const texts = fences.filter(({ flags }) => flags.includes("manifest")).map(({ code }) => code);
texts.push(readFileSync(join(ROOT, "examples", "kubernetes", "role.yaml"), "utf8"));
const manifests = texts.flatMap((text) => loadAll(text) as Manifest[]);

describe("the manifests", () => {
  test("are of every kind that is known here", () => {
    const kinds = new Set(manifests.map(({ kind }) => kind));
    expect([...kinds].sort()).toEqual([...Object.keys(KINDS), ...UNJUDGED].sort());
  });

  test.each(manifests.map((manifest) => [manifest.kind, manifest.metadata.name, manifest] as const))(
    "%s %s is what Kubernetes takes",
    (kind, _name, manifest) => {
      expect(manifest.metadata.namespace).toBe("shop");
      const Model = KINDS[kind];
      if (Model !== undefined) new Model(manifest as never).validate();
    },
  );

  test("hold an SLO document that loads", () => {
    const [map] = manifests.filter(({ kind }) => kind === "ConfigMap");
    expect(parseSloDocument(map?.data?.["slo.yaml"] ?? "").slos.length).toBe(2);
  });
});

test("every on-call document of the guides loads", () => {
  const documents = fences.filter(({ code }) => code.startsWith("on_call:"));
  expect(documents.length).toBeGreaterThan(0);
  for (const { code, file } of documents) expect(parseOnCallDocument(code, { file }).policies.length).toBe(2);
});
