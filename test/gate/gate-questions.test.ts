import { describe, expect, test } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { ReleaseGate } from "../../src/gate/gate.ts";
import { FakeTeller, serviceStatus, sloStatus, setUp, seen } from "./support.ts";

describe("a question", () => {
  test("about a service that there is not is refused, with those that there are", async () => {
    const gate = new ReleaseGate({ statuses: FakeTeller.of(seen.pass), whenUnknown: "open" });
    await expect(gate.check("chekout")).rejects.toThrow('service: "chekout" is no service here; allowed: checkout');
    await expect(gate.check("chekout")).rejects.toBeInstanceOf(ConfigurationError);
    await expect(gate.checkAll(["checkout", "chekout"])).rejects.toBeInstanceOf(ConfigurationError);
  });

  test.each<[string, unknown, object, string]>([
    ["no name", "", {}, 'service: ""; write 1 to 200 characters'],
    ["what is no name", undefined, {}, "service: is missing"],
    ["a name without end", "x".repeat(201), {}, "service: has 201 characters"],
    ["a moment that is none", "checkout", { at: Number.NaN }, "at: NaN is not possible"],
    ["an option that there is not", "checkout", { windows: "7d" }, "windows: is no option"],
  ])("with %s is refused", async (_what, service, options, message) => {
    await expect(setUp().gate.check(service as string, options)).rejects.toThrow(message);
  });

  test("ends when whoever asked wants it to", async () => {
    const { gate } = setUp(() => new Promise(() => {}));
    const controller = new AbortController();
    const checking = gate.check("checkout", { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(checking).rejects.toThrow("enough");
    await expect(gate.check("checkout", { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
  });

  test("about many services is answered in their order, a few at a time", async () => {
    let [now, most] = [0, 0];
    const services = Array.from({ length: 30 }, (_, index) => `s${String(index)}`);
    const { gate, teller } = setUp(async (service) => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setImmediate(resolve));
      now -= 1;
      return serviceStatus([sloStatus({ service, consumed: service === "s7" ? 0.9 : 0.1 })], [], service);
    });
    const results = await gate.checkAll(services);
    expect(results.map(({ service }) => service)).toEqual(services);
    expect(results.filter(({ verdict }) => verdict === "block").map(({ service }) => service)).toEqual(["s7"]);
    expect([most, teller.asked.length]).toEqual([8, 30]);
    expect(await gate.checkAll([])).toEqual([]);
  });

  test("is told to listeners, and one that throws harms nobody", async () => {
    const failures: string[] = [];
    const { gate } = setUp(seen.block, { onListenerError: ({ event }) => failures.push(event) });
    const told: string[] = [];
    gate.on("checked", () => {
      throw new Error("bad listener");
    });
    const stop = gate.on("checked", ({ verdict }) => told.push(verdict));
    await gate.check("checkout");
    stop();
    await gate.check("checkout");
    expect([told, failures]).toEqual([["block"], ["checked", "checked"]]);
  });
});

describe("a gate", () => {
  test("must be told what to do when nobody can tell", () => {
    const statuses = new FakeTeller(seen.pass);
    const both =
      'write "closed" to hold releases back while nobody can tell whether they may go on, or "open" to let them through';
    expect(() => new ReleaseGate({ statuses } as never)).toThrow(
      `whenUnknown: is missing, and there is no default; ${both}`,
    );
    expect(() => new ReleaseGate({ statuses, whenUnknown: "close" as never })).toThrow(
      `whenUnknown: "close"; did you mean "closed"? allowed: open, closed; ${both}`,
    );
  });

  test.each<[object, string]>([
    [{ statuses: undefined }, "statuses: is missing"],
    [{ statuses: {} }, "statuses: a mapping has no method getSloStatus()"],
    [{ timeoutMs: -1 }, "timeoutMs: -1 is not possible"],
    [{ maxAgeMs: "5m" }, 'maxAgeMs: "5m" is not possible'],
    [{ policy: {} }, 'policy: is no option of ReleaseGate; did you mean "policies"?'],
    [{ policies: { defaults: {} } }, 'defaults: is no option of PolicyEngine; did you mean "default"?'],
  ])("cannot be made with %j", (changes, message) => {
    expect(() => setUp(undefined, changes)).toThrow(message);
  });
});
