/** Values as Kibana has them in its addresses: Rison, JSON for URLs. Source: github.com/Nanonid/rison. */

/** What can be written: texts, switches, numbers, and lists and mappings of these. */
export type RisonValue =
  string | number | boolean | readonly RisonValue[] | { readonly [key: string]: RisonValue | undefined };

/** The value in Rison. Texts always stand in quotes, where only `'` and `!` mean something; keys are plain words. */
export function rison(value: RisonValue): string {
  if (typeof value === "string") return `'${value.replace(/[!']/g, "!$&")}'`;
  if (typeof value === "boolean") return value ? "!t" : "!f";
  if (typeof value === "number") return String(value);
  if (isList(value)) return `!(${value.map(rison).join(",")})`;
  const pairs = Object.entries(value).flatMap(([key, one]) => (one === undefined ? [] : [`${key}:${rison(one)}`]));
  return `(${pairs.join(",")})`;
}

function isList(value: RisonValue): value is readonly RisonValue[] {
  return Array.isArray(value);
}
