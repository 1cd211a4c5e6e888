/** Programs that read an argument as code: what an alert says must not be in it. */
import { show } from "../../core/errors.ts";

/** A word of a command: what its author wrote of it, and whether something is filled in. */
export interface CommandWord {
  readonly text: string;
  readonly isFilled: boolean;
}

/** Options whose value is code, by program. */
const CODE_OPTIONS: ReadonlyArray<readonly [RegExp, RegExp]> = [
  [/^(?:ba|da|a|k|z|fi|c|tc)?sh$|^(?:su|busybox|runuser|script|flock)$/, /^-[A-Za-z]*c|^--command(?:=|$)/],
  [/^python[\d.]*$|^pypy\d*$/, /^-[A-Za-z]*c/],
  [/^(?:node|nodejs|bun|deno)$/, /^(?:-e|-p|-pe|--eval|--print)(?:=|$)/],
  [/^(?:perl|ruby|lua|Rscript)[\d.]*$/, /^-[A-Za-z]*[eE]/],
  [/^php[\d.]*$/, /^-[A-Za-z]*[rBRE]/],
  [/^psql$/, /^-[A-Za-z]*c|^--command(?:=|$)/],
  [/^(?:mysql|mariadb|mongo|mongosh)$/, /^-[A-Za-z]*e|^--(?:execute|eval)(?:=|$)/],
  [/^ansible(?:-playbook)?$/, /^-[ea]|^--(?:extra-vars|args)(?:=|$)/],
  [/^(?:sed|gsed)$/, /^-[A-Za-z]*e|^--expression(?:=|$)/],
  [/^find$/, /^-(?:exec|execdir|ok|okdir)$/],
];
/** Programs that read all their arguments as code, or the first that is no option. */
const ALL_CODE = /^(?:eval|source|\.|trap|alias|watch|parallel)$/;
const FIRST_CODE = /^(?:[gmn]?awk|g?sed)$/;
/** Programs that run the program that they are given. */
const WRAPPERS =
  /^(?:sudo|doas|env|nohup|setsid|exec|command|builtin|time|nice|ionice|xargs|timeout|stdbuf|chroot|unshare)$/;
/** Words between such a program and the one that it runs. */
const BETWEEN = /^-|^[A-Za-z_]\w*=|^\d+[a-z]?$/;
/** Options of such programs that take a value of their own, which is not the program. */
const VALUED: ReadonlyArray<readonly [RegExp, RegExp]> = [
  [/^(?:sudo|doas)$/, /^-[A-Za-z]*[CDghpRrTtUu]$|^--(?:user|group|host|prompt|chdir|chroot|role|type|other-user)$/],
  [/^env$/, /^-[A-Za-z]*[uC]$|^--(?:unset|chdir)$/],
  [/^exec$/, /^-[cl]*a$/],
  [/^time$/, /^-[A-Za-z]*[fo]$|^--(?:format|output)$/],
  [/^ionice$/, /^-[A-Za-z]*[cn]$|^--class$/],
  [/^xargs$/, /^-[A-Za-z0-9]*[adEI]$|^--(?:arg-file|delimiter)$/],
  [/^timeout$/, /^-[A-Za-z]*[ks]$|^--(?:kill-after|signal)$/],
  [/^stdbuf$/, /^-[ioe]$|^--(?:input|output|error)$/],
  [/^unshare$/, /^-[A-Za-z]*[RSGw]$|^--(?:root|wd|setuid|setgid)$/],
];
const REMOTE = /^(?:ssh|rsh|mosh|autossh)$/;
/** Options of ssh that take a value of their own. */
const SSH_VALUED = /^-[A-Za-z]*[BbcDEeFIiJLlmOopQRSWw]$/;

/** Why what is filled in would be run as code by one of `words`, a command with its arguments; undefined if it would not. */
export function codeProblem(words: readonly CommandWord[]): string | undefined {
  if (!words.some(({ isFilled }) => isFilled)) return undefined;
  // What a word is the first argument of, options and the like left out.
  let before: CommandWord | undefined;
  for (const [index, word] of words.entries()) {
    const isBegun = before === undefined || WRAPPERS.test(nameOf(before));
    const problem = problemAt(word, words.slice(index + 1), isBegun);
    if (problem !== undefined) return problem;
    const isBetween = BETWEEN.test(word.text) || (before !== undefined && isValue(nameOf(before), words[index - 1]));
    if (!isBetween) before = word;
  }
  return undefined;
}

/** Whether what follows `option` is its value, and no word that `program` would run. */
function isValue(program: string, option: CommandWord | undefined): boolean {
  if (option === undefined || option.isFilled) return false;
  return VALUED.some(([programs, options]) => programs.test(program) && options.test(option.text));
}

/** The name of a program without its folder. */
function nameOf({ text }: CommandWord): string {
  return text.replace(/^.*\//, "");
}

function problemAt(first: CommandWord, rest: readonly CommandWord[], isBegun: boolean): string | undefined {
  if (first.isFilled) return undefined;
  const program = nameOf(first);
  if (isBegun && ALL_CODE.test(program) && rest.some(({ isFilled }) => isFilled)) return asCode(program);
  for (const [programs, options] of CODE_OPTIONS) {
    if (!programs.test(program)) continue;
    const isCode = rest.some(
      ({ text, isFilled }, index) => options.test(text) && (isFilled || rest[index + 1]?.isFilled === true),
    );
    if (isCode) return asCode(program);
  }
  const operands = rest.filter(
    ({ text, isFilled }, index) => isFilled || !(BETWEEN.test(text) || isValue(program, rest[index - 1])),
  );
  const [operand, second] = operands;
  if (FIRST_CODE.test(program) && operand?.isFilled === true) return asCode(program);
  // The first one of chroot is a folder.
  const run = program === "chroot" ? [operand, second] : [operand];
  if (WRAPPERS.test(program) && run.some((word) => word?.isFilled === true && !/^-|=/.test(word.text))) {
    return `what is filled in would name the program that ${program} runs; write the program out`;
  }
  if (!REMOTE.test(program)) return undefined;
  const host = rest.findIndex(({ text, isFilled }, index) => {
    return (isFilled || !text.startsWith("-")) && !SSH_VALUED.test(rest[index - 1]?.text ?? "");
  });
  if (host === -1 || !rest.slice(host + 1).some(({ isFilled }) => isFilled)) return undefined;
  return `${program} gives its words to a shell on the other side, which would read what is filled in as code; use a runner that takes values as data, or a program there that reads its input`;
}

function asCode(program: string): string {
  return `${show(program)} reads this as code, and what is filled in with it; give it the value as an argument of its own, or write shell: true`;
}

/** Variables that decide which code is run. */
const LOADING =
  /^(?:PATH|IFS|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|(?:LD|DYLD)_\w+|NODE_OPTIONS|NODE_PATH|PYTHON(?:PATH|STARTUP|HOME|INSPECT)|PERL5?(?:LIB|OPT|DB)|RUBY(?:OPT|LIB)|(?:_JAVA|JAVA_TOOL|JDK_JAVA)_OPTIONS|GIT_(?:SSH|SSH_COMMAND|EXTERNAL_DIFF|PAGER|EDITOR|ASKPASS|CONFIG\w*)|EDITOR|VISUAL|PAGER|BROWSER|LESSOPEN|GCONV_PATH|KUBECONFIG|ANSIBLE_\w+)$/;

/** Why nothing may be filled in for the variable `name`; undefined if it may. */
export function variableProblem(name: string): string | undefined {
  return LOADING.test(name) ? `${name} decides which code is run; write its value out` : undefined;
}
