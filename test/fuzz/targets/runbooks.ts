/** Runbooks and checklists: what is read of them, and all that can be written of those that can be read. */
import { isDeepStrictEqual } from "node:util";
import { checklistMarkdown } from "../../../src/runbook/checklist/markdown.ts";
import { checklistProgress } from "../../../src/runbook/checklist/progress.ts";
import { readChecklist } from "../../../src/runbook/checklist/read.ts";
import { checklistOf } from "../../../src/runbook/checklist/checklist.ts";
import { parseRunbooks } from "../../../src/runbook/definition/document.ts";
import { runbookMarkdown } from "../../../src/runbook/markdown/markdown.ts";
import { rundeckJob } from "../../../src/runbook/rundeck/job.ts";
import { type DocumentInput, drawDocument, given, refusal, tried } from "../support/documents.ts";
import { drawn } from "../support/drawn.ts";
import { fences, sampleFiles } from "../support/samples.ts";
import type { FuzzTarget, Outcome } from "../types.ts";

interface RunbookInput {
  readonly document: DocumentInput;
  readonly kind: "runbook" | "checklist";
}

const [PEOPLE = "", ...OTHERS] = [
  ...sampleFiles("runbook", /\.yaml$/),
  ...fences("yaml").filter((text) => /^\s*steps:/m.test(text)),
];
const CHECKLIST = JSON.stringify(checklistOf(parseRunbooks(PEOPLE)[0] as never, { at: 0 }));
const WORDS = {
  names: [
    ...["runbook", "runbooks", "steps", "name", "title", "command", "shell", "timeout", "retries", "attempts", "delay"],
    ...["when", "all", "any", "not", "step", "status", "value", "one_of", "matches", "equals", "contains", "parallel"],
    ...[
      "http",
      "url",
      "method",
      "headers",
      "body",
      "json",
      "action",
      "arguments",
      "approval",
      "destructive",
      "rollback",
    ],
    ...[
      "continue_on_failure",
      "max_parallel",
      "escalation",
      "to",
      "after",
      "triggers",
      "alert",
      "severity",
      "env",
      "cwd",
    ],
    ...["mitigation", "communication", "idempotent", "secrets", "condition", "constructor", "__proto__", "", "items"],
  ],
  values: [
    ...[
      "kubectl get pods -l app={{ labels.app }}",
      "echo '{{ steps.a.output }}' \"$(x)\" `y`",
      ["sh", "-c", "{{ labels.a }}"],
    ],
    ...[
      "{{ secrets.token }}",
      "{{ labels.",
      "{{#a}}",
      "{{{ a }}}",
      "{{> p }}",
      "cat <<EOF\n{{ labels.a }}\nEOF\n",
      "a | b; c & d",
    ],
    ...[
      "(a+)+$",
      "[",
      "(?<=a)b",
      "^.*$",
      30,
      0,
      -1,
      "5m",
      "1 hour",
      "15-30 minutes",
      1e9,
      "30 years",
      true,
      false,
      "critical",
    ],
    ...[
      "https://a.example/{{ labels.pod }}?q={{ labels.q }}",
      "file:///etc/passwd",
      "javascript:alert(1)",
      "succeeded",
      "labels.x",
    ],
    ...[
      { value: "labels.a", equals: "b" },
      { all: [] },
      { not: { step: "a", status: "failed" } },
      { attempts: 3, delay: "1s" },
    ],
    ...["${x:-{{ labels.a }}}", "find . -exec {{ labels.a }} \\;", "\\", "'", "a\u0000b", "x".repeat(20_001)],
  ],
};

function runRunbook(document: DocumentInput): Outcome {
  let runbooks;
  try {
    runbooks = parseRunbooks(given(document));
  } catch (error) {
    return refusal(error, document);
  }
  for (const runbook of runbooks) {
    runbookMarkdown(runbook);
    const list = checklistOf(runbook, { at: 0 });
    checklistMarkdown(list);
    const again = readChecklist(JSON.stringify(list));
    if (!isDeepStrictEqual(again, list)) throw new Error("the checklist is read as another one");
    checklistProgress(again, 1);
    // Not everything can be said to Rundeck, but it is said what cannot.
    const job = tried({ value: runbook }, () => void rundeckJob(runbook));
    if ("refused" in job) return job;
  }
  return { taken: true };
}

export const target: FuzzTarget<RunbookInput> = {
  name: "runbooks",
  description: "runbooks and checklists that were kept",
  inputs: drawn((random) => {
    const kind = random.next() < 0.85 ? "runbook" : "checklist";
    const sample = kind === "checklist" ? CHECKLIST : random.pick([PEOPLE, ...OTHERS]);
    return { kind, document: drawDocument(sample, random, WORDS) };
  }),
  run({ document, kind }) {
    if (kind === "runbook") return runRunbook(document);
    return tried(document, () => {
      const list = readChecklist(given(document));
      checklistMarkdown(list);
      checklistProgress(list, 1);
    });
  },
};
