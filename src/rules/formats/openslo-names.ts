/** What nines calls things in OpenSLO. */
import { dnsLabel, hashedLabel } from "./names.ts";

const LONGEST_TITLE = 63;

/** The names in OpenSLO that an SLO of nines may have: the first that is free is taken. */
export function namesOf(service: string, name: string): readonly [string, string, string] {
  const both = `${service}-${name}`;
  return [dnsLabel(name), dnsLabel(both), hashedLabel(both, `${service}/${name}`)];
}

/** As long as a name for people is in OpenSLO. */
export function shortTitle(title: string): string {
  return title.length <= LONGEST_TITLE
    ? title.trim()
    : title
        .slice(0, LONGEST_TITLE)
        .replace(/[\uD800-\uDBFF]$/, "")
        .trim();
}

/** What nines calls the indicator of an SLO. */
export function indicatorName(slo: string): string {
  return dnsLabel(`${slo}-sli`);
}
