/** Numbers and durations as PromQL writes them. */
import { MILLISECONDS } from "../../core/time/duration.ts";
import { refusal } from "./faults.ts";
import type { PromNode } from "./node.ts";

const DURATION = /^(?:\d+(?:ms|[ywdhms]))+$/;
const PART = /(\d+)(ms|[ywdhms])/g;

/** Milliseconds of a duration; of a number, which Prometheus reads as seconds from 3.0 on. */
export function readDuration(node: PromNode): number {
  const [inner] = node.children;
  switch (node.type) {
    case "NumberDurationLiteralInDurationContext":
    case "NumberDurationLiteral":
      return literalMs(node);
    case "DurationExpr":
    case "OffsetDurationExpr":
      if (node.children.length === 1 && inner !== undefined) return readDuration(inner);
      if (node.children.length === 2 && inner?.type === "UnaryOp") {
        return (inner.text === "-" ? -1 : 1) * readDuration(node.children[1] as PromNode);
      }
  }
  throw refusal(node.from, `${node.text} is worked out by few versions of Prometheus; write one duration, such as 5m`);
}

/** The value of a number; a duration is its seconds. */
export function readNumber(node: PromNode): number {
  const text = node.text.replaceAll("_", "").replace(/^[+-]\s*/, "");
  const sign = node.text.startsWith("-") ? -1 : 1;
  if (DURATION.test(text)) return (sign * durationMs(text)) / 1_000;
  if (/^inf$/i.test(text)) return sign * Infinity;
  if (/^nan$/i.test(text)) return Number.NaN;
  const value = /^0[0-7]+$/.test(text) ? Number.parseInt(text, 8) : Number(text);
  return sign * value;
}

function literalMs(node: PromNode): number {
  if (DURATION.test(node.text)) return durationMs(node.text);
  if (/^\d/.test(node.text))
    throw refusal(node.from, `${node.text} has no unit; write one, such as ${node.text}m or ${node.text}s`);
  const seconds = readNumber(node);
  const ms = Math.round(seconds * 1_000);
  if (Number.isSafeInteger(ms)) return ms;
  throw refusal(node.from, `${node.text} is not a duration; write whole numbers with units, such as 5m or 1h30m`);
}

function durationMs(text: string): number {
  let total = 0;
  for (const [, count, unit] of text.matchAll(PART))
    total += Number(count) * MILLISECONDS[unit as keyof typeof MILLISECONDS];
  return total;
}
