/** Routes from YAML or JSON. */
import { invalid, show } from "../../core/errors.ts";
import { check, field, openDocument } from "../../core/parse.ts";
import { expression as checkExpression } from "../../core/pattern/expression.ts";
import * as z from "../../core/schema.ts";
import { SEVERITIES } from "../../incident/model.ts";
import { textField } from "../../slo/texts.ts";

import type { AlertRoute, LabelMatch } from "./routing.ts";

const MOST_ROUTES = 1_000;
const MOST_NAMES = 1_000;
const LONGEST_EXPRESSION = 1_000;

const name = textField(200, "checkout");
const names = z.union([z.array(name).min(1).max(MOST_NAMES), name.transform((one) => [one])], {
  error: "a name or a list of names",
});
const label = z.string().max(20_000);

/** As Alertmanager has it: the whole value must match. */
const expression: z.ZodType<RegExp> = field((input) => {
  if (typeof input !== "string" || input.length > LONGEST_EXPRESSION) {
    throw invalid(
      [],
      `${show(input)} is not an expression; write text of at most ${String(LONGEST_EXPRESSION)} characters`,
    );
  }
  // Labels come from anywhere: an expression that may take for ever on some of them is refused.
  if (input !== "") checkExpression(input);
  return new RegExp(`^(?:${input})$`, "su");
}, '"prod-.*"');

const match: z.ZodType<LabelMatch> = z.union(
  [label, z.array(label).min(1).max(MOST_NAMES), z.strictObject({ regex: expression }).transform(({ regex }) => regex)],
  { error: "write text, a list of texts, or regex: with an expression" },
);

const route = z.strictObject({
  match: z.record(z.string(), match).optional(),
  severity: z.enum(SEVERITIES).optional(),
  commander: z
    .union([name, z.strictObject({ on_call: name }).transform(({ on_call }) => ({ onCall: on_call }))], {
      error: "a name, or on_call: with the name of a schedule",
    })
    .optional(),
  services: names.optional(),
  slos: names.optional(),
  runbook: textField(2_000, "https://example.com/runbook").optional(),
  title: textField(300, '"{alertname} on {service}"').optional(),
  labels: z.record(z.string(), label).optional(),
  continue: z.boolean().optional(),
});

const DOCUMENT = z.strictObject({ alert_routes: z.array(route).min(1).max(MOST_ROUTES) });

/**
 * Reads rules for alerts: YAML or JSON text, or the same as a plain object. `docs/response.md` has every field.
 *
 * @param options.file - what to call the document in an error, as a rule its file's name
 * @throws {@link ConfigurationError} with all faults of the document at once, each with its path and, for text, line and
 *   column
 *
 * @example
 * ```ts
 * import { AlertRoutes, parseAlertRoutes } from "nines";
 *
 * const routes = parseAlertRoutes(`
 *   alert_routes:
 *     - match: { service: [checkout, cart], env: { regex: "prod-.*" } }
 *       severity: SEV1
 *       commander: ann
 * `);
 * const alert = { labels: { service: "cart", env: "prod-eu" }, annotations: {} };
 * if (new AlertRoutes(routes).route(alert).severity !== "SEV1") throw new Error("not matched");
 * ```
 */
export function parseAlertRoutes(
  input: string | object,
  options: { readonly file?: string } = {},
): readonly AlertRoute[] {
  const { document, faults } = openDocument(input, options);
  const read = check(DOCUMENT, document.value, [], faults);
  faults.throwIfAny(document);
  return (read?.alert_routes ?? []) as readonly AlertRoute[];
}
