import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";

import { argoRolloutsGate, type ArgoRolloutsGateOptions } from "../../src/gate/argo-rollouts.ts";
import { closeAll, kubernetes, listeningGate, names, read, SECRET, token } from "./manifest-support.ts";

interface Metric {
  readonly successCondition: string;
  readonly failureCondition: string;
  readonly provider: {
    readonly web: {
      readonly url: string;
      readonly jsonPath: string;
      readonly headers?: readonly { readonly key: string; readonly value: string }[];
    };
  };
}
interface Template {
  readonly spec: {
    readonly args?: readonly { readonly name: string; readonly valueFrom: object }[];
    readonly metrics: readonly [Metric];
  };
}

afterEach(closeAll);

const readTemplate = (yaml: string): Template => read(yaml) as Template;

describe("an analysis of Argo Rollouts", () => {
  type Phase = "Successful" | "Failed" | "Inconclusive" | "Error";

  /** As the web provider of Argo Rollouts goes about it. */
  async function measure(yaml: string, secret: string): Promise<Phase> {
    const { spec } = readTemplate(yaml);
    const args = new Map((spec.args ?? []).map(({ name }) => [name, secret]));
    const [metric] = JSON.parse(
      JSON.stringify(spec.metrics).replaceAll(/\{\{\s*args\.([\w-]+)\s*\}\}/g, (_all, name: string) => {
        const value = args.get(name);
        if (value === undefined) throw new Error(`failed to resolve {{args.${name}}}`);
        return JSON.stringify(value).slice(1, -1);
      }),
    ) as Template["spec"]["metrics"];
    const { url, headers = [], jsonPath } = metric.provider.web;
    const response = await fetch(url, { headers: Object.fromEntries(headers.map(({ key, value }) => [key, value])) });
    if (!response.ok) return "Error";
    const key = /^\{\$\.(\w+)\}$/.exec(jsonPath)?.[1] ?? "";
    const result = ((await response.json()) as Record<string, unknown>)[key];
    const holds = (condition: string): boolean =>
      condition.split(" || ").some((part) => {
        const [, text] = /^result == "(\w+)"$/.exec(part) ?? [];
        if (text === undefined) throw new Error(`cannot evaluate ${part}`);
        return result === text;
      });
    if (holds(metric.failureCondition)) return "Failed";
    return holds(metric.successCondition) ? "Successful" : "Inconclusive";
  }

  test.each<[string, "open" | "closed", Phase]>([
    ["fine", "open", "Successful"],
    ["fine", "closed", "Successful"],
    ["burning", "open", "Successful"],
    ["burning", "closed", "Successful"],
    ["silent", "open", "Successful"],
    ["silent", "closed", "Inconclusive"],
    ["spent", "open", "Failed"],
    ["spent", "closed", "Failed"],
  ])("of %s by a gate that is %s is %s", async (service, whenUnknown, expected) => {
    const url = await listeningGate(whenUnknown);
    const yaml = argoRolloutsGate({ service, url, whenUnknown, token });
    expect(await measure(yaml, SECRET)).toBe(expected);
    expect(await measure(yaml, "another-secret")).toBe("Error");
  });

  test("asks about the very service, however it is called", async () => {
    const url = await listeningGate("closed");
    await fc.assert(
      fc.asyncProperty(names, async (service) => {
        const yaml = argoRolloutsGate({ service, url, name: "gate", whenUnknown: "closed", token });
        expect(await measure(yaml, SECRET)).toBe("Successful");
        const asked = new URL(readTemplate(yaml).spec.metrics[0].provider.web.url);
        expect([...asked.searchParams]).toEqual([["service", service]]);
        expect(asked.search.slice("?service=".length)).toMatch(/^[\w.~%-]+$/);
        // The one template in it is ours.
        expect(yaml.match(/\{\{.*?\}\}/g)).toEqual(["{{args.token}}"]);
      }),
      { numRuns: 60 },
    );
  });

  test("asks once, unless it is told to go on", () => {
    const metric = (more: Partial<ArgoRolloutsGateOptions>): Metric =>
      readTemplate(argoRolloutsGate({ ...kubernetes, whenUnknown: "closed", ...more })).spec.metrics[0];
    expect(metric({})).toEqual({
      name: "release-gate",
      successCondition: 'result == "pass" || result == "warn"',
      failureCondition: 'result == "block"',
      failureLimit: 0,
      provider: {
        web: { url: "http://ops.default.svc:8080/gate?service=checkout", jsonPath: "{$.verdict}", timeoutSeconds: 20 },
      },
    });
    expect(metric({ every: "1m30s", count: 5, failureLimit: 1 })).toMatchObject({
      interval: "90s",
      count: 5,
      failureLimit: 1,
    });
    expect(metric({ every: "5m" })).not.toHaveProperty("count");
    expect(() => metric({ count: 2 })).toThrow("every: is missing");
    expect(() => metric({ every: "500ms" })).toThrow(
      'every: "500ms" is not possible; write whole seconds, from 1s to 7d',
    );
    expect(() => metric({ whenUnknown: undefined as never })).toThrow(
      "whenUnknown: is missing, and there is no default",
    );
  });

  test("takes its secret from a Secret of Kubernetes", () => {
    const { spec } = readTemplate(argoRolloutsGate({ ...kubernetes, whenUnknown: "open", token }));
    expect(spec.args).toEqual([
      { name: "token", valueFrom: { secretKeyRef: { name: "release-gate", key: "bearer" } } },
    ]);
    expect(spec.metrics[0].provider.web.headers).toEqual([{ key: "Authorization", value: "Bearer {{args.token}}" }]);
  });
});
