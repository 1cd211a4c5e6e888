/** What a check has found, for people and for programs. */
import { plain } from "../core/figures.ts";
import type { OtherKind } from "../slo/other-kinds.ts";

import type { CheckedFiles } from "./checked.ts";
import { faultLine, faultShape } from "./faults.ts";
import type { WithRules } from "./generated.ts";
import type { Io } from "./io.ts";
import { writeJson } from "./json.ts";
import type { OtherDocument } from "./other-documents.ts";
import { painter } from "./paint.ts";
import type { FoundSlo } from "./recorded.ts";
import { type Remark, remarkLine } from "./remarks.ts";
import type { Call } from "./spec.ts";
import { type Cell, tableLines } from "./table.ts";

const COUNTED: Readonly<Record<OtherKind, readonly [one: string, many: string]>> = {
  runbooks: ["runbook", "runbooks"],
  "on-call": ["schedule or escalation policy", "schedules and escalation policies"],
  "alert routes": ["alert route", "alert routes"],
  "maturity answers": ["answer about maturity", "answers about maturity"],
};

/** What was found out. */
export interface Checked extends CheckedFiles {
  readonly remarks: readonly Remark[];
  /** Undefined where no Prometheus was asked. */
  readonly found: readonly FoundSlo[] | undefined;
}

/** Faults first, one a line, as editors and other programs find them. */
export async function tellChecked(
  call: Call,
  { read, policies, others, faults, remarks, found }: Checked,
): Promise<void> {
  const paint = painter(call, "stdout");
  const alone = policies.filter(({ file }) => !read.some(({ document }) => document.file === file));
  const lines = [
    ...faults.map((fault) => paint("red", faultLine(fault))),
    ...read.map((one) => paint(undefined, summaryOf(one))),
    ...alone.map(({ file, policies: own }) => paint(undefined, `${file}: ${counted(own.policies.size, "policy")}`)),
    ...others.map((one) => paint(undefined, otherSummaryOf(one))),
    ...(remarks.length === 0 ? [] : [paint("bold", "Remarks:")]),
    ...remarks.map((remark) => `  ${paint("yellow", remarkLine(remark))}`),
  ];
  if (found !== undefined) {
    const rows = found.map(({ slo, data, total, rules }): readonly Cell[] => [
      { text: slo },
      { text: dataText(data, total), colour: data === "none" || data === "unknown" ? "yellow" : "green" },
      { text: rules, colour: rules === "recorded" ? "green" : "yellow" },
    ]);
    const columns = [{ title: "SLO" }, { title: "DATA OF THE LAST HOUR" }, { title: "RULES" }];
    const table = tableLines(columns, rows, { paint, indent: "  " });
    lines.push(paint("bold", "Prometheus:"), table.head, ...table.lines);
  }
  const end = `${counted(faults.length, "fault")}, ${counted(remarks.length, "remark")}`;
  lines.push(paint(faults.length > 0 ? "red" : remarks.length > 0 ? "yellow" : "green", end));
  await call.io.stdout.write(`${lines.join("\n")}\n`);
}

function summaryOf({ document, rules }: WithRules): string {
  const { file, format, slos, policies, beside } = document;
  const parts = [
    `${counted(slos.slos.length, "SLO")} of ${counted(slos.services.length, "service")}`,
    ...(policies === undefined ? [] : [counted(policies.policies.size, "policy")]),
    ...(beside.composites.length === 0 ? [] : [counted(beside.composites.length, "composite")]),
    ...(beside.exclusions.length === 0 ? [] : [counted(beside.exclusions.length, "exclusion")]),
    counted(ruleCount(rules), "rule"),
  ];
  return `${file}: ${format === "nines" ? "" : `${format}: `}${parts.join(", ")}`;
}

/** `runbooks.yaml: 2 runbooks`. */
function otherSummaryOf({ file, kind, names }: OtherDocument): string {
  const [one, many] = COUNTED[kind];
  return `${file}: ${plain(names.length, 0)} ${names.length === 1 ? one : many}`;
}

function ruleCount({ groups }: WithRules["rules"]): number {
  return groups.reduce((count, { rules }) => count + rules.length, 0);
}

function counted(count: number, what: string): string {
  const many = what.endsWith("y") ? `${what.slice(0, -1)}ies` : `${what}s`;
  return `${plain(count, 0)} ${count === 1 ? what : many}`;
}

function dataText(data: FoundSlo["data"], total: number | undefined): string {
  return data === "events" && total !== undefined ? `${plain(total, 0)} events` : data;
}

/** The same as one object. */
export async function tellCheckedJson(
  io: Io,
  { read, policies, others, faults, remarks, found }: Checked,
  code: number,
): Promise<void> {
  await writeJson(io.stdout, {
    command: "check",
    exitCode: code,
    files: read.map(({ document: { file, format, slos, beside }, rules }) => ({
      file,
      format,
      services: slos.services,
      slos: slos.slos.map(({ id }) => id),
      composites: beside.composites.map(({ id }) => id),
      exclusions: beside.exclusions.length,
      rules: ruleCount(rules),
    })),
    policies: policies.map(({ file, policies: own }) => ({ file, names: [...own.policies.keys()] })),
    others,
    faults: faults.map(faultShape),
    remarks,
    prometheus: found,
  });
}
