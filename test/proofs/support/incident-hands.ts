/** Events that tell whether they are whole, and where they belong. */

/** How many write at once. */
export const HANDS = 4;

/** The event that makes the version of an incident of that hand: up to 20 kB, the same each time. */
export function eventOf(hand: number, version: number): string {
  const text = `${String(hand)}.${String(version)} äöü€ `.repeat(1 + ((hand * 31 + version * 7_919) % 1_500));
  return JSON.stringify({ hand, version, text: version % 25 === 0 ? text : text.slice(0, 40) });
}

/** How the incident stands then. */
export function summaryOf(hand: number, version: number): string {
  return JSON.stringify({ hand, version, text: `${String(version)} `.repeat(300) });
}
