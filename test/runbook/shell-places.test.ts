import { describe, expect, it, test } from "vitest";

import { parseTags } from "../../src/core/template.ts";
import { shellTemplate } from "../../src/runbook/shell/shell.ts";
import { asCode, misplaced, NAMES_PROGRAM, refusalOf } from "./shell-support.ts";

const X = "{{ labels.x }}";
const POSITIONAL = (written: string): string =>
  `"${written}" would be about what is filled in; write {{ }} where a value is wanted`;
const tangled = (where: string): string =>
  `what begins ${where} is not closed, or has more quoting in it than can be followed`;
const IN_BRACKETS =
  "a function, or a list in brackets, has values of its own or is not for sh; write the command without";

test("a script is handed over with its values, and told of at its place", () => {
  expect(shellTemplate(parseTags(`rm ${X} -- a{{labels.y}}b`))).toEqual({
    shell: true,
    script: 'rm "${1}" -- a"${2}"b',
    values: [
      { text: "{{ labels.x }}", parts: [{ path: ["labels", "x"], name: "labels.x", offset: 3 }] },
      { text: "{{ labels.y }}", parts: [{ path: ["labels", "y"], name: "labels.y", offset: 22 }] },
    ],
    mayBeginWithDash: [false, true],
    text: `rm ${X} -- a{{labels.y}}b`,
  });
  expect(() => shellTemplate(parseTags(X), ["steps", 0, "command"])).toThrow(`steps[0].command: ${NAMES_PROGRAM}`);
  expect(shellTemplate(parseTags("a $1"))).toMatchObject({ script: "a $1", values: [], mayBeginWithDash: [] });
});

describe("a value is refused", () => {
  test.each([
    [`echo '${X}'`, "inside single quotes"],
    [`echo "${X}"`, "inside double quotes"],
    [`echo "a\\"${X}"`, "inside double quotes"],
    [`echo \`a ${X}\``, "inside backticks"],
    [`echo "\`a ${X}\`"`, "inside backticks"],
    [`echo \${a:-${X}}`, "inside ${ }"],
    [`echo "\${a:-${X}}"`, "inside ${ }"],
    [`echo $((1 + ${X}))`, "inside $(( ))"],
    [`echo $((1 + $${X}))`, "inside $(( ))"],
    [`echo $(((1) + ${X}))`, "inside $(( ))"],
    [`echo $${X}`, "after a $"],
    [`echo "$${X}"`, "after a $"],
    [`echo \\${X}`, "after a backslash"],
    [`echo "\\${X}"`, "after a backslash"],
    [`echo #${X}`, "in a comment"],
    [`#${X}`, "in a comment"],
    [`echo a # b ${X}`, "in a comment"],
    [`echo a;#${X}`, "in a comment"],
    [`echo a >f #${X}`, "in a comment"],
  ])("in %j", (script, where) => {
    expect(refusalOf(script)).toBe(misplaced(where));
  });
});

describe("a script is refused", () => {
  test.each([
    [`echo ${X} 'a`, tangled("single quotes")],
    [`echo ${X} "a`, "a double quote is not closed"],
    [`echo ${X} \`a`, tangled("backticks")],
    [`echo ${X} \${a`, tangled("${ }")],
    [`echo ${X} \\`, "ends in a backslash"],
    [`echo ${X} "a\\`, "ends in a backslash"],
    [`(echo ${X}`, "a bracket is not closed"],
    [`echo ${X} $(a`, "a bracket is not closed"],
    [`echo ${X} $((1`, "$(( is not closed"],
    [`echo ${X} $((1)`, "$(( is not closed"],
    [`echo ${X} $((1) + (2)`, "$(( is not closed"],
    [`echo ${X} $'a'`, `"$'" is not the same to all shells; leave the $ out`],
    [`echo ${X} $"a"`, `"$\\"" is not the same to all shells; leave the $ out`],
    [`echo ${X} a(b)`, IN_BRACKETS],
    [`echo ${X} (b)`, IN_BRACKETS],
    [`${X} (b)`, IN_BRACKETS],
    [`f() { echo ${X}; }`, IN_BRACKETS],
    [`if${X} (b)`, IN_BRACKETS],
    [`((1)); echo ${X}`, "(( is not the same to all shells; put a space between the brackets"],
    [`cat <(a) ${X}`, `"<(" is not for sh`],
    [`echo ${X} >(a)`, `">(" is not for sh`],
    [`echo ${X} &>f`, `"&>" is not the same to all shells; write >FILE 2>&1, or a space between them`],
    [`sh &>f -c ${X}`, `"&>" is not the same to all shells; write >FILE 2>&1, or a space between them`],
    [`echo $(case) ${X}`, "case in brackets: its brackets cannot be told from these; put it outside"],
    [`echo $(esac) ${X}`, "case in brackets: its brackets cannot be told from these; put it outside"],
    [`echo $(case a in a) b;; esac) ${X}`, "case in brackets: its brackets cannot be told from these; put it outside"],
    [`(case a in\n(a) b;; esac); echo ${X}`, "case in brackets: put it outside"],
    [`(a; esac; b); echo ${X}`, "case in brackets: put it outside"],
  ])("%j", (script, message) => {
    expect(refusalOf(script)).toBe(message);
  });

  test.each(["'", '"', "\\", "{"])("with %j in backticks or in ${ }", (character) => {
    expect(refusalOf(`echo \`a${character}b\` ${X}`)).toBe(tangled("backticks"));
    expect(refusalOf(`echo \${a:-${character}b} ${X}`)).toBe(tangled("${ }"));
  });

  test.each(["$b", "\n", "`b`"])("with %j in ${ }", (inside) => {
    expect(refusalOf(`echo \${a:-${inside}} ${X}`)).toBe(tangled("${ }"));
  });

  test.each(["'", '"', "`", "\\", "#"])("with %j in arithmetic", (character) => {
    expect(refusalOf(`echo $((1 ${character} 2)) ${X}`)).toBe(
      `${JSON.stringify(character)} inside $(( )) cannot be followed`,
    );
  });

  test.each([
    "$1",
    "$9",
    "$@",
    "$*",
    "$#",
    "${1}",
    "${9}",
    "${12}",
    "${1%x}",
    "${@}",
    "${*}",
    "${#}",
    "${#1}",
    "${#@}",
  ])("that asks for %j, what it is handed", (written) => {
    expect(refusalOf(`echo ${written} ${X}`)).toBe(POSITIONAL(written));
    expect(refusalOf(`echo "${written}" ${X}`)).toBe(POSITIONAL(written));
    expect(refusalOf(`echo $((${written})) ${X}`)).toBe(POSITIONAL(written));
    if (!written.includes("{")) expect(refusalOf(`echo \`a b$c ${written}\` ${X}`)).toBe(POSITIONAL(written));
  });
});

describe("a script is taken", () => {
  test.each([
    ...["$0", "$?", "$$", "$!", "$-", "$a", "$a1", "$", "${a}", "${a1}", "${#a}", "${a:-1}", "${a#*/}", "${0}", "${?}"],
    ...["$((1 + (2 * 3) - $a))", "$((${a} + ${#a}))", "$(($(date)))", "$(date)", "`date`", "`a $b\nc $d`", "`$`"],
  ])("with %j", (written) => {
    expect(refusalOf(`echo ${written} ${X}`)).toBe("");
    expect(refusalOf(`echo "${written}" ${X}`)).toBe("");
  });

  test.each([
    `echo 'a"b\`c\\d{e$1\n(f' ${X}`,
    `echo "a'b(c;d|e&f<g>h#i~\n" ${X}`,
    `echo "a\\"b\\\\c\\$1" ${X}`,
    `echo "$'a'" ${X}`,
    `echo "a$" ${X}`,
    `echo a\\\nb ${X}`,
    `echo a#${X}`,
    `echo ''#${X}`,
    `echo \\#${X}`,
    `echo # a 'b\necho ${X}`,
    `echo a & echo ${X}`,
    `echo a && echo ${X} || echo b | cat`,
    `echo a>f 2>&1 & echo ${X}`,
    `(echo ${X})`,
    `if ! (echo ${X}); then echo a; fi`,
    `echo $(case_a) ${X}`,
    `case a in a) echo ${X};; esac`,
    `case a in\na) echo ${X}\n;;\nesac`,
    `echo $(a\nb; c | d & e) ${X}`,
    `echo a \t ${X}`,
    `(echo ${X}) >f`,
    `echo ${X} # a`,
    `echo ${X} #`,
  ])("such as %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });

  it("with 19 brackets in brackets, and any number side by side", () => {
    const nested = (depth: number): string => `echo ${X} ${"$(a ".repeat(depth)}${")".repeat(depth)}`;
    expect(refusalOf(nested(19))).toBe("");
    expect(refusalOf(nested(20))).toBe("has brackets in brackets; allowed: 20");
    expect(refusalOf(`echo ${X} ${"$(a) ".repeat(40)}`)).toBe("");
  });
});

describe("where a command begins, a value would name a program", () => {
  test.each([
    ...["a; ", "a;", "a\n", "a & ", "a && ", "a || ", "a | ", "( ", "$( ", "echo $(", "case a in a) ", "echo # a\n"],
    ...[
      "if ",
      "if a; then ",
      "if a; then b; else ",
      "if a; then b; elif ",
      "for i in a; do ",
      "while ",
      "until ",
      "! ",
    ],
    ...[
      "{ ",
      "time ",
      "time -p ",
      "time -p { ",
      "A=1 ",
      "A=b ",
      "A+=1 ",
      ">f ",
      "2>f ",
      "<f <g ",
      "a >>>|",
      '"a"; ',
      "if ! A=1 ",
    ],
    ...["a >&2; ", "a 2>&-; "],
  ])("%j", (before) => {
    expect(refusalOf(`${before}${X} b)`)).toBe(NAMES_PROGRAM);
  });

  test.each([`a${X} b`, `${X}a b`, `if${X} a`, `time${X} a`, `${X}=a b`, `${X}A=a b`, `${X}2>f`])(
    "as in %j",
    (script) => {
      expect(refusalOf(script)).toBe(NAMES_PROGRAM);
    },
  );

  test.each(["iff", "xif", "do_it", "fi", "doit", "then2", "!!"])("but not behind %j", (program) => {
    expect(refusalOf(`${program} ${X}`)).toBe("");
  });
});

test.each([
  "'sh' -c ",
  '"sh" -c ',
  "s'h' -c ",
  "\\sh -c ",
  '"s"h -c ',
  "s\\\nh -c ",
  "sh \\\n-c ",
  "sh\t-c ",
  "sh  -c ",
  "sh <f -c ",
  "sh < f -c ",
  "sh >f -c ",
  "sh>f -c ",
  "sh >>f -c ",
  "sh >|f -c ",
  "sh <>f -c ",
  "sh >&2 -c ",
  "sh 2>&1 -c ",
  "sh 2>&- -c ",
  "sh <&- -c ",
  "sh >-f -c ",
  "sh >f<g -c ",
  "if sh -c ",
  "A=1 sh -c ",
  "echo $(sh -c ",
])("the words of %j are told apart", (before) => {
  expect(refusalOf(`${before}${X})`)).toBe(asCode("sh"));
});
