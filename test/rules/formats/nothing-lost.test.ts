import { describe, expect, test } from "vitest";
import { ConfigurationError, type ConfigurationIssue } from "../../../src/core/errors.ts";
import { importSlos } from "../../../src/rules/formats/import.ts";
import { writeOpenSlo } from "../../../src/rules/formats/write-openslo.ts";
import { parseSloDocument } from "../../../src/slo/document.ts";
import { plain, sample } from "./samples.ts";

type Path = ReadonlyArray<string | number>;

interface Outcome {
  readonly document?: string;
  readonly unsupported: readonly ConfigurationIssue[];
  readonly faults: readonly ConfigurationIssue[];
}

function outcomeOf(input: object): Outcome {
  try {
    const { document, unsupported } = importSlos(input);
    return { document: JSON.stringify(document), unsupported, faults: [] };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { unsupported: [], faults: error.issues };
  }
}

/** Paths of all leaves, and of all mappings. */
function pathsIn(value: unknown, path: Path = []): { leaves: Path[]; mappings: Path[] } {
  if (typeof value !== "object" || value === null) return { leaves: [path], mappings: [] };
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  const inner = entries.map(([key, item]) => pathsIn(item, [...path, key]));
  return {
    leaves: inner.flatMap(({ leaves }) => leaves),
    mappings: [...(Array.isArray(value) ? [] : [path]), ...inner.flatMap(({ mappings }) => mappings)],
  };
}

function changed(input: unknown, [step, ...rest]: Path, change: (value: unknown) => unknown): unknown {
  if (step === undefined) return change(input);
  const copy = (Array.isArray(input) ? [...(input as unknown[])] : { ...(input as object) }) as Record<string, unknown>;
  copy[step] = changed(copy[step], rest, change);
  return copy;
}

/** Other values of the same type. */
function others(value: unknown): unknown[] {
  if (typeof value === "boolean") return [!value];
  if (typeof value === "number") return [value + 1, value / 2];
  return [`${String(value)}x`, "other", ""];
}

function covers(issue: ConfigurationIssue, path: Path): boolean {
  return issue.path.length > 0 && issue.path.every((step, index) => path[index] === step);
}

/** A name that others refer to: they are told of. */
function isReferredTo(path: Path): boolean {
  return path.slice(1).join(".") === "metadata.name";
}

function isNear(issue: ConfigurationIssue, path: Path): boolean {
  const shared = issue.path.findIndex((step, index) => path[index] !== step);
  return covers(issue, path) || (shared === -1 ? issue.path.length : shared) >= path.length - 1;
}

const OWN = writeOpenSlo(parseSloDocument(sample("nines/all-fields.yaml")));

const SAMPLES: ReadonlyArray<readonly [string, string]> = [
  ...[
    ...["sloth/getting-started.yml", "sloth/k8s-home-wifi.yml", "sloth/raw-home-wifi.yml", "sloth/no-alerts.yml"],
    ...["sloth/slo-plugin-getting-started.yml", "sloth/multifile.yml"],
    ...["openslo-v1/shop.yaml", "pyrra/shop.yaml"],
    ...["openslo-v1alpha/openslo-kubernetes-apiserver.yml", "openslo-v1alpha/valid-slos-ratio.yaml"],
    "openslo-v1alpha/valid-slos-threshold.yaml",
  ].map((path) => [path, sample(path)] as const),
  ["what nines writes", OWN],
];

describe.each(SAMPLES)("%s", (_, text) => {
  const input = plain(text);
  const before = outcomeOf(input);
  const { leaves, mappings } = pathsIn(input);

  test("is read", () => {
    expect(before.faults).toEqual([]);
    expect(before.document).toBeDefined();
  });

  test("a key that nobody knows is told of, or kept, wherever it stands", () => {
    const lost = mappings.filter((path) => {
      const after = outcomeOf(changed(input, path, (value) => ({ ...(value as object), unheard_of: "x" })) as object);
      const at = [...path, "unheard_of"];
      const isKept = after.document !== undefined && after.document !== before.document;
      return !isKept && ![...after.unsupported, ...after.faults].some((issue) => covers(issue, at));
    });
    expect(lost).toEqual([]);
  });

  test("no value changes without a change of the document, or a word about it", () => {
    const lost = leaves.flatMap((path) => {
      let value: unknown;
      changed(input, path, (found) => (value = found));
      return others(value)
        .filter((other) => other !== value)
        .filter((other) => {
          const after = outcomeOf(changed(input, path, () => other) as object);
          if (after.faults.length > 0) {
            const isTold = (issue: ConfigurationIssue): boolean => isNear(issue, path) || issue.path.length === 0;
            return !isReferredTo(path) && !after.faults.some(isTold);
          }
          if (after.document !== before.document) return false;
          if (JSON.stringify(after.unsupported) !== JSON.stringify(before.unsupported)) return false;
          return !after.unsupported.some((issue) => covers(issue, path));
        })
        .map((other) => `${path.join(".")} = ${JSON.stringify(other)}`);
    });
    expect(lost).toEqual([]);
  });
});
