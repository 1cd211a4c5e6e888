/** The pattern that an expression of Express 4 was made of. */

const END = "\\/?(?=\\/|$)";
/** A parameter, as a whole segment or behind something else in it. */
const PARAMETER = /\(\?:(\\\/|\\\.)?\((?:\[\^\/[^\]]*\]\+\?|\(\?:\(\?!\\\/\|[^)]*\)\.\)\+\?)\)\)/g;
/** What is special in an expression, once the parameters are taken out and the escapes undone. */
const SPECIAL = /[()[\]{}*+?|^$\\]/;
const ANY = "/*";

/**
 * `^\/t(?:\/([^/]+?))\/users\/?(?=\/|$)` with the key `tenant` is `/t/:tenant/users`. An expression that a user gave is
 * its own text. A wildcard, an optional part, an expression of one parameter, a list: a star.
 */
export function compiledPattern(
  { source, flags }: RegExp,
  keys: ReadonlyArray<{ readonly name?: string | number }>,
): string {
  if (!source.startsWith("^") || !source.endsWith(END)) return `/${source}/${flags}`;
  let place = 0;
  const named = source.slice(1, -END.length).replace(PARAMETER, (_all, before: string | undefined) => {
    const name = String(keys[place]?.name ?? "");
    place += 1;
    return `${before ?? ""}:${name}`;
  });
  const text = named.replace(/\\([^A-Za-z0-9])/g, "$1");
  return place === keys.length && !SPECIAL.test(text) ? text : ANY;
}
