/** Ids of incidents: what is one, and what is told of what is none. */
import { describe, expect, it } from "vitest";

import { IncidentIds } from "../../src/incident/ids.ts";
import { thrownBy } from "./samples.ts";

const LONGEST = "A1234567890123456789";

describe("a prefix", () => {
  it.each(["I", "INC", "R2D2", LONGEST])("may be %s", (prefix) => {
    const ids = new IncidentIds(prefix);
    expect(ids.idOf(7)).toBe(`${prefix}-0007`);
    expect(ids.numberOf(`${prefix}-0007`)).toBe(7);
  });

  it.each<[unknown, string]>([
    ["", '""'],
    ["inc", '"inc"'],
    ["1INC", '"1INC"'],
    ["xINC", '"xINC"'],
    ["INC-", '"INC-"'],
    ["INC\n", '"INC\\n"'],
    [`${LONGEST}0`, `"${LONGEST}0"`],
    [["INC"], "a list of 1"],
    [undefined, "undefined"],
  ])("is not %j", (prefix, shown) => {
    expect(thrownBy(() => new IncidentIds(prefix as string))).toMatchObject({
      code: "configuration",
      message: `prefix: ${shown} is no prefix; write 1 to 20 capital letters and digits, such as INC`,
    });
  });
});

describe("an id", () => {
  it.each([1, 9_999, 10_000, 999_999_999_999_999])("of number %d leads back to it", (number) => {
    const ids = new IncidentIds("INC");
    expect(ids.numberOf(ids.idOf(number))).toBe(number);
  });

  it.each<[unknown, string]>([
    ["INC-0000", '"INC-0000"'],
    ["INC-001", '"INC-001"'],
    ["INC-00001", '"INC-00001"'],
    ["ABC-0001", '"ABC-0001"'],
    ["INC-0001 ", '"INC-0001 "'],
    ["INC- 0001", '"INC- 0001"'],
    ["INC-1234567890123456", '"INC-1234567890123456"'],
    [1, "1"],
    [["INC-0001"], "a list of 1"],
    [undefined, "undefined"],
  ])("is not %j", (id, shown) => {
    expect(thrownBy(() => new IncidentIds("INC").numberOf(id))).toMatchObject({
      code: "configuration",
      message: `id: ${shown} is not the id of an incident; ids look like INC-0001`,
    });
  });

  it("says what it is the id of", () => {
    const refused = thrownBy(() => new IncidentIds("RUN", "a run").numberOf("INC-0001"));
    expect(refused).toMatchObject({ message: 'id: "INC-0001" is not the id of a run; ids look like RUN-0001' });
  });
});
