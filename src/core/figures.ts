/** Figures for people. */

/** What is smaller than that many digits can tell is nothing. */
const MOST_DIGITS = 20;

/** `12.5 %`: three digits that mean something, more where it is nearly all. */
export function percentText(ratio: number): string {
  const percent = ratio * 100;
  const distance = Math.min(Math.abs(percent), Math.abs(100 - percent));
  const digits = distance >= 10 ? 1 : Math.min(6, 2 - Math.floor(Math.log10(distance)));
  return `${plain(percent, digits)} %`;
}

/** `21.6`: at most `digits` after the point. */
export function plain(value: number, digits: number): string {
  const text = value.toFixed(digits);
  const [whole = "", fraction = ""] = text.split(".");
  const kept = fraction.replace(/0+$/, "");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = /^-0$/.test(grouped) && kept === "" ? "0" : grouped;
  return kept === "" ? sign : `${sign}.${kept}`;
}

/** `21.6`, `0.046`: minutes without their unit, one digit after the point, and below a minute two that mean something. */
export function minutesText(minutes: number): string {
  const size = Math.abs(minutes);
  return plain(minutes, size >= 1 ? 1 : Math.min(MOST_DIGITS, 1 - Math.floor(Math.log10(size))));
}
