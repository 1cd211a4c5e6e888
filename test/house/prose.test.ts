import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { filesUnder, repositoryFiles } from "../support/files.ts";
import { ROOT } from "../support/spawn.ts";

// Written in halves, so that this file does not find itself.
const joined = (halves: string): string => halves.replace("|", "");
/** Folders of one developer's machine; a route such as `/users/:id` is none. */
const MACHINE = ["/wo|rk/", "/tmp/ba|sh_jobs", "/ro|ot/", "/Use|rs/", "/home/[a-z]|[a-z0-9_-]*/", "C:|\\\\Users"];
/** How a text came to be is no part of it. */
const ORIGIN = [
  ...["\\bcla|ude\\b", "\\bchat|gpt\\b", "\\bcopi|lot\\b", "\\banth|ropic\\b", "\\blanguage mo|del"],
  ...["\\bAI age|nt", "\\bsub-?age|nt", "\\bLL|Ms?\\b", "\\bFACT|S\\.md\\b", "\\bDESI|GN\\.md\\b", "\\bTO|DO:"],
];
const DENIED: readonly RegExp[] = [
  ...MACHINE.map((halves) => new RegExp(`(?<![\\w.-])${joined(halves)}`)),
  ...ORIGIN.map((halves) => new RegExp(joined(halves), "i")),
];

// A home folder may be named where it is data: other people's recorded files, and hashes that look like anything.
const EXEMPT = [/^package-lock\.json$/, /^test\/data\//];

function deniedIn(text: string): string[] {
  return text.split("\n").flatMap((line, index) =>
    DENIED.flatMap((pattern) => {
      const match = pattern.exec(line);
      return match === null ? [] : [`${index + 1}: ${match[0]}`];
    }),
  );
}

function lineCount(path: string): number {
  return readFileSync(join(ROOT, path), "utf8").split("\n").length - 1;
}

/** What is wrong with the sizes: half of the files have to be under 120 lines, and nine in ten under 300. */
function sizeProblems(sizes: ReadonlyMap<string, number>): string[] {
  return [
    { limit: 120, share: 0.5 },
    { limit: 300, share: 0.9 },
  ].flatMap(({ limit, share }) => {
    const large = [...sizes].filter(([, lines]) => lines >= limit);
    if (sizes.size - large.length >= share * sizes.size) return [];
    const names = large.sort((a, b) => b[1] - a[1]).map(([path, lines]) => `${path} (${lines})`);
    return [`only ${sizes.size - large.length} of ${sizes.size} files are under ${limit} lines: ${names.join(", ")}`];
  });
}

test("no file names a developer's machine, or how it was written", () => {
  const files = repositoryFiles().filter((path) => !EXEMPT.some((pattern) => pattern.test(path)));
  expect(files.length, "git lists no files: nothing was checked").toBeGreaterThan(0);
  const found = files.flatMap((path) => {
    const bytes = readFileSync(join(ROOT, path));
    // A zero byte tells a picture from a text.
    return bytes.includes(0) ? [] : deniedIn(bytes.toString("utf8")).map((place) => `${path}:${place}`);
  });
  expect(found).toEqual([]);
});

test("a file has one idea: half of src is under 120 lines a file, nine in ten under 300", () => {
  const sizes = new Map(filesUnder("src", ".ts").map((path) => [path, lineCount(path)]));
  expect(sizes.size, "src has no files: nothing was checked").toBeGreaterThan(0);
  expect(sizeProblems(sizes)).toEqual([]);
});

test("the checks find what they look for", () => {
  const halves = ["see /wo", "rk/main/a.ts\nfine\nby an AI age", "nt at /Use", "rs/ann/b"];
  expect(deniedIn(halves.join(""))).toHaveLength(3);
  expect(
    deniedIn("User-Agent: curl\na user's session at https://example.com/workload and ./home/x of /users/7"),
  ).toEqual([]);

  const sizes = (...lines: number[]) => new Map(lines.map((count, index) => [`src/${index}.ts`, count]));
  expect(sizeProblems(sizes(119, 500))).toEqual([expect.stringMatching(/^only 1 of 2 files are under 300 lines/)]);
  expect(sizeProblems(sizes(119, 120, 120))).toEqual([expect.stringContaining("src/1.ts (120), src/2.ts (120)")]);
  expect(sizeProblems(sizes(119, 119, 120, 299))).toEqual([]);
});
