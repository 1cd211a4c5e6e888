/** Documents that are made to hurt. */
const ROOT = "service_level_objectives";
const SLO = "{ target: 99.9%, measurement_window: 30d }";

const many = (count: number, item: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => item(index)).join("");

function billionLaughs(): string {
  const levels = Array.from(
    { length: 30 },
    (_, level) =>
      `    l${level}: &l${level} [${
        level === 0
          ? "x"
          : Array(10)
              .fill(`*l${level - 1}`)
              .join(", ")
      }]\n`,
  );
  return `${ROOT}:\n  a:\n${levels.join("")}`;
}

function nestedObject(depth: number): object {
  let value: object = {};
  for (let level = 0; level < depth; level += 1) value = { a: value };
  return value;
}

/** By name; each is made when it is its turn, for some are large. */
export const HOSTILE: Readonly<Record<string, () => string | object>> = {
  "alias bomb": billionLaughs,
  "alias chain": () => `${ROOT}:\n  a0: &a0 [x]\n${many(20_000, (i) => `  a${i + 1}: &a${i + 1} [*a${i}]\n`)}`,
  "many aliases of a large value": () =>
    `${ROOT}:\n  a: &a [${many(1_000, () => "x, ")}x]\n  b: [${many(100_000, () => "*a, ")}*a]\n`,
  "brackets, 2,000 deep": () => "[".repeat(2_000),
  "brackets, 2,000 deep and closed": () => `${ROOT}: ${"[".repeat(2_000)}${"]".repeat(2_000)}`,
  "brackets, 100,000 deep": () => "[".repeat(100_000),
  "braces, 100,000 deep": () => "{a: ".repeat(100_000),
  "blocks, 2,000 deep": () => many(2_000, (i) => `${" ".repeat(i)}a:\n`),
  "list marks, 100,000 on a line": () => "- ".repeat(100_000),
  "question marks, 100,000 on a line": () => "? ".repeat(100_000),
  "anchors and tags, 50,000 on a line": () => "&a !!str ".repeat(50_000),
  "10 MB": () => `${ROOT}:\n${"# padding padding padding padding\n".repeat(310_000)}`,
  "an 8 MB scalar": () => `${ROOT}:\n  a: "${"x".repeat(8_000_000)}"\n`,
  "an 8 MB line of spaces": () => `${ROOT}:${" ".repeat(8_000_000)}`,
  "an 8 MB key": () => `${"k".repeat(8_000_000)}: 1`,
  "4,000,000 empty items": () => `[${"a,".repeat(4_000_000)}]`,
  "900,000 pairs without a word": () => `[${":,".repeat(450_000)}]`,
  "100,000 unknown keys": () => many(100_000, (i) => `key_${i}: 1\n`),
  "100,000 services": () => `${ROOT}:\n${many(100_000, (i) => `  service_${i}: { availability: ${SLO} }\n`)}`,
  "100,000 wrong services": () => `${ROOT}:\n${many(100_000, (i) => `  service_${i}: ~\n`)}`,
  "100,000 equal keys": () => `${ROOT}:\n${many(100_000, () => `  a: { availability: ${SLO} }\n`)}`,
  "100,000 unknown tags": () => `[${many(100_000, () => "!foo x, ")}x]`,
  "1,000 unknown zones": () =>
    `${ROOT}:\n  a:\n${many(1_000, (i) => `    s${i}: { kind: availability, target: 99%, measurement_window: { calendar: day, time_zone: Mars/Base${i} } }\n`)}`,
  "1,000 odd windows": () =>
    `${ROOT}:\n  a:\n${many(1_000, (i) => `    s${i}: { kind: throughput, target: 1, measurement_window: ${2_147_483_647 - i}ms }\n`)}`,
  "100,000 documents": () => "--- a\n".repeat(100_000),
  "a multi-line scalar of 500,000 lines": () => `a: "${"x\n ".repeat(500_000)}"`,
  "prototype keys": () =>
    `__proto__: { polluted: true }\n${ROOT}: { constructor: { prototype: { polluted: true } } }\n`,
  "an own __proto__ in an object": () =>
    JSON.parse(`{"__proto__": {"polluted": true}, "${ROOT}": {"__proto__": {"polluted": true}}}`) as object,
  "an object, 1,000,000 deep": () => nestedObject(1_000_000),
  "an object of 2,000,000 items": () => ({ [ROOT]: Array(2_000_000).fill(1) }),
};
