import { describe, expect, test } from "vitest";

import { codeProblem } from "../../src/runbook/shell/code-arguments.ts";
import { asCode, dashesOf, namesProgramOf, refusalOf } from "./shell-support.ts";

const X = "{{ labels.x }}";
const REMOTE = (program: string): string =>
  `${program} gives its words to a shell on the other side, which would read what is filled in as code; use a runner that takes values as data, or a program there that reads its input`;
const moves = (program: string): string =>
  `${program} changes what "$1", "$2" ... are, which is how values are handed over; write the command without`;
const goesThrough = (program: string): string =>
  `${program} would go through what is filled in; write out what it goes through`;

describe("an argument that is read as code takes no value", () => {
  test.each([
    ["sh", "sh -c"],
    ["sh", "/bin/sh -c"],
    ["sh", "/usr/local/bin/sh -ec"],
    ["bash", "bash -lc"],
    ["dash", "dash -c"],
    ["su", "su web --command"],
    ["su", "su --command="],
    ["flock", "flock f -c"],
    ["python3.12", "python3.12 -c"],
    ["pypy3", "pypy3 -Ic"],
    ["node", "node -e"],
    ["deno", "deno --eval="],
    ["bun", "bun -p"],
    ["perl", "perl -ne"],
    ["ruby", "ruby -E"],
    ["php", "php -r"],
    ["psql", "psql -qc"],
    ["mysql", "mysql --execute"],
    ["mongosh", "mongosh --eval"],
    ["ansible", "ansible -a"],
    ["ansible-playbook", "ansible-playbook --extra-vars"],
    ["sed", "sed -e"],
    ["gsed", "gsed --expression="],
    ["find", "find . -execdir"],
    ["eval", "eval"],
    ["eval", "eval a"],
    ["source", "source"],
    [".", "."],
    ["trap", "trap"],
    ["alias", "alias a="],
    ["watch", "watch -n"],
    ["parallel", "parallel"],
    ["awk", "awk"],
    ["gawk", "gawk -F:"],
    ["mawk", "mawk -v a=b"],
    ["sed", "sed -n"],
    ["gsed", "gsed 12"],
    ["sed", "sed 1d"],
    ["bash", "sudo -u web bash -c"],
    ["sh", "echo a sh -c"],
    ["eval", "if eval"],
    ["eval", "command eval"],
    ["eval", "sudo -u web eval"],
    ["watch", "timeout -s KILL 5 watch"],
    ["eval", "command -p eval"],
    ["eval", "time -p eval"],
    ["watch", "nice -n 5 watch"],
    ["watch", "sudo -E A=b /usr/bin/watch"],
    ["eval", "/usr/bin/nohup eval"],
  ])("of %s in %j", (program, before) => {
    const space = before.endsWith("=") ? "" : " ";
    expect(refusalOf(`${before}${space}${X} b`)).toBe(asCode(program));
  });

  test.each([
    ...[`sh -c a ${X}`, `sh ${X} -c`, `sh a${X}`, `shell -c ${X}`, `ash2 -c ${X}`, `bash -x ${X}`, `sh -c a`, `sh`],
    ...[`echo eval ${X}`, `echo a eval ${X}`, `eval a; echo ${X}`, `evaluate ${X}`, `echo ${X}sh -c {{ labels.y }}`],
    ...[`awk '{ print }' ${X}`, `awk a-b ${X}`, `awk '/a=b/' ${X}`, `awk 1==1 ${X}`, `awk x5 ${X}`, `echo ${X} awk`],
    ...[`sed s/a/b/ ${X}`, `awks ${X}`, `find ${X} -name a`, `find . -name ${X}`],
    ...[`psql -f ${X}`, `python3 a.py ${X}`, `node a.js ${X}`],
  ])("but %j does", (script) => {
    expect(refusalOf(`${script}; echo ${X}`)).toBe("");
  });
});

describe("a program that runs another is told which", () => {
  test.each([
    ...["sudo", "doas", "env", "nohup", "setsid", "exec", "command", "builtin", "nice", "ionice", "xargs", "timeout"],
    ...["stdbuf", "unshare", "time -v"],
  ])("%s", (program) => {
    const name = program.split(" ")[0] ?? "";
    expect(refusalOf(`${program} ${X}`)).toBe(namesProgramOf(name));
    expect(refusalOf(`a; ${program} -a ${X}`)).toBe(namesProgramOf(name));
    expect(refusalOf(`${program} ls ${X}`)).toBe("");
  });

  test.each([
    ["env", "env A=1 LONG_1=2 ", X],
    ["timeout", "timeout 30 ", X],
    ["timeout", "timeout -k 5s 30m ", X],
    ["sudo", "sudo -n ", `a${X}`],
    ["sudo", "sudo ", `a-${X}`],
    ["sudo", "/usr/bin/sudo ", X],
    ["nice", "echo nice ", X],
    ["sudo", "sudo -u web ", X],
    ["sudo", "sudo -n -u web A=1 ", X],
    ["sudo", "sudo --user web ", X],
    ["sudo", "sudo -u ", X],
    ["doas", "doas -u web ", X],
    ["env", "env -u A -C /tmp ", X],
    ["exec", "exec -a name ", X],
    ["time", "/usr/bin/time -f %e -o file ", X],
    ["ionice", "ionice -c idle ", X],
    ["xargs", "xargs -0 -I {} ", X],
    ["timeout", "timeout -s KILL 5 ", X],
    ["stdbuf", "stdbuf -o L ", X],
    ["unshare", "unshare -R /srv ", X],
    ["chroot", "chroot ", X],
    ["chroot", "chroot /srv ", X],
    ["chroot", "chroot -x /srv ", X],
  ])("by %s in %j and %j", (program, before, word) => {
    expect(refusalOf(`${before}${word} a`)).toBe(namesProgramOf(program));
  });

  test.each([
    `env A=${X} b`,
    `sudo -u${X} b`,
    `sudo --user=${X} b`,
    `sudo -u web ls ${X}`,
    `chroot /srv ls ${X}`,
    `echo ${X} sudo`,
    `sudos ${X}`,
  ])("but not by %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

describe("a shell on the other side", () => {
  test.each([
    ["ssh", `ssh web ${X}`],
    ["ssh", `ssh web ls ${X}`],
    ["ssh", `ssh ${X} {{ labels.y }}`],
    ["ssh", `ssh -p 22 web ${X}`],
    ["ssh", `ssh -p ${X} web {{ labels.y }}`],
    ["ssh", `ssh -v web a${X}`],
    ["ssh", `ssh web -p ${X}`],
    ["ssh", `ssh -${X} {{ labels.y }}`],
    ["rsh", `rsh web ${X}`],
    ["mosh", `/usr/bin/mosh web ${X}`],
    ["autossh", `sudo autossh web ${X}`],
  ])("of %s is not given %j", (program, script) => {
    expect(refusalOf(script)).toBe(REMOTE(program));
  });

  test.each([
    ...[`ssh ${X}`, `ssh ${X} ls`, `ssh -p ${X} web ls`, `ssh -p ${X}`, `ssh -v web${X}`, `ssh -vp ${X} web`],
    ...[`echo ${X} ssh -v`, `sshd web ${X}`, `ssh-keygen -R ${X}`],
  ])("is given %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

describe("a variable that decides which code is run", () => {
  test.each(["PATH", "IFS", "LD_PRELOAD", "NODE_OPTIONS", "PYTHONPATH", "GIT_SSH", "KUBECONFIG", "ANSIBLE_X"])(
    "such as %s is written out",
    (name) => {
      const reason = `${name} decides which code is run; write its value out`;
      expect(refusalOf(`${name}=${X} a`)).toBe(reason);
      expect(refusalOf(`A=1 ${name}+=a${X}`)).toBe(reason);
      expect(refusalOf(`${name}=/bin echo ${X}`)).toBe("");
      expect(refusalOf(`echo ${name}=${X}`)).toBe("");
    },
  );

  test.each(["A", "PATHS", "MYPATH", "LD", "path"])("is not %s", (name) => {
    expect(refusalOf(`${name}=${X} a`)).toBe("");
  });
});

describe("what a script is handed", () => {
  test.each([
    ...[
      "set --",
      "set -- a",
      "set a",
      "set -",
      "set -e a",
      "set -o a b",
      "set -e- f",
      "set $A",
      "set a2>f",
      "set 2a>f",
    ],
    ...["command set a", "builtin set a", "command command set a", "command builtin set -- a"],
  ])("is not moved by %j", (script) => {
    expect(refusalOf(`${script}; echo ${X}`)).toBe(moves("set"));
  });

  test.each(["shift", "shift 2", "function f", "command shift"])("is not moved by %j", (script) => {
    expect(refusalOf(`${script}; echo ${X}`)).toBe(moves(script.replace("command ", "").split(" ")[0] ?? ""));
  });

  test.each([
    ["for", "for i"],
    ["for", "for i; do a; done"],
    ["for", "for i do a; done"],
    ["getopts", "getopts ab o"],
    ["getopts", "command getopts ab o"],
    ["getopts", "getopts"],
  ])("is not gone through by %s in %j", (program, script) => {
    expect(refusalOf(`${script}; echo ${X}`)).toBe(goesThrough(program));
  });

  test.each([
    ...["set", "set 2>f", "set >f", "set -e", "set +e", "set -eu", "set -o pipefail", "set -euo pipefail", "set -e -u"],
    ...["set -o pipefail -e +x", "command", "command -v a", "builtin", "sets a", "shifts", "xshift"],
    ...["getopts ab o a", "getopts ab o $A b", "for i in", "for i in a b", "fork i", "commands set a"],
  ])("stays what it is with %j", (script) => {
    expect(refusalOf(`${script}; echo ${X}`)).toBe("");
  });
});

describe("a value may begin with a dash", () => {
  const Y = "{{ labels.y }}";
  test.each([
    [`rm ${X}`, "may not"],
    [`rm a${X}`, "may"],
    [`rm ''${X}`, "may not"],
    [`rm ${X}${Y}`, "may not, may not"],
    [`rm ${X}a${Y}`, "may not, may"],
    [`rm -- ${X}`, "may"],
    [`rm ${X} -- ${Y}`, "may not, may"],
    [`rm ${X}-- ${Y}`, "may not, may not"],
    [`rm a -- ${X} -- ${Y}`, "may, may"],
    [`rm a > ${X}`, "may"],
    [`rm >${X} ${Y}`, "may, may not"],
    [`rm 2>f ${X}`, "may not"],
    [`A=${X} b ${Y}`, "may, may not"],
    [`printf %s ${X}`, "may"],
    [`printf ${X}`, "may not"],
    [`printf ${X} ${Y}`, "may not, may not"],
    [`printf; a ${X}`, "may not"],
    [`xprintf %s ${X}`, "may not"],
    [`printfs %s ${X}`, "may not"],
    [`test ${X} = a`, "may"],
    [`[ ${X} = a ]`, "may"],
    [`[[ ${X} = a ]]`, "may"],
    [`case ${X} in a) b ${Y};; esac`, "may, may not"],
    [`for i in ${X}; do a ${Y}; done`, "may, may not"],
    [`if test ${X}; then rm ${Y}; fi`, "may, may not"],
    [`(rm ${X}); echo $(rm ${Y})`, "may not, may not"],
  ])("in %j: %s", (script, dashes) => {
    expect(dashesOf(script)).toBe(dashes);
  });
});

test("words without values are nobody's business, nor are none at all", () => {
  expect(codeProblem([])).toBeUndefined();
  expect(codeProblem(["sh", "-c", "id"].map((text) => ({ text, isFilled: false })))).toBeUndefined();
});
