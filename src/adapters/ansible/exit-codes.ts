/** What the exit codes of ansible-playbook mean. */

const MEANINGS: Readonly<Record<number, string>> = {
  1: "ansible-playbook met an error",
  5: "ansible-playbook was given options that it does not know",
  99: "ansible-playbook was interrupted",
  250: "ansible-playbook met an error that it did not expect",
};

/** Why a playbook failed; undefined if it did not. */
export function failureOf(exitCode: number | undefined): string | undefined {
  if (exitCode === undefined || exitCode === 0) return undefined;
  const meaning = MEANINGS[exitCode];
  if (meaning !== undefined) return meaning;
  // Bits of a set, for a run in which several things went wrong.
  if (exitCode === 4) return "hosts could not be reached, or the playbook could not be parsed";
  if (exitCode > 15) return `ansible-playbook ended with ${String(exitCode)}`;
  const parts = [
    (exitCode & 2) !== 0 ? "tasks failed on hosts" : "",
    (exitCode & 4) !== 0 ? "hosts could not be reached" : "",
    (exitCode & 8) !== 0 ? "a play was broken off" : "",
  ];
  return parts.filter((part) => part !== "").join(", and ");
}
