import { describe, expect, test } from "vitest";

import { argoCdGate } from "../../src/gate/argo-cd.ts";
import { kubernetes, read } from "./manifest-support.ts";

interface Named {
  readonly metadata: { readonly name: string };
}

describe("the options of a manifest", () => {
  test.each<[object, string]>([
    [{ service: "" }, 'service: ""; write 1 to 200 characters'],
    [{ service: "\ud800" }, "has half of a letter in it"],
    [{ service: "😀" }, 'name: is missing, and none can be made of the service "😀"'],
    [{ url: "ops/gate" }, "url: is no address of a gate"],
    [{ url: "ftp://ops/gate" }, "url: is no address of a gate"],
    [{ url: "http://ops$(x)/gate" }, "url: is no address of a gate"],
    [{ url: "http://{{x}}/gate" }, "url: is no address of a gate"],
    [{ url: 7 }, "url: is no address of a gate"],
    [{ url: "http://ops/gate?service=a" }, "url: has a query or a fragment"],
    [{ url: "http://ada:hunter2@ops/gate" }, "url: has a user or a password in it"],
    [{ name: "Checkout" }, 'name: "Checkout" is no name in Kubernetes'],
    [{ name: "a.b" }, 'name: "a.b" is no name'],
    [{ name: "x".repeat(64) }, "is no name in Kubernetes"],
    [{ namespace: "" }, 'namespace: "" is no name'],
    [{ token: { secret: "a b" } }, 'token.secret: "a b" is no name of a Secret'],
    [{ token: { secret: "a", key: "{{x}}" } }, 'token.key: "{{x}}" is no key of a Secret'],
    [{ timeoutSeconds: 0 }, "timeoutSeconds: 0 is not possible"],
    [{ timeoutSeconds: 1.5 }, "timeoutSeconds: 1.5 is not possible"],
    [{ urll: "x" }, 'urll: is no option of argoCdGate; did you mean "url"?'],
  ])("%j are refused", (changes, message) => {
    const make = (): string => argoCdGate({ ...kubernetes, ...changes });
    expect(make).toThrow(message);
    expect(make).not.toThrow("hunter2");
  });

  test.each<[string, string]>([
    ["checkout", "checkout-release-gate"],
    ["Checkout_API.v2", "checkout-api-v2-release-gate"],
    ["-x-", "x-release-gate"],
    ["x".repeat(100), `${"x".repeat(50)}-release-gate`],
    [`${"x".repeat(49)}_y`, `${"x".repeat(49)}-release-gate`],
  ])("of %s make a name", (service, name) => {
    expect((read(argoCdGate({ ...kubernetes, service })) as Named).metadata.name).toBe(name);
  });

  test.each<[string, string]>([
    ["http://[::1]:8080/gate", "http://[::1]:8080/gate"],
    ["https://OPS.internal/a b/{{x}}/$(y)/'z'", "https://ops.internal/a%20b/%7B%7Bx%7D%7D/%24%28y%29/%27z%27"],
    ["https://ops", "https://ops/"],
  ])("have the address %s in them as %s", (url, expected) => {
    expect(argoCdGate({ ...kubernetes, url })).toContain(`value: ${expected}?service=checkout\n`);
  });
});
