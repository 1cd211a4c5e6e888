/** Which view the address asks for: pure. */

export type Route =
  | { readonly view: "overview" }
  | { readonly view: "service"; readonly name: string }
  | { readonly view: "slo"; readonly id: string };

/** `#/slo/shop%2Flatency`; whatever is no view is the overview. */
export function routeOf(hash: string): Route {
  const [, view, encoded = ""] = /^#\/(slo|service)\/(.+)$/.exec(hash) ?? [];
  const name = decoded(encoded);
  if (view === "slo") return { view, id: name };
  return view === "service" ? { view, name } : { view: "overview" };
}

export const OVERVIEW: string = "#/";

export function sloHash(id: string): string {
  return `#/slo/${encoded(id)}`;
}

export function serviceHash(name: string): string {
  return `#/service/${encoded(name)}`;
}

/** Half of a pair of surrogates has no encoding. */
function encoded(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));
}

/** A broken escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
