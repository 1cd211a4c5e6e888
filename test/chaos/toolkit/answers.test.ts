/** What is made of the answers of activities: tolerances, other probes, other tries. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { ChaosInjection } from "../../../src/chaos/model.ts";
import { ToolkitExperiment } from "../../../src/chaos/toolkit/experiment.ts";
import type { HttpFetch } from "../../../src/ports/http-fetch.ts";
import { method } from "./support.ts";
import { openShop, type Shop } from "./shop.ts";

const signal = new AbortController().signal;

let shop: Shop;
beforeEach(async () => {
  shop = await openShop();
});
afterEach(() => shop.close());

const http = (path: string, more: object = {}): object => ({
  provider: { type: "http", url: `${shop.url}${path}`, ...more },
});
const injection = (experiment: ToolkitExperiment): ChaosInjection => {
  const [target] = experiment.targets();
  if (target === undefined) throw new Error("no target");
  return { id: "run-1", kind: experiment.kind, target: target.id, details: experiment.prepare(target) };
};

describe("an answer", () => {
  it("asks another probe about an answer, which is never read as names of variables", async () => {
    const script =
      "const v = JSON.parse(process.argv[2]); process.exit(v.status === 200 && v.body === 'welcome\\n' ? 0 : 1)";
    const tolerance = {
      type: "probe",
      name: "judge",
      provider: { type: "process", path: "node", arguments: { "-e": script } },
    };
    const experiment = method([
      { ...http("/a"), tolerance },
      { ...http("/b", { method: "POST" }), tolerance: { ...tolerance, tolerance: 1 } },
    ]);
    await expect(experiment.inject(injection(experiment), { signal })).rejects.toThrow(
      '"judge" says exit code 0, tolerated: 1',
    );
  });

  it.each<[string, object | number | boolean | string | number[], string | undefined]>([
    ["/", 200, undefined],
    ["/", 201, "status 200, tolerated: 201"],
    ["/", [200, 404], undefined],
    ["/", true, "is compared with the whole answer"],
    ["/", { type: "regex", pattern: "^welcome$", target: "body" }, undefined],
    ["/", { type: "regex", pattern: "^${word}$", target: "body" }, undefined],
    ["/", { type: "regex", pattern: "gone", target: "body" }, 'the body does not fit "gone"'],
    ["/", { type: "range", range: [200, 299], target: "status" }, undefined],
    ["/", { type: "range", range: [1, 2], target: "body" }, "the body is no number"],
    ["/health", { type: "jsonpath", path: "$.body.state", expect: "up" }, undefined],
    ["/health", { type: "jsonpath", path: "$.state", target: "body", count: 2 }, "not 2"],
    ["/health", { type: "jsonpath", path: "$.nothing", target: "body" }, '0 values at "$.nothing"'],
    ["/health", { type: "jsonpath", path: "$.nothing", target: "body", count: 0 }, undefined],
    ["/long", { type: "regex", pattern: "a", target: "body" }, "longer than 64 KiB"],
    ["/long", 200, undefined],
  ])("judges what %s answers by %j", async (path, tolerance, problem) => {
    const experiment = method([{ ...http(path), tolerance }], { configuration: { word: "welcome" } });
    const injecting = experiment.inject(injection(experiment), { signal });
    if (problem === undefined) await expect(injecting).resolves.toMatchObject({ result: "done" });
    else await expect(injecting).rejects.toThrow(problem);
  });

  it.each([
    { type: "jsonpath", path: "${token}", target: "body" },
    { type: "jsonpath", path: "$[${token}", target: "body" },
    { type: "regex", pattern: "${token}(", target: "body" },
    { type: "regex", pattern: "(?=${token})", target: "body" },
  ])("shows of a tolerance what is written, and not what that stands for: %j", async (tolerance) => {
    const secrets = { shop: { token: "sk-live-SECRET123" } };
    const experiment = method([{ ...http("/"), tolerance }], { secrets });
    const error: unknown = await experiment
      .inject(injection(experiment), { signal })
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain("${token}");
    expect(String(error)).not.toContain("SECRET123");
  });

  it("does not hold what takes too long to be matched for tolerated", async () => {
    const tolerance = { type: "regex", pattern: "(?:\\w?){999}x", target: "body" };
    const slow: HttpFetch = () => Promise.resolve(new Response("a".repeat(65_000)));
    const experiment = method([{ ...http("/"), tolerance }], {}, { fetch: slow });
    await expect(experiment.inject(injection(experiment), { signal })).rejects.toThrow("takes too long");
  });

  it.each<[string, object]>([
    ["an argument", { method: "POST", arguments: { q: "$a".repeat(2_000) } }],
    ["many arguments", { method: "POST", arguments: Array.from({ length: 2_000 }, () => "${a}") }],
    ["many headers", { headers: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`x-${String(at)}`, "$a"])) }],
  ])("replaces no names in %s with more than can be kept", async (_, more) => {
    const experiment = method([http("/", more)], { configuration: { a: "x".repeat(200_000) } });
    await expect(experiment.inject(injection(experiment), { signal })).rejects.toThrow("longer than 1 MiB");
    expect(shop.asked).toEqual([]);
  });

  it("tries again where nobody answers, as often as it is told, and nothing that may not be repeated", async () => {
    const tried: string[] = [];
    const refusing: HttpFetch = (url) => {
      tried.push(url);
      return Promise.reject(new TypeError("fetch failed"));
    };
    const get = method([http("/a", { max_retries: 2 })], {}, { fetch: refusing });
    await expect(get.inject(injection(get), { signal })).rejects.toThrow("there was no answer");
    expect(tried).toHaveLength(3);
    const post = method([http("/a", { max_retries: 2, method: "POST" })], {}, { fetch: refusing });
    await expect(post.inject(injection(post), { signal })).rejects.toThrow("there was no answer");
    expect(tried).toHaveLength(4);
  });
});
