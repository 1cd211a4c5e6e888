/** What is to be done when nobody can tell: somebody has to choose. */
import { invalid, show } from "../core/errors.ts";
import { choices } from "../core/nearest.ts";

import type { WhenUnknown } from "./model.ts";

/** The choice. @throws {@link ConfigurationError} that explains both if there is none */
export function readWhenUnknown(value: unknown): WhenUnknown {
  if (value === "open" || value === "closed") return value;
  const both = `write "closed" to hold releases back while nobody can tell whether they may go on, or "open" to let them through`;
  const fault =
    value === undefined ? "is missing, and there is no default" : `${show(value)}${choices(value, ["open", "closed"])}`;
  throw invalid("whenUnknown", `${fault}; ${both}`);
}
