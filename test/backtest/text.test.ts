import { expect, test } from "vitest";

import { backtest } from "../../src/backtest/backtest.ts";
import { backtestText } from "../../src/backtest/text.ts";
import { candidateOf, outage, steady, withGap } from "./pasts.ts";

const data = steady(60 * 1_440, { bad: (step) => outage(50_000, 50_010)(step) + outage(70_000, 70_002)(step) });
const [usual, looser] = [candidateOf("99.9%", "30d"), candidateOf("99%", "30d")];
const fast = candidateOf("99.9%", "30d", {
  name: "page_fast alone, for those who sleep well",
  tiers: { page_slow: false, ticket_fast: false, ticket_slow: false },
});

test("a report is a table with its candidates side by side", () => {
  expect(backtestText(backtest([usual, looser, fast], data))).toBe(TABLE);
});

test("what is not known is a dash, and gaps are told", () => {
  const text = backtestText(backtest([usual], withGap(steady(1_440), 0, 144)));
  expect(text).toMatch(/^2026-05-04 00:00:00 to 2026-05-05 00:00:00, UTC, in steps of 1 min, 90 % of it watched$/m);
  expect(text).toMatch(/^Least budget left +-$/m);
  expect(text).toMatch(/^Time without budget +-$/m);
  expect(text).toMatch(/^Budget gone at the first page +-$/m);
});

test("more than four candidates stand in several tables, and no line ends with a blank", () => {
  const many = Array.from({ length: 9 }, (_, index) => ({ ...usual, name: `candidate ${String(index + 1)}` }));
  const lines = backtestText(backtest(many, steady(10))).split("\n");
  expect(lines.filter((line) => line.startsWith("Pages"))).toHaveLength(3);
  expect(lines.filter((line) => line.endsWith(" "))).toEqual([]);
  // They share the same past, and so the same reason.
  expect(lines.filter((line) => line.includes("the past has no whole window"))).toHaveLength(1);
});

const TABLE = `\
2026-05-04 00:00:00 to 2026-07-03 00:00:00, UTC, in steps of 1 min

                               99.9% over 30d    99% over 30d  page_fast alone, for those …
Events                         8,640,000         8,640,000     8,640,000
Good                           99.9861 %         99.9861 %     99.9861 %
Pages                          2, for 45 min     1, for 6 min  2, for 20 min
Tickets                        1, for 6 h 5 min  none          none
Budget gone at the first page  2.31 %            2.08 %        2.31 %
Least budget left              72.2 %            97.22 %       72.2 %
Budget left at the end         72.2 %            97.22 %       72.2 %
Time without budget            none              none          none
Faults                         2                 1             2
page_fast                      2, for 20 min     1, for 6 min  2, for 20 min
  detected after               1 min             9 min         1 min
  reset after                  5 min             5 min         5 min
page_slow                      1, for 37 min     none          -
  detected after               3 min             -             -
  reset after                  30 min            -             -
ticket_fast                    1, for 2 h 5 min  none          -
  detected after               5 min             -             -
  reset after                  2 h               -             -
ticket_slow                    1, for 6 h 5 min  none          -
  detected after               5 min             -             -
  reset after                  6 h               -             -
Supported by the past          99.972%           99.972%       99.972%

99.9% over 30d, 99% over 30d, page_fast alone, for those …: 99.972% would have been kept in all of 43,201 windows of 30d; of the usual objectives 99.95%.
`;
