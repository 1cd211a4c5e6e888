/** Variables that are set for a command, and which of them take no value. */

const ASSIGNMENT = /^([A-Za-z_]\w*)\+?=/;

/** The name of the variable that a word which begins with `head` sets; undefined if it sets none. */
export function assignedName(head: string): string | undefined {
  return ASSIGNMENT.exec(head)?.[1];
}

/** Variables that decide which code is run. */
const LOADING =
  /^(?:PATH|IFS|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|(?:LD|DYLD)_\w+|NODE_OPTIONS|NODE_PATH|PYTHON(?:PATH|STARTUP|HOME|INSPECT)|PERL5?(?:LIB|OPT|DB)|RUBY(?:OPT|LIB)|(?:_JAVA|JAVA_TOOL|JDK_JAVA)_OPTIONS|GIT_(?:SSH|SSH_COMMAND|EXTERNAL_DIFF|PAGER|EDITOR|ASKPASS|CONFIG\w*)|EDITOR|VISUAL|PAGER|BROWSER|LESSOPEN|GCONV_PATH|(?:GNU)?MAKEFLAGS|MAKEFILES|KUBECONFIG|ANSIBLE_\w+)$/;

/** Why nothing may be filled in for the variable `name`; undefined if it may. */
export function variableProblem(name: string): string | undefined {
  return LOADING.test(name) ? `${name} decides which code is run; write its value out` : undefined;
}
