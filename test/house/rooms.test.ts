import { build } from "esbuild";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageEntries, requireBuild } from "../support/package.ts";
import { ROOT } from "../support/spawn.ts";
import { FACES } from "./import-rules.ts";

/** prom-client asks Node for its figures, so what measures a process runs in Node. */
const NEED_NODE = ["signals"];
const rooms = FACES.map((face) => face.split("/")[1] as string);

test("every room has a face, and every face is an entry of the package", () => {
  expect(FACES.filter((face) => !existsSync(join(ROOT, face)))).toEqual([]);
  const entries = packageEntries().map(({ specifier }) => specifier);
  expect(rooms.filter((room) => !entries.includes(`nines/${room}`))).toEqual([]);
});

test("the page of a room names its entry", () => {
  const pages = rooms.map((room) => [room, readFileSync(join(ROOT, "docs", `${room}.md`), "utf8")] as const);
  expect(pages.filter(([room, page]) => !page.includes(`nines/${room}`)).map(([room]) => room)).toEqual([]);
});

describe("a room is bundled for where there is no Node", () => {
  test.each(rooms.filter((room) => !NEED_NODE.includes(room)))("nines/%s", async (room) => {
    requireBuild();
    const result = await bundle(room);
    expect(result.errors.map(({ text }) => text)).toEqual([]);
    expect(result.metafile.inputs).not.toEqual({});
  });

  test.each(NEED_NODE)("but not nines/%s, and the bundler says why", async (room) => {
    await expect(bundle(room)).rejects.toThrow(/Could not resolve "(?:node:)?(?:cluster|v8|perf_hooks|fs|util)"/);
  });

  test("and without the words of the sixty languages that zod speaks", async () => {
    const { metafile } = await bundle("budget");
    const bytes = Object.entries(metafile.outputs["out.js"]?.inputs ?? {});
    expect(bytes.length).toBeGreaterThan(20);
    const languages = bytes.filter(([path, { bytesInOutput }]) => /zod.*locales/.test(path) && bytesInOutput > 0);
    expect(languages.map(([path]) => path).filter((path) => !path.endsWith("/en.js"))).toEqual([]);
  });
});

function bundle(room: string) {
  return build({
    entryPoints: [join(ROOT, "dist", room, "index.js")],
    bundle: true,
    platform: "browser",
    format: "esm",
    metafile: true,
    write: false,
    minify: true,
    outfile: "out.js",
    logLevel: "silent",
    absWorkingDir: ROOT,
  });
}
