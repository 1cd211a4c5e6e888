/** Sums of products in twice the precision of a double (Ogita, Rump and Oishi 2005). */
import type { NumberList } from "./statistics.ts";

const SPLITTER = 2 ** 27 + 1;

/** `start` minus the sum of `a[i] * b[i]`, rounded once. */
export function minusDot(start: number, a: NumberList, b: NumberList): number {
  let high = start;
  let low = 0;
  for (let index = 0; index < a.length; index += 1) {
    const x = -(a[index] as number);
    const y = b[index] as number;
    const product = x * y;
    const next = high + product;
    const part = next - high;
    low += high - (next - part) + (product - part) + productError(x, y, product);
    high = next;
  }
  return high + low;
}

/** What rounding took from `product`, the product of the two (Dekker 1971). */
function productError(x: number, y: number, product: number): number {
  const bigX = SPLITTER * x;
  const highX = bigX - (bigX - x);
  const lowX = x - highX;
  const bigY = SPLITTER * y;
  const highY = bigY - (bigY - y);
  const lowY = y - highY;
  return lowX * lowY - (product - highX * highY - lowX * highY - highX * lowY);
}
