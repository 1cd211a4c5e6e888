/** Texts with places to fill in: those of runbooks, of postmortems, and mustache as such, with values that mean harm. */
import { ConfigurationError, formatPath } from "../../../src/core/errors.ts";
import { escapeHtml, escapeXml } from "../../../src/core/escape.ts";
import type { Random } from "../../../src/core/random.ts";
import { parseTags, renderTemplate, tagsOf } from "../../../src/core/template.ts";
import { checkTemplates, POSTMORTEM_TEMPLATES } from "../../../src/postmortem/templates/templates.ts";
import { templateOf } from "../../../src/rules/go-template.ts";
import { fillArgument, fillCommand, fillHeaders, fillJson, fillText, fillUrl } from "../../../src/runbook/fill/fill.ts";
import type { FillResult } from "../../../src/runbook/place-values.ts";
import { shellTemplate } from "../../../src/runbook/shell/shell.ts";
import { hostileText } from "../../proofs/support/hostile-texts.ts";
import { brokenText } from "../../support/broken-text.ts";
import { drawn } from "../support/drawn.ts";
import { anyValue } from "../support/mutated.ts";
import type { FuzzTarget, Outcome } from "../types.ts";

const KINDS = ["text", "argument", "script", "url", "header", "json", "mustache", "postmortem", "go"] as const;

interface Template {
  readonly kind: (typeof KINDS)[number];
  readonly text: string;
  /** Labels of an alert, among what is filled in; for mustache the whole view. */
  readonly values: unknown;
}

const TAGS = [
  ...[
    "{{ labels.a }}",
    "{{labels.b}}",
    "{{{ labels.a }}}",
    "{{& labels.a }}",
    "{{ secrets.token }}",
    "{{ steps.s.output }}",
  ],
  ...[
    "{{ steps.s.json.items.0 }}",
    "{{ alert.name }}",
    "{{ labels.__proto__ }}",
    "{{ constructor.name }}",
    "{{ . }}",
    "{{}}",
  ],
  ...[
    "{{ labels.missing }}",
    "{{#a}}x{{/a}}",
    "{{^a}}y{{/a}}",
    "{{> part }}",
    "{{! no }}",
    "{{=<% %>=}}",
    "{{",
    "}}",
    "{{/a}}",
  ],
  ...[
    "{{ labels.a | upper }}",
    "{{ $labels.pod }}",
    '{{ $value | printf "%.2f" }}',
    "{{ $value | humanize }}",
    "{{ labels['a'] }}",
  ],
];
const SCRIPT = [
  ...[
    "echo ",
    '"',
    "'",
    "$(",
    ")",
    "`",
    "${x:-",
    "}",
    "\\",
    " | ",
    "\n",
    "; ",
    "# ",
    "<<EOF\n",
    "\nEOF\n",
    "<<'E'\n",
    "\nE\n",
  ],
  ...[
    "case x in a)",
    ";; esac",
    "$((",
    "))",
    "[[ ",
    " ]]",
    "=",
    "> ",
    "&& ",
    "kubectl get ",
    "$'",
    '$"',
    "-- ",
    "<<-T\n",
    "<(",
  ],
];
const URLS = [
  "https://a.example/",
  "http://",
  "?q=",
  "&",
  "#",
  "/",
  "..",
  ":80",
  "user:pw@",
  "[::1]",
  "%",
  "javascript:",
  "//",
];
const NAMES = Object.entries(POSTMORTEM_TEMPLATES.markdown.partials);

function drawText(kind: Template["kind"], random: Random): string {
  if (kind === "postmortem") {
    const [name, text] = random.pick(NAMES);
    const whole = random.next() < 0.3 ? POSTMORTEM_TEMPLATES.html.whole : text;
    const changed = random.next() < 0.1 ? whole : brokenText(whole, random);
    return `${name}\n${random.next() < 0.5 ? changed : changed.replace(/\w+(?=\}\})/, () => random.pick(["title", "zone", "x", "__proto__"]))}`;
  }
  const pieces = kind === "script" ? SCRIPT : kind === "url" ? URLS : ["a ", "\n", "x=", "-", " ", "<b>", "\\"];
  return Array.from({ length: random.integer(1, 8) }, () => {
    const which = random.next();
    if (which < 0.4) return random.pick(which < 0.32 ? TAGS.slice(0, 6) : TAGS);
    return which < 0.95 ? random.pick(pieces) : hostileText(random);
  }).join("");
}

function draw(random: Random): Template {
  const kind = random.pick(KINDS);
  const text = random.next() < 0.01 ? "{{#a}}".repeat(3_000) : drawText(kind, random);
  const words = { names: ["a"], values: ["x", 1, true, [1, [2]], { items: ["i"] }, { ready: "<b>" }] };
  const value = (): unknown => (random.next() < 0.7 ? hostileText(random) : anyValue(random, words));
  const isView = kind === "mustache";
  return {
    kind,
    text,
    values: isView ? { labels: { a: value() }, a: value(), b: value() } : { a: value(), b: value() },
  };
}

function valuesOf(labels: unknown): never {
  const texts = Object.entries(labels as object).map(([name, value]) => [
    name,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const step = { status: "succeeded", output: String(texts[0]?.[1]), stderr: "", exit_code: 0, json: labels };
  return {
    ...{
      labels: Object.fromEntries(texts),
      annotations: {},
      alert: { name: "Alert" },
      incident: { id: "", title: "", severity: "" },
    },
    ...{ run: { id: "RUN-0001", by: "ann" }, parameters: {}, secrets: { token: "s3cret-t0ken" }, steps: { s: step } },
  } as never;
}

function filledOf(filled: FillResult<unknown>, name: string): Outcome {
  if ("filled" in filled) return { taken: true };
  if (filled.refused.includes("s3cret-t0ken")) throw new Error(`a secret was told: ${filled.refused}`);
  return { refused: filled.refused, at: name };
}

function runKind({ kind, text, values }: Template): Outcome {
  const path = ["command"];
  switch (kind) {
    case "mustache": {
      for (const escape of [escapeHtml, escapeXml])
        renderTemplate(text, values, { escape, partials: { part: "{{a}}" } });
      return { taken: true };
    }
    case "postmortem": {
      const [name = "", ...lines] = text.split("\n");
      checkTemplates({ markdown: { partials: { [name]: lines.join("\n") } } });
      return { taken: true };
    }
    case "go": {
      const { text: written, isLiteral } = templateOf(text);
      if (isLiteral && !written.includes("{{")) throw new Error("nothing to be taken literally");
      return { taken: true };
    }
    case "script": {
      const command = shellTemplate(parseTags(text, path), path);
      return filledOf(fillCommand(command, valuesOf(values)), tagsOf(parseTags(text))[0]?.name ?? "script");
    }
    default: {
      const template = parseTags(text, path);
      const name = tagsOf(template)[0]?.name ?? kind;
      const all = valuesOf(values);
      if (kind === "text") return filledOf(fillText(template, all), name);
      if (kind === "argument") return filledOf(fillArgument(template, all), name);
      if (kind === "header") return filledOf(fillHeaders({ "x-a": template }, all), name);
      if (kind === "json") return filledOf(fillJson({ a: [template], b: values }, all), name);
      return filledOf(fillUrl(template, all), name);
    }
  }
}

export const target: FuzzTarget<Template> = {
  name: "templates",
  description: "templates of runbooks, postmortems and alerts, and what is filled in",
  inputs: drawn(draw),
  run(template) {
    try {
      return runKind(template);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const [issue] = error.issues;
      // A template by itself has no path where it was handed in without one.
      return { refused: issue?.message ?? "", at: `$${formatPath(issue?.path ?? [])}` };
    }
  },
};
