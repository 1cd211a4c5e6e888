import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const QUIET = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Opens a file of `folder` in a browser of its own; what that says, such as the page with `--dump-dom`. */
export function browseFile(chromium: string, folder: string, file: string, flags: readonly string[]): string {
  const profile = mkdtempSync(join(folder, "profile-"));
  return execFileSync(chromium, [...QUIET, `--user-data-dir=${profile}`, ...flags, `file://${join(folder, file)}`], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    maxBuffer: 64 * 1024 * 1024,
  });
}

const LOOK = `
  const found = [];
  for (const svg of document.querySelectorAll("svg")) {
    const whole = svg.getBoundingClientRect();
    const boxes = [...svg.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
    boxes.forEach(([name, a], index) => {
      if (a.left < whole.left || a.right > whole.right || a.top < whole.top || a.bottom > whole.bottom) found.push(svg.textContent.slice(0, 20) + ": " + name + " is outside");
      for (const [other, b] of boxes.slice(index + 1)) {
        if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 3 && b.top < a.bottom - 3) found.push(svg.textContent.slice(0, 20) + ": " + name + " on " + other);
      }
    });
    found.push("looked at " + boxes.length);
  }
  document.querySelector("pre").textContent = found.join("\\n");`;

/** Words of the pictures that lie on others, or outside of their picture, as the browser measures them. */
export function misplacedWords(chromium: string, folder: string, pictures: readonly string[]): readonly string[] {
  writeFileSync(
    join(folder, "words.html"),
    `<!doctype html><meta charset="utf-8"><body>${pictures.join("")}<pre></pre><script>${LOOK}</script>`,
  );
  const page = browseFile(chromium, folder, "words.html", ["--dump-dom"]);
  const told = /<pre>([\s\S]*?)<\/pre>/.exec(page)?.[1]?.split("\n") ?? [];
  const looks = told.filter((line) => line.startsWith("looked at"));
  if (looks.length !== pictures.length)
    throw new Error(`the browser looked at ${looks.length} of ${pictures.length} pictures`);
  return told.filter((line) => !line.startsWith("looked at"));
}
