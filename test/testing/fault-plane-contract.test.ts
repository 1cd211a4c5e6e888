import { describe, expect, it } from "vitest";

import { InProcessFaults } from "../../src/chaos/in-process/in-process-faults.ts";
import type { PlacedFault } from "../../src/ports/fault-plane.ts";
import { faultPlaneContract } from "../../src/testing/index.ts";

const create = (): InProcessFaults => new InProcessFaults({ routes: ["GET /a", "GET /b"] });

describe("faults in a process", () => {
  it.each(faultPlaneContract(create))("$name", ({ check }) => check());
});

/** Each breaks one promise. */
const BROKEN: Readonly<Record<string, () => InProcessFaults>> = {
  "has each target once, and the same again when it is asked again": () => {
    const plane = create();
    const targets = plane.targets.bind(plane);
    return Object.assign(plane, { targets: async () => [...(await targets()), ...(await targets())] });
  },
  "puts each kind of fault that it says it can put, and takes it away": () =>
    Object.assign(create(), { place: () => Promise.resolve() }),
  "says that nothing is there to be taken away, and calls that no failure": () =>
    Object.assign(create(), { remove: () => Promise.resolve(true) }),
  "replaces a fault of the same id on the same target": () => {
    const placed: PlacedFault[] = [];
    return Object.assign(create(), {
      place: (fault: PlacedFault) => {
        placed.push(fault);
        return Promise.resolve();
      },
      remove: ({ id }: PlacedFault) => {
        const at = placed.findIndex((one) => one.id === id);
        if (at !== -1) placed.splice(at, 1);
        return Promise.resolve(at !== -1);
      },
    });
  },
  "keeps faults of two ids, and of two targets, apart": () => {
    const plane = create();
    const remove = plane.remove.bind(plane);
    return Object.assign(plane, {
      remove: async (fault: PlacedFault) => {
        const was = await remove(fault);
        plane.clear();
        return was;
      },
    });
  },
  "refuses a target that it does not have": () => {
    const plane = create();
    const place = plane.place.bind(plane);
    return Object.assign(plane, { place: (fault: PlacedFault) => place(fault).catch(() => undefined) });
  },
  "does nothing for who has given up, and says so with the reason of the signal": () => {
    const plane = create();
    const place = plane.place.bind(plane);
    return Object.assign(plane, { place: (fault: PlacedFault) => place(fault) });
  },
};

describe("the contract finds a plane at fault that does not hold", () => {
  it.each(Object.entries(BROKEN))("%s", async (name, broken) => {
    const found = faultPlaneContract(broken).find((one) => one.name === name);
    await expect(found?.check()).rejects.toThrow(Error);
  });

  it("all that it asks", () => {
    expect(faultPlaneContract(create).map(({ name }) => name)).toEqual(Object.keys(BROKEN));
  });

  it("two targets", async () => {
    const [first] = faultPlaneContract(() => new InProcessFaults({ routes: ["GET /a"] }));
    await expect(first?.check()).rejects.toThrow("it needs two healthy targets");
  });
});
