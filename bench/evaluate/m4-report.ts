/** What came of series in M4's layout, for people. */
import { MODEL_NAMES, type ModelName } from "../../src/capacity/models/catalog.ts";
import { CONTESTANTS } from "./contest.ts";
import { MOST_VALUES } from "../../src/capacity/series/grid.ts";
import { FREQUENCIES } from "./m4-layout.ts";
import type { M4Part } from "./m4.ts";
import { addSums, type Group, groupOf, noSums } from "./m4-sums.ts";
import { digits, percent, tableOf } from "./table.ts";

/** Means of each frequency and, where there are several, of all. */
export interface M4Result {
  readonly groups: readonly Group[];
  readonly notes: readonly string[];
}

/** Puts the sums in M4's order and divides them. */
export function m4Result({ sums, notes }: M4Part): M4Result {
  const order = ({ name }: { name: string }): number => FREQUENCIES.findIndex((one) => one.name === name);
  const sorted = [...sums].sort((a, b) => order(a) - order(b));
  if (sorted.length === 0) throw new Error(["no series could be compared", ...notes].join("\n"));
  if (sorted.length > 1) {
    const all = noSums("All");
    for (const one of sums) addSums(all, one);
    sorted.push(all);
  }
  return { groups: sorted.map(groupOf), notes };
}

/** The report as text. */
export function m4Report({ groups, notes }: M4Result): string {
  return [...notes.map((note) => `note: ${note}`), ...(notes.length > 0 ? [""] : []), ...groups.map(groupText)].join(
    "\n",
  );
}

/** The best of the single models by MASE, and whether the choice is at or under it. */
export function comparison({ models }: Group): { best: ModelName; holds: boolean } {
  const best = MODEL_NAMES.reduce((least, name) => (models[name].mase < models[least].mase ? name : least));
  return { best, holds: !(models.chosen.mase > models[best].mase) };
}

function groupText(group: Group): string {
  const { name, count, scaled, cut, models, coverage95, msis } = group;
  const { best, holds } = comparison(group);
  const share = (replaced: number): string => (replaced === 0 ? "" : percent(replaced / count));
  const rows = CONTESTANTS.map((who) => {
    const { smape, mase, owa, replaced } = models[who];
    return [who, digits(smape), digits(mase), digits(owa), share(replaced)];
  });
  return [
    `${name}: ${count.toLocaleString("en")} series`,
    tableOf([["", "sMAPE", "MASE", "OWA", "plain"], ...rows]),
    `MASE: chosen ${digits(models.chosen.mase)}, best single model (${best}) ${digits(models[best].mase)}: ${holds ? "at or under" : "above"}`,
    `the 95 % interval of the choice holds ${percent(coverage95)}, MSIS ${digits(msis)}`,
    ...(scaled < count ? [`${count - scaled} series are constant where they are trained on, and have no MASE`] : []),
    ...(cut > 0 ? [`${cut} series are longer than ${MOST_VALUES} values, of which nines is shown the latest`] : []),
    "",
  ].join("\n");
}
