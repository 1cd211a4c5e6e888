import { expect, test } from "vitest";

import { parseSloDocument } from "../../src/slo/document.ts";
import { objectiveRemarks } from "../../src/slo/objective-remarks.ts";

test.each<[string, object, string | undefined]>([
  [
    "a ratio with a percent sign",
    { target: "0.999%" },
    "an objective of 0.999% is a budget of 99.001%; did you mean 99.9%?",
  ],
  ["another", { target: "0.5%" }, "an objective of 0.5% is a budget of 99.5%; did you mean 50%?"],
  ["failures for successes", { target: "0.1%" }, "an objective of 0.1% is a budget of 99.9%; did you mean 99.9%?"],
  ["one per cent", { target: "1%" }, "an objective of 1% is a budget of 99%; did you mean 99%?"],
  ["a tenth", { target: "10%" }, "an objective of 10% is a budget of 90%; did you mean 90%?"],
  ["what nobody can guess", { target: "40%" }, "an objective of 40% is a budget of 60%"],
  ["just below half", { target: "49.9999999%" }, "an objective of 49.9999999% is a budget of 50.0000001%"],
  ["half", { target: "50%" }, undefined],
  ["a usual one", { target: "99.9%" }, undefined],
  [
    "successes for failures",
    { kind: "error_rate", target: "99.9%" },
    "a ceiling of 99.9% is a budget of 99.9%; did you mean 0.1%?",
  ],
  ["a ceiling above half", { kind: "error_rate", target: "60%" }, "a ceiling of 60% is a budget of 60%"],
  ["a usual ceiling", { kind: "error_rate", target: "0.1%" }, undefined],
  [
    "slow answers for quick ones",
    { kind: "latency", target: "5%", threshold: "300ms" },
    "an objective of 5% is a budget of 95%; did you mean 95%?",
  ],
])("%s is told, or nothing is", (_, fields, message) => {
  const slo = { kind: "availability", measurement_window: "30d", ...fields };
  const { slos } = parseSloDocument({ service_level_objectives: { shop: { a: slo } } } as never);
  expect(objectiveRemarks(slos)).toEqual(message === undefined ? [] : [{ slo: "shop/a", message }]);
});

test("composites without an objective have no remark", () => {
  expect(objectiveRemarks([{ id: "shop/journey", objective: undefined }])).toEqual([]);
});
