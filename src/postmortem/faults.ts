/** What is still missing, in words. */
import type { ConfigurationIssue } from "../core/errors.ts";

import { actionItemFaults } from "./action-items.ts";
import type { Postmortem } from "./model.ts";
import { isWritten, SECTIONS } from "./sections.ts";

/** What {@link missingSections} looks at. */
export type PostmortemContent = Pick<Postmortem, "sections" | "drafts" | "impact" | "actionItems" | "authors">;

/**
 * What people must still write, as sentences; none if it can be reviewed. A draft by the machine is not enough, but for a
 * root cause, which somebody has told the incident.
 */
export function missingSections(postmortem: PostmortemContent): readonly string[] {
  return missing(postmortem).map(({ message }) => message);
}

function missing({ sections, drafts, impact, actionItems, authors }: PostmortemContent): readonly ConfigurationIssue[] {
  const issues: ConfigurationIssue[] = [];
  const add = (name: string, message: string): void => {
    issues.push({ path: ["sections", name], message });
  };
  if (authors.length === 0)
    issues.push({ path: ["authors"], message: "Authors: nobody is named as having written it" });
  for (const { name, title, hint, isRequired } of SECTIONS) {
    if (!isRequired || isWritten(sections[name])) continue;
    if (name === "rootCause" && isWritten(drafts.rootCause)) continue;
    add(name, `${title}: write ${hint}`);
  }
  if (impact.usersAffected === undefined && !isWritten(sections.impact)) {
    add("impact", "Impact: say how many users were affected, or what they saw");
  }
  if (actionItems.length === 0 && !isWritten(sections.actionItems)) {
    add("actionItems", "Action items: write what is to be done, or why nothing is");
  }
  return issues;
}

/**
 * Everything that keeps a postmortem from being reviewed: missing sections, an incident that is not over, action items that
 * are not specific, owned and dated.
 */
export function postmortemFaults(postmortem: Postmortem): readonly ConfigurationIssue[] {
  const { incident, actionItems } = postmortem;
  const issues = [...missing(postmortem)];
  if (incident.status !== "resolved") {
    issues.push({ path: ["incident"], message: `${incident.id} is ${incident.status}; it must be resolved first` });
  }
  for (const item of actionItems) {
    if (item.status !== "open") continue;
    for (const fault of actionItemFaults(item)) issues.push({ path: ["actionItems", item.id], message: fault });
  }
  return issues;
}

/** Those that are not done yet; they keep a postmortem from being closed. */
export function openItemFaults({ actionItems }: Pick<Postmortem, "actionItems">): readonly ConfigurationIssue[] {
  return actionItems
    .filter(({ status }) => status === "open")
    .map(({ id }) => ({ path: ["actionItems", id], message: "is open; do it, or drop it and say why in its text" }));
}
