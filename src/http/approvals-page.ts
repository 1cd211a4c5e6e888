/** The page on which somebody says yes or no: no script, so that nothing on it can answer by itself. */
import { escapeHtml } from "../core/escape.ts";

/** An approval that somebody is asked for. */
export interface WaitingApproval {
  /** Such as `RUN-0001`. */
  readonly run: string;
  readonly step: string;
  readonly runbook: string;
  readonly alert: string;
  readonly incident: string | undefined;
  /** Who had the runbook run. */
  readonly by: string;
  /** What is asked. */
  readonly message: string;
  /** Until when an answer is waited for, in epoch milliseconds; then it is no. */
  readonly expiresAt: number;
}

/** What the page says. */
export type ApprovalPage =
  | {
      readonly kind: "waiting";
      /** Who looks. */
      readonly by: string;
      readonly waiting: readonly WaitingApproval[];
      /** Whether one run was asked about. */
      readonly one: boolean;
    }
  | {
      readonly kind: "answered";
      readonly run: string;
      readonly step: string;
      readonly approved: boolean;
      readonly by: string;
    }
  | { readonly kind: "refused"; readonly error: string };

const STYLE = `:root { color-scheme: light dark; }
body { margin: 2rem auto; max-width: 42rem; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
section { border: 1px solid #8888; border-radius: .5rem; padding: 1rem; margin: 1rem 0; }
form { display: inline-block; margin-right: .5rem; }
button { font: inherit; padding: .5rem 1.25rem; }
.asks { white-space: pre-wrap; font-weight: 600; }`;

/** The page, as HTML. */
export function approvalPage(page: ApprovalPage): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Approvals</title><style>${STYLE}</style></head>
<body><main><h1>Approvals</h1>
${mainOf(page)}
</main></body></html>
`;
}

function mainOf(page: ApprovalPage): string {
  switch (page.kind) {
    case "refused":
      return paragraph(`${page.error}.`);
    case "answered": {
      const { run, step, approved, by } = page;
      return paragraph(`${by} has ${approved ? "approved" : "refused"} step ${step} of ${run}.`);
    }
    case "waiting": {
      const { by, waiting, one } = page;
      if (waiting.length === 0) return paragraph(one ? "It does not wait for an answer any more." : "Nothing waits.");
      return [paragraph(`You are ${by}.`), ...waiting.map(sectionOf)].join("\n");
    }
  }
}

function sectionOf(approval: WaitingApproval): string {
  const { run, step, runbook, alert, incident, by, message, expiresAt } = approval;
  const until = `${new Date(expiresAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const about = incident === undefined ? "" : `, incident ${incident}`;
  return `<section>
<p class="asks">${escapeHtml(message)}</p>
${paragraph(`Step ${step} of ${runbook} (${run}), for ${alert}${about}, had run by ${by}. Without an answer by ${until} it is no.`)}
${button(approval, "yes", "Approve")}${button(approval, "no", "Refuse")}
</section>`;
}

/** As plain text, since that is a body which every host takes, though there is none. */
function button({ run, step }: WaitingApproval, answer: "yes" | "no", label: string): string {
  const query = new URLSearchParams({ run, step, answer }).toString();
  const action = escapeHtml(`?${query}`);
  return `<form method="post" enctype="text/plain" action="${action}"><button>${label}</button></form>`;
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}
