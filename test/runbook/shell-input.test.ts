import { describe, expect, it, test } from "vitest";

import { inputProblem } from "../../src/runbook/shell/code-input.ts";
import { asCode, NAMES_PROGRAM, namesProgramOf, refusalOf } from "./shell-support.ts";

const X = "{{ labels.x }}";
const reads = (program: string): string =>
  `"${program}" reads its input as code, and what is filled in with it; write its script out, and hand the value over as an argument`;
const computes = (name: string): string =>
  `$(( )) computes "${name}", which some shells read as code, and what is filled in with it; write expr "$${name}" + 1`;

describe("what is filled in is not piped into what reads code", () => {
  test.each([
    ["sh", "sh"],
    ["sh", "/bin/sh -e"],
    ["bash", "bash -s"],
    ["bash", "bash -es a"],
    ["bash", "bash -s -- a"],
    ["bash", "bash -o pipefail"],
    ["bash", "bash +e"],
    ["bash", "bash -"],
    ["bash", "bash /dev/stdin a"],
    ["bash", "sudo -n -u web bash"],
    ["sh", "A=1 sh"],
    ["sh", "sh >f 2>&1"],
    ["sh", "! sh"],
    ["sh", "{ sh; }"],
    ["sh", "(sh)"],
    ["sh", "( sh -e; a)"],
    ["sh", "(a; sh)"],
    ["sh", "cat | sh"],
    ["sh", "(cat) | sh"],
    ["sh", "cat |\n\n  sh"],
    ["sh", "cat | # a\nsh"],
    ["sh", "kubectl exec -i web -- sh"],
    ["sh", "docker exec -i web sh"],
    ["bash", "podman run -i image bash -s a"],
    ["bash", "ssh web bash"],
    ["bash", "ssh web 'sudo bash -s'"],
    ["ssh", "ssh web"],
    ["ssh", "ssh -T -p 22 web"],
    ["python3", "python3"],
    ["python3", "python3 -u -W ignore -"],
    ["node", "node --no-warnings -r a"],
    ["bash", "bash -m"],
    ["perl", "perl -w"],
    ["php", "php"],
    ["sh", "timeout 5 sh"],
  ])("such as %s in %j", (program, reader) => {
    expect(refusalOf(`echo ${X} | ${reader}`)).toBe(reads(program));
    expect(refusalOf(`echo a | ${reader}; echo ${X}`)).toBe("");
  });

  test.each([
    ...[
      "cat",
      "grep sh",
      "tee bash",
      "sh a.sh",
      "sh -e ./a.sh",
      'sh "$HOME"/a.sh',
      "sh -c 'cat'",
      "bash -o pipefail a",
    ],
    ...[
      "python3 -m json.tool",
      "python3 -mjson.tool",
      "python3 -c 'import sys'",
      "python3 -s a.py",
      "node -e 1",
      "node a.js",
      "perl -pe s/a/b/",
    ],
    ...["ssh web cat", "ssh web 'cat > f'", "ssh -p 22 web cat", "docker exec -i web cat", "docker exec -i db psql"],
    ...["docker exec", "psql", "xargs", "xargs rm -f", "kubectl apply -f -", "while read -r a; do b; done", "sudo"],
    ...["docker exec -i web sh -c cat", "kubectl exec -i web -- cat", "jq .", "sort | uniq"],
  ])("%j is none", (reader) => {
    expect(refusalOf(`echo ${X} | ${reader}`)).toBe("");
  });

  test.each([
    ...[`curl https://a/${X} | sh`, `cat <${X} | sh`, `echo a | cat - ${X} | sh`, `echo $(cat ${X}) | sh`],
    ...[`(echo ${X}) | sh`, `(a; echo ${X}; b) | cat | sh`, `{ echo ${X}; } | sh`, `{ echo ${X}; } 2>&1 | sh`],
    ...[`for i in a; do echo ${X}; done | sh`, `for i in ${X}; do echo $i; done | sh`, `if a; then echo ${X}; fi | sh`],
    ...[`case a in a) echo ${X};; esac | sh`, `case a in a) echo ${X} | sh;; esac`, `while a; do b ${X}; done <f | sh`],
    ...[`echo ${X} |& sh`, `echo ${X} |& cat | sh`, `a && echo ${X} | sh`, `a=$(echo ${X} | sh)`, `a || b ${X} | sh`],
    ...[`x=${X}; echo "$x" | sh`, `x=${X}; echo "\${x}" | sh`, `a; (echo ${X} | cat) | (cat | sh)`],
  ])("wherever it stands: %j", (script) => {
    expect(refusalOf(script)).toBe(reads("sh"));
  });

  test.each([
    ...[`echo ${X} || sh`, `echo ${X} || a | sh`, `echo ${X}; a | sh`, `echo ${X} && a | sh`, `echo ${X} & a | sh`],
    ...[`echo ${X}\na | sh`, `a | sh; echo ${X}`, `a | sh -s ${X}`, `curl -s https://a/b | bash -s -- ${X}`],
    ...[`a ${X}; (b) | sh`, `(echo ${X}); sh`, `echo ${X} | (cat)\nsh`, `echo ${X} | (cat); sh`, `echo ${X} | cat; sh`],
    ...[`case ${X} in bash|sh) a;; esac`, `case ${X} in a) b;; bash|sh|zsh) c;; esac`],
    ...[`{ a; } | sh; echo ${X}`, `a=$(echo ${X}); b | sh`, `x=${X}; echo '$x' | sh`, `x=${X}; echo "$xy" | sh`],
    ...[`echo ${X} | cat && sh`, `echo ${X} | cat\n sh`],
  ])("but not if another command has it: %j", (script) => {
    expect(refusalOf(`${script}; echo ${X}`)).toBe("");
  });
});

describe("a here-string", () => {
  test.each([
    ["bash", `bash <<< ${X}`],
    ["bash", `bash -e <<<a${X}`],
    ["bash", `<<<${X} bash`],
    ["bash", `sudo bash <<< ${X} >f`],
    ["python3", `python3 <<< ${X}`],
    ["bash", `x=${X}; bash <<< "$x"`],
  ])("is code to %s in %j", (program, script) => {
    expect(refusalOf(script)).toBe(reads(program));
  });

  test.each([`cat <<< ${X}`, `bash a.sh <<< ${X}`, `bash <<< a >${X}`, `bash <${X}`, `bash <<< a; cat <<< ${X}`])(
    "is none in %j",
    (script) => {
      expect(refusalOf(script)).toBe("");
    },
  );
});

describe("a variable that holds what is filled in", () => {
  test.each([
    ...[
      `n=${X}; echo $((n + 1))`,
      `n=${X}; echo "$((1 + n))"`,
      `n=${X}\necho $(($n + 1))`,
      `n=${X}; echo $((\${n} + 1))`,
    ],
    ...[`n=a${X} m=1; echo $((m * (n)))`, `export n=${X}; echo $((n))`, `readonly a=1 n=${X}; echo $((n))`],
    ...[`for n in 1 ${X}; do echo $((n)); done`, `m=${X}; n=$m; echo $((n))`, `(n=${X}; echo $((n)))`],
    ...[`if n=${X}; then echo $((n)); fi`, `n+=${X}; echo $((a[n]))`],
  ])("is not computed: %j", (script) => {
    expect(refusalOf(script)).toBe(computes("n"));
  });

  test.each([
    ...[`n=${X}; echo $((m + 1))`, `n=${X}; echo $((nn + n1 + _n))`, `echo $((n + 1)) ${X}`, `n=1; echo $((n)) ${X}`],
    ...[`n=$(a ${X}); echo $((n + 1))`, `echo n=${X}; echo $((n))`, `for n in 1 2; do echo $((n)) ${X}; done`],
    ...[
      `n=${X}; echo $((\${#n} + 1))`,
      `n=${X}; expr "$n" + 1`,
      `n=${X}; [ "$n" -gt 5 ]`,
      `export n; echo ${X} $((n))`,
      `n=${X} a; echo $((1))`,
    ],
  ])("is not, in %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });

  test.each([
    [asCode("sh"), `n=${X}; sh -c "echo $n"`],
    [asCode("sh"), `n=${X}; sh -c a\${n}`],
    [asCode("eval"), `n=${X}; eval echo $n`],
    [asCode("eval"), `for n in ${X}; do eval $n; done`],
    [NAMES_PROGRAM, `n=${X}; $n a`],
    [namesProgramOf("sudo"), `n=${X}; sudo "\${n:-a}"`],
    ["PATH decides which code is run; write its value out", `n=${X}; PATH="/bin:$n" a`],
  ])("is what is filled in: %j in %j", (reason, script) => {
    expect(refusalOf(script)).toBe(reason);
  });

  test.each([
    ...[`n=${X}; sh -c 'echo "$1"' sh "$n"`, `n=${X}; sh -c "echo $m"`, `n=${X}; sh -c "echo $nm"`],
    ...[`n=${X}; sh -c 'echo $n'`, `n=${X}; rm "$n" "\${n%.*}"`, `n=${X}; case $n in a) b;; esac`],
    ...[`n=${X}; sh -c "echo \\$n"`, `n=${X}; sh -c "\${#n}"`, `n=${X}; kubectl exec "$n" -- ls`],
  ])("is data in %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

test.each([`echo $[${X}+1]`, `echo "$[1]" ${X}`])("old arithmetic is refused: %j", (script) => {
  expect(refusalOf(script)).toBe('"$[" is not the same to all shells; write $(( )), or the $ as \\$');
});

it("words that run nothing read nothing", () => {
  expect(inputProblem([])).toBeUndefined();
  expect(inputProblem(["sudo", "-u"].map((text) => ({ text, isFilled: false })))).toBeUndefined();
});
