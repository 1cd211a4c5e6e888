import { CoreV1Api } from "@kubernetes/client-node";
import { expect, it } from "vitest";

import type { KubernetesApi } from "../../../src/adapters/kubernetes/index.ts";

it("takes the real class, as the compiler says", () => {
  const fits: (api: CoreV1Api) => KubernetesApi = (api) => api;
  expect(fits).toBeTypeOf("function");
  expect(Object.getOwnPropertyNames(CoreV1Api.prototype)).toEqual(
    expect.arrayContaining([
      "listNamespacedPod",
      "readNamespace",
      "createNamespacedPodEviction",
      "deleteNamespacedPod",
    ] satisfies (keyof KubernetesApi)[]),
  );
});
