/** Label selectors as Kubernetes reads them: equality, sets, presence; one that is wrong is told in its words. */

type Labels = Readonly<Record<string, string>>;
type Test = (labels: Labels) => boolean;

/** Whether the selector fits; throws an `Error` with the words of the API server for one that is wrong. */
export function labelSelector(text: string): Test {
  const tokens = tokensOf(text);
  let place = 0;
  const next = (): string => tokens[place] ?? "";
  const take = (): string => tokens[place++] ?? "";
  const tests: Test[] = [];
  if (next() === "") return () => true;
  if (!isKey(next()) && next() !== "!")
    throw new Error(`found '${next()}', expected: !, identifier, or 'end of string'`);
  for (;;) {
    tests.push(requirement(next, take));
    const after = take();
    if (after === "") return (labels) => tests.every((test) => test(labels));
    if (after !== ",") throw new Error(`found '${after}', expected: ',' or 'end of string'`);
    if (!isKey(next()) && next() !== "!") throw new Error(`found '${next()}', expected: identifier after ','`);
  }
}

function requirement(next: () => string, take: () => string): Test {
  if (next() === "!") {
    take();
    const absent = keyOf(take());
    return (labels) => !Object.hasOwn(labels, absent);
  }
  const key = keyOf(take());
  if (next() === "" || next() === ",") return (labels) => Object.hasOwn(labels, key);
  const operator = take();
  const has = (labels: Labels, values: readonly string[]): boolean =>
    Object.hasOwn(labels, key) && values.includes(labels[key] as string);
  switch (operator) {
    case "=":
    case "==": {
      const value = isKey(next()) ? take() : "";
      return (labels) => has(labels, [value]);
    }
    case "!=": {
      const value = isKey(next()) ? take() : "";
      return (labels) => !has(labels, [value]);
    }
    case "in":
    case "notin": {
      const values = listOf(take);
      return (labels) => has(labels, values) === (operator === "in");
    }
    default:
      throw new Error(`unable to parse requirement: found '${operator}', expected: in, notin, =, ==, !=, gt, lt`);
  }
}

function listOf(take: () => string): readonly string[] {
  const open = take();
  if (open !== "(") throw new Error(`unable to parse requirement: found '${open}', expected: '('`);
  const values: string[] = [];
  for (;;) {
    const value = take();
    if (!isKey(value))
      throw new Error(`unable to parse requirement: found '${value}', expected: ',', ')' or identifier`);
    values.push(value);
    const after = take();
    if (after === ")") return values;
    if (after !== ",") throw new Error(`unable to parse requirement: found '${after}', expected: ',', or ')'`);
  }
}

function tokensOf(text: string): readonly string[] {
  return text.match(/==|!=|[=!(),<>]|[^\s=!(),<>]+/g) ?? [];
}

function isKey(token: string): boolean {
  return /^[^\s=!(),<>]+$/.test(token);
}

function keyOf(token: string): string {
  if (isKey(token)) return token;
  throw new Error(`unable to parse requirement: found '${token}', expected: identifier`);
}
