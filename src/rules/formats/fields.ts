/** Fields that several formats have. */
import { invalid, show } from "../../core/errors.ts";
import { Objective } from "../../core/objective.ts";
import { field } from "../../core/parse.ts";
import * as z from "../../core/schema.ts";
import type { Texts } from "./labels.ts";
import { unused } from "./part.ts";

/** Any text; its length and characters are judged where it ends up. */
export const text: z.ZodString = z.string();

/** A text that people also write as a number or as true. */
export const scalarText: z.ZodType<string> = z
  .union([z.string(), z.number(), z.boolean()], { error: "text" })
  .transform(String);

/** Labels or annotations, whose values are texts. */
export const texts: z.ZodType<Texts> = z.record(z.string(), scalarText);

/** Labels whose values are texts or lists of them; a list becomes one text with commas. */
export const textsOrLists: z.ZodType<Texts> = z.record(
  z.string(),
  z.union([scalarText, z.array(scalarText).transform((items) => items.join(","))], {
    error: "text, or a list of texts",
  }),
);

/** A promise as a percentage, whose sign is not written: 99.9. */
export const percentage: z.ZodType<Objective> = field(
  (input) => Objective.parse(`${digits(input, "99.9")}%`, []).withBudget([]),
  "99.9",
);

/** A promise as a share from 0 to 1: 0.999. */
export const share: z.ZodType<Objective> = field((input) => wholeShare(input).withBudget([]), "0.999");

/** As {@link share}, where 1 is one too. */
export const fullShare: z.ZodType<Objective> = field(wholeShare, "0.99");

/** Fields of `metadata` that a cluster or its tools write. */
export const CLUSTER_METADATA: Readonly<Record<string, z.ZodOptional<z.ZodUnknown>>> = Object.fromEntries(
  [
    ...["uid", "generation", "resourceVersion", "creationTimestamp", "selfLink", "managedFields"],
    ...["ownerReferences", "finalizers", "deletionTimestamp", "deletionGracePeriodSeconds", "generateName"],
  ].map((key) => [key, unused("belongs to the cluster; it can be removed")]),
);

/** Why `status` is not read. */
export const STATUS: z.ZodOptional<z.ZodUnknown> = unused("is written by the cluster; it can be removed");

function wholeShare(input: unknown): Objective {
  const written = digits(input, "0.999");
  if (Number(written) > 1) throw invalid([], `${show(input)} is not a share from 0 to 1; write one such as 0.999`);
  return Objective.parse(Number(written) === 1 ? "100%" : `${shifted(written)}%`, []);
}

function digits(input: unknown, example: string): string {
  const plain = typeof input === "number" ? numberText(input) : input;
  if (typeof plain === "string" && /^\d{1,9}(?:\.\d{1,20})?$/.test(plain.trim())) return plain.trim();
  throw invalid([], `${show(input)} is not a number from 0; write one such as ${example}`);
}

function numberText(value: number): string {
  return String(value).includes("e-") ? value.toFixed(12).replace(/0+$/, "") : String(value);
}

/** Times 100, by moving the point. */
function shifted(written: string): string {
  const [whole = "0", fraction = ""] = written.split(".");
  const padded = fraction.padEnd(2, "0");
  return `${whole}${padded.slice(0, 2)}.${padded.slice(2)}0`.replace(/^0+(?=\d)/, "");
}
