/** The figures that the commands found: each writes its own into a ledger, of which docs/quality.md is made. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const ledgerFile = join(root, "test", "quality", "figures.json");
const pageFile = join(root, "docs", "quality.md");

/** In this order on the page. */
const SECTIONS = {
  tests: "Every commit",
  fuzz: "Hostile inputs",
  mutation: "Mutation testing",
  nodes: "Node versions",
  proofs: "Proofs",
  benches: "Speed against peers",
  supply: "Supply chain",
};

/** @returns {Record<string, { section: string, claim: string, command: string, day: string, node: string, seconds: number, holds: boolean, figures: Record<string, number | string> }>} */
export function readLedger() {
  return JSON.parse(readFileSync(ledgerFile, "utf8"));
}

/** Keeps what a command found, under its name, and writes the page anew; an earlier result of that name is replaced. */
export function record({ name, section, claim, command, seconds, holds, figures }) {
  if (!(section in SECTIONS))
    throw new Error(`no section "${section}"; there are: ${Object.keys(SECTIONS).join(", ")}`);
  const day = new Date().toISOString().slice(0, 10);
  const entry = {
    section,
    claim,
    command,
    day,
    node: process.versions.node,
    seconds: Math.round(seconds),
    holds,
    figures,
  };
  const ledger = { ...readLedger(), [name]: entry };
  const sorted = Object.fromEntries(Object.entries(ledger).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileSync(ledgerFile, `${JSON.stringify(sorted, null, 2)}\n`);
  writeFileSync(pageFile, renderQuality(sorted));
}

const cell = (text) => String(text).replaceAll("|", "\\|").replaceAll("\n", " ");
/** `worstMs` reads as "worst ms". */
const words = (key) => key.replace(/(?<=[a-z0-9])(?=[A-Z])/g, " ").toLowerCase();
const shown = (value) =>
  typeof value === "number" && Number.isInteger(value) ? value.toLocaleString("en-US") : String(value);

/** The page, from a ledger. */
export function renderQuality(ledger) {
  const lines = [
    "# Quality",
    "",
    "What was measured, by which command, on which day. Each command below writes its own lines here when it is given",
    "`--record`; nobody edits this page by hand, and a test compares it with the ledger in test/quality/figures.json.",
    "What the library promises, and which of these shows it, is in [promises.md](promises.md).",
    "The figures are of one machine with two noisy cores: ratios and counts travel, milliseconds do not.",
  ];
  for (const [section, title] of Object.entries(SECTIONS)) {
    const entries = Object.entries(ledger).filter(([, entry]) => entry.section === section);
    if (entries.length === 0) continue;
    lines.push("", `## ${title}`);
    for (const [name, { claim, command, day, node, seconds, holds, figures }] of entries) {
      lines.push("", `### ${name}`, "", claim, "");
      lines.push(
        `\`${command}\` on ${day}, Node ${node}, ${shown(seconds)} s: ${holds ? "holds" : "**does not hold**"}.`,
        "",
      );
      lines.push("| figure | result |", "| --- | --- |");
      for (const [key, value] of Object.entries(figures)) lines.push(`| ${cell(words(key))} | ${cell(shown(value))} |`);
    }
  }
  return `${lines.join("\n")}\n`;
}
