/** JSON as an API server of Kubernetes 1.20 writes it: on one line, or with the odd indents of its library for those who ask by hand. */

/** One line, as programs get it. */
export function compactJson(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}

/** Indented, as curl gets it: an empty mapping has a line of its own, and what manages a field is written as it was kept. */
export function prettyJson(value: unknown, indent = "", key = ""): string {
  if (typeof value !== "object" || value === null || key === "fieldsV1") return JSON.stringify(value);
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((item) => prettyJson(item, inner))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${prettyJson(item, inner, name)}`);
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}
