/** Variables that are set for a command, and which of them take no value. */

const ASSIGNMENT = /^([A-Za-z_]\w*)\+?=/;

/** The name of the variable that a word which begins with `head` sets; undefined if it sets none. */
export function assignedName(head: string): string | undefined {
  return ASSIGNMENT.exec(head)?.[1];
}

/** Variables that decide which code is run, by what reads them. */
const LOADING: readonly RegExp[] = [
  /^(?:PATH|IFS|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|ZDOTDIR|(?:LD|DYLD)_\w+|GCONV_PATH)$/,
  /^(?:NODE_OPTIONS|NODE_PATH|PYTHON(?:PATH|STARTUP|HOME|INSPECT)|PERL5?(?:LIB|OPT|DB)|RUBY(?:OPT|LIB)|LUA_INIT\w*)$/,
  /^(?:(?:_JAVA|JAVA_TOOL|JDK_JAVA)_OPTIONS|CLASSPATH|MAVEN_(?:OPTS|ARGS)|GRADLE_OPTS|DOTNET_STARTUP_HOOKS)$/,
  /^GIT_(?:SSH|SSH_COMMAND|EXTERNAL_DIFF|PAGER|EDITOR|SEQUENCE_EDITOR|ASKPASS|PROXY_COMMAND|EXEC_PATH|TEMPLATE_DIR|CONFIG\w*)$/,
  /^(?:EDITOR|VISUAL|PAGER|(?:AWS|MAN|SYSTEMD|PSQL)_?PAGER|BROWSER|LESSOPEN|SSH_ASKPASS)$/,
  /^(?:(?:GNU)?MAKEFLAGS|MAKEFILES|TAR_OPTIONS|RSYNC_(?:RSH|CONNECT_PROG)|ANSIBLE_\w+)$/,
  /^(?:KUBECONFIG|KUBE_EDITOR|KUBECTL_EXTERNAL_DIFF)$/,
  /^npm_config_\w+$/i,
];

/** Why nothing may be filled in for the variable `name`; undefined if it may. */
export function variableProblem(name: string): string | undefined {
  return LOADING.some((names) => names.test(name))
    ? `${name} decides which code is run; write its value out`
    : undefined;
}
