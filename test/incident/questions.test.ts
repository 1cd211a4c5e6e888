import fc from "fast-check";
import { describe, expect, it } from "vitest";

import type { StatusVisit } from "../../src/incident/model.ts";
import { incidentDuration, type IncidentSpan } from "../../src/incident/questions.ts";

const HOUR = 3_600_000;

/** An incident of so many hours from 0, which was open and resolved in turns at these. */
function spanOf(...hours: readonly number[]): IncidentSpan {
  const visits = hours.map((hour, index): StatusVisit => {
    const leftAt = hours[index + 1];
    const status = index % 2 === 0 ? "investigating" : "resolved";
    return { status, enteredAt: hour * HOUR, ...(leftAt === undefined ? {} : { leftAt: leftAt * HOUR }) };
  });
  return { startedAt: 0, visits };
}

describe("how long an incident had lasted", () => {
  // Two hours, then resolved for eight, then opened again for an hour and a half.
  const again = spanOf(0, 2, 10, 11.5);

  it.each([
    [-1, 0],
    [0, 0],
    [1.25, 1.25],
    [2, 2],
    [5, 2],
    [10, 2],
    [10.5, 2.5],
    [11.5, 3.5],
    [100, 3.5],
  ])("by hour %d is %d hours: what came later is not in it", (at, hours) => {
    expect(incidentDuration(again, at * HOUR)).toBe(hours * HOUR);
  });

  it("grows by the hours in which it was on, and by no others", () => {
    const turns = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(turns, fc.integer({ min: 0, max: 220 }), (gaps, at) => {
        let hour = 0;
        const hours = [0, ...gaps.map((gap) => (hour += gap))];
        const isOn = (now: number): boolean => hours.filter((turn) => turn <= now).length % 2 === 1;
        const truth = Array.from({ length: at }, (_, now) => now).filter(isOn).length;
        expect(incidentDuration(spanOf(...hours), at * HOUR)).toBe(truth * HOUR);
      }),
    );
  });
});
