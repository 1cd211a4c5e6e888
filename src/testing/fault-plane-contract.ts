/** What every plane of faults must do; run it against yours. */
import type { FaultKind, FaultPlane, FaultTarget, InjectableFault, PlacedFault } from "../ports/fault-plane.ts";

import { type ContractCase, type ContractOptions, withMade } from "./state-store-contract.ts";

const FAULTS: Readonly<Record<FaultKind, InjectableFault>> = {
  latency: { kind: "latency", latencyMs: 100, jitterMs: 10 },
  error: { kind: "error", statusCode: 503 },
  reset: { kind: "reset" },
  cut: { kind: "cut" },
  bandwidth: { kind: "bandwidth", bytesPerSecond: 10_000 },
};

const GIVEN_UP = new Error("the contract gave up");

/**
 * The contract of a {@link FaultPlane}, to be run by any test runner: `create` makes one with two healthy targets at least, on which
 * nothing is placed. What a fault does to requests or bytes is yours to test.
 *
 * @example
 * ```ts
 * import { InProcessFaults } from "nines";
 * import { faultPlaneContract } from "nines/testing";
 *
 * const create = () => new InProcessFaults({ routes: ["GET /orders", "GET /cart"] });
 * for (const { check } of faultPlaneContract(create)) await check();
 * ```
 */
export function faultPlaneContract<Made extends FaultPlane>(
  create: () => Made | Promise<Made>,
  options: ContractOptions<Made> = {},
): readonly ContractCase[] {
  const given = (
    name: string,
    check: (plane: FaultPlane, targets: readonly [FaultTarget, FaultTarget]) => Promise<void>,
  ): ContractCase => ({
    name,
    check: () =>
      withMade(create, options, async (plane) => {
        const [one, other] = (await plane.targets()).filter(({ healthy }) => healthy);
        if (one === undefined || other === undefined) throw new Error("it needs two healthy targets to be asked about");
        await check(plane, [one, other]);
      }),
  });
  const placed = (plane: FaultPlane, target: FaultTarget, id: string): PlacedFault => {
    const [kind] = plane.kinds;
    if (kind === undefined) throw new Error("it says of no fault that it can put it");
    return { id, target: target.id, fault: FAULTS[kind], share: 1 };
  };
  return [
    given("has each target once, and the same again when it is asked again", async (plane, [one, other]) => {
      const ids = (await plane.targets()).map(({ id }) => id);
      expectTrue(new Set(ids).size === ids.length, `two targets have one id: ${ids.join(", ")}`);
      expectTrue(ids.includes(one.id) && ids.includes(other.id), "a target was not there when it was asked again");
    }),
    given("puts each kind of fault that it says it can put, and takes it away", async (plane, [one]) => {
      for (const kind of plane.kinds) {
        const fault = { id: `contract-${kind}`, target: one.id, fault: FAULTS[kind], share: 0.5 };
        await plane.place(fault);
        expectTrue(await plane.remove(fault), `${kind} was not there to be taken away`);
      }
    }),
    given("says that nothing is there to be taken away, and calls that no failure", async (plane, [one]) => {
      const fault = placed(plane, one, "contract-gone");
      expectTrue(!(await plane.remove(fault)), "it took away what was never put");
      await plane.place(fault);
      await plane.remove(fault);
      expectTrue(!(await plane.remove(fault)), "it took the same away twice");
    }),
    given("replaces a fault of the same id on the same target", async (plane, [one]) => {
      const fault = placed(plane, one, "contract-again");
      await plane.place(fault);
      await plane.place({ ...fault, share: 0.5 });
      expectTrue(await plane.remove(fault), "it was not there to be taken away");
      expectTrue(!(await plane.remove(fault)), "the one that it replaced is still there");
    }),
    given("keeps faults of two ids, and of two targets, apart", async (plane, [one, other]) => {
      const faults = [
        placed(plane, one, "contract-a"),
        placed(plane, other, "contract-b"),
        placed(plane, one, "contract-c"),
      ];
      for (const fault of faults) await plane.place(fault);
      for (const fault of faults) expectTrue(await plane.remove(fault), `${fault.id} went with another`);
    }),
    given("refuses a target that it does not have", async (plane, [one]) => {
      const fault = { ...placed(plane, one, "contract-nowhere"), target: "contract-nowhere" };
      const isRefused = await plane.place(fault).then(
        () => false,
        () => true,
      );
      expectTrue(isRefused, "it put a fault on a target that is not there");
    }),
    given("does nothing for who has given up, and says so with the reason of the signal", async (plane, [one]) => {
      const signal = AbortSignal.abort(GIVEN_UP);
      const fault = placed(plane, one, "contract-given-up");
      const calls = { targets: () => plane.targets({ signal }), place: () => plane.place(fault, { signal }) };
      for (const [method, call] of Object.entries(calls)) {
        const reason: unknown = await call().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        expectTrue(reason === GIVEN_UP, `${method} did not reject with the signal's reason`);
      }
      expectTrue(!(await plane.remove(fault)), "it put the fault all the same");
    }),
  ];
}

function expectTrue(isTrue: boolean, otherwise: string): void {
  if (!isTrue) throw new Error(otherwise);
}
