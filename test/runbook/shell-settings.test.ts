import { describe, expect, it, test } from "vitest";

import { codeProblem } from "../../src/runbook/shell/code-arguments.ts";
import { stepFaults } from "./definition-support.ts";
import { asCode, namesProgramOf, NAMES_PROGRAM, refusalOf } from "./shell-support.ts";

const X = "{{ labels.x }}";
const namesVariable = (program: string): string =>
  `what is filled in would name the variable that ${program} sets; write its name out`;
const setting = (program: string): string =>
  `a setting of ${program} may be a command, and what is filled in with it; write it out`;
const decides = (name: string): string => `${name} decides which code is run; write its value out`;
const MADE =
  '"make" reads variables as code, and what is filled in with them; hand the value over under environment, and write $$NAME in its recipe';

describe("a program behind options with values takes no value", () => {
  test.each([
    ["awk", `awk -F , '{ print "'${X}'" }' f`],
    ["awk", `awk -F , -v a=b ${X}`],
    ["awk", `awk -v a ${X}`],
    ["mawk", `mawk -W interactive a${X}`],
    ["gawk", `gawk -nF , a${X}`],
    ["gawk", `gawk --field-separator , a${X}`],
    ["gawk", `gawk -i lib -l ext a${X}`],
    ["gawk", `gawk -f a.awk -e ${X}`],
    ["gawk", `gawk -f a.awk -e${X}`],
    ["gawk", `gawk -f a.awk --source=${X}`],
    ["awk", `awk -f ${X}`],
    ["sed", `sed -n -E s/${X}/a/ f`],
    ["sed", `sed -i '' s/${X}/a/ f`],
    ["sed", `sed -ni .bak s/${X}/a/ f`],
    ["sed", `sed -l 5 a${X}`],
    ["jq", `jq ${X} f`],
    ["jq", `jq -r .a${X} f`],
    ["jq", `jq --arg a b .a${X}`],
    ["jq", `jq --arg a ${X} --argjson b ${X} .a${X}`],
    ["jq", `jq --indent 4 -L lib .a${X}`],
    ["jq", `jq -f ${X}`],
    ["perl", `perl -n -i -e a${X}`],
    ["perl", `perl -0777ne a${X}`],
    ["perl", `perl -Ma${X} f`],
    ["python3", `python3 -W ignore -c a${X}`],
    ["sed", `find . -exec sed -i s/${X}/a/ f`],
  ])("of %s in %j", (program, script) => {
    expect(refusalOf(script)).toBe(asCode(program));
  });

  test.each([
    ...[`awk -F , '{ print }' ${X}`, `awk -F, '{ print }' ${X}`, `awk -v a=b '{ print }' ${X}`, `awk -f a.awk ${X}`],
    ...[`gawk -e '{ print }' -f b.awk ${X}`, `sed -n -E s/a/b/p ${X}`, `sed -i s/a/b/ ${X}`, `sed -i.bak s/a/b/ ${X}`],
    ...[`sed -i '' s/a/b/ ${X}`, `jq . ${X}`, `jq -r --arg a ${X} '.[$a]' f`, `jq --argjson a ${X} '.[$a]' f`],
    ...[`jq -n '$a' --arg a ${X}`, `jq --slurpfile a ${X} '.[$a]' f`, `jq --indent 4 . ${X}`, `jq -f a.jq ${X}`],
    ...[`perl -pi.bak s/a/b/ ${X}`, `python3 -W ignore a.py ${X}`, `find . -name ${X} -exec ls`],
  ])("but may stand in %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

describe("a variable that is set for another program", () => {
  test.each([
    [decides("PATH"), `env PATH=${X} date`],
    [decides("PATH"), `env PATH=/bin:${X} date`],
    [decides("LD_PRELOAD"), `env -i -u A -C /tmp B=1 LD_PRELOAD=${X} date`],
    [decides("PATH"), `sudo -u web PATH=${X} date`],
    [decides("PATH"), `nohup env PATH=${X} date`],
    [decides("PATH"), `find . -exec env PATH=${X} date`],
    [decides("MAKEFLAGS"), `env MAKEFLAGS=${X} make`],
    [decides("GNUMAKEFLAGS"), `GNUMAKEFLAGS=${X} make`],
    [namesVariable("env"), `env ${X}=1 date`],
    [namesVariable("env"), `env A${X}=1 date`],
    [namesVariable("env"), `env ${X}-a=1 date`],
    [namesProgramOf("nohup"), `nohup ${X}-worker`],
    [NAMES_PROGRAM, `A${X}=1`],
    [asCode("env"), `env -S ${X}`],
    [asCode("env"), `env -S 'A=1 '${X}`],
    [asCode("env"), `env -iS a${X}`],
    [asCode("env"), `env -S${X}`],
    [asCode("env"), `env --split-string=a${X}`],
  ])("is refused with %j in %j", (reason, script) => {
    expect(refusalOf(script)).toBe(reason);
  });

  test.each([
    ...[`env FOO=${X} cmd`, `env -u PATH FOO=${X} cmd`, `env cmd PATH=${X}`, `sudo -u web FOO=${X} ls`],
    ...[`env PATH=/bin ls ${X}`, `env -S 'A=1 cmd'; echo ${X}`],
  ])("is not, in %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

describe("a variable that a shell declares", () => {
  test.each([
    ...["export", "readonly", "declare", "typeset", "local"].flatMap((program) => [
      [decides("PATH"), `${program} PATH=${X}; date`],
      [decides("LD_PRELOAD"), `${program} A=1 LD_PRELOAD+=${X}; date`],
      [namesVariable(program), `${program} ${X}; date`],
      [namesVariable(program), `${program} A${X}=1`],
      [namesVariable(program), `${program} A=1 ${X}=1`],
    ]),
    [decides("PATH"), `command export PATH=${X}`],
    [decides("PATH"), `if export PATH=${X}; then date; fi`],
    [asCode("declare"), `declare -i a=${X}`],
    [asCode("typeset"), `typeset -xn a=${X}`],
    [asCode("local"), `local -a a=${X}`],
    [asCode("let"), `let a=${X}`],
  ])("is refused with %j in %j", (reason, script) => {
    expect(refusalOf(script)).toBe(reason);
  });

  test.each([
    ...[`export FOO=${X}`, `export A=1 FOO=a${X}`, `readonly FOO=${X}`, `declare -x FOO=${X}`, `local a=${X}`],
    ...[`echo export PATH=${X}`, `export PATH=/bin; echo ${X}`, `exports PATH=${X}`, `export -n A FOO=${X}`],
  ])("is not, in %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

test.each(["eq", "ne", "lt", "le", "gt", "ge"])("what [[ compares by -%s it computes", (operator) => {
  const reason = "[[ computes the numbers that it compares, and what is filled in with them; write [ and ]";
  expect(refusalOf(`[[ ${X} -${operator} 5 ]]`)).toBe(reason);
  expect(refusalOf(`if [[ 5 -${operator} ${X} ]]; then a; fi`)).toBe(reason);
  expect(refusalOf(`[ ${X} -${operator} 5 ]`)).toBe("");
  expect(refusalOf(`[[ ${X} = 5 ]]; [[ 1 -${operator} 5 ]]`)).toBe("");
});

describe("a setting that may be a command", () => {
  test.each([
    [setting("ssh"), `ssh -o ProxyCommand=${X} web`],
    [setting("ssh"), `ssh -oProxyCommand=a${X} web`],
    [setting("ssh"), `ssh -o BatchMode=yes -o 'ProxyCommand=nc '${X} web`],
    [setting("ssh"), `ssh -o ${X} web`],
    [setting("ssh"), `ssh -4vo User=${X} web`],
    [setting("scp"), `scp -o A=${X} a web:b`],
    [setting("sftp"), `sftp -qo A=${X} web`],
    [asCode("git"), `git -c ${X} log`],
    [asCode("git"), `git -c alias.x=!a${X} x`],
    [asCode("git"), `git -C d --git-dir e -c core.pager=${X} log`],
    [asCode("git"), `git -c user.name=a -c core.sshCommand=${X} fetch`],
    [asCode("git"), `git --config-env=alias.x=${X} x`],
    [asCode("git"), `git --config-env ${X} x`],
    [asCode("git"), `git rebase --exec ${X}`],
    [asCode("git"), `git clone --upload-pack=${X} a`],
  ])("is refused with %j in %j", (reason, script) => {
    expect(refusalOf(script)).toBe(reason);
  });

  test.each([
    ...[`ssh -oBatchMode=yes ${X}`, `ssh -o BatchMode=yes ${X} ls`, `ssh -p ${X} web`, `ssh -lroot ${X}`, `ssh ${X}`],
    ...[`scp -r a${X} web:b`, `scp -o BatchMode=yes a ${X}`, `echo -o ${X}`],
    ...[`git checkout ${X}`, `git switch -c ${X}`, `git commit -c ${X}`, `git -C ${X} pull`, `git -C d log ${X}`],
    ...[`git -c user.name=${X} -c user.email=${X} commit`, `git -c core.pager=cat log ${X}`],
    ...[`git -c http.extraHeader='A: '${X} fetch`, `git -c http.https://h/.extraheader=${X} fetch`],
  ])("is not, in %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

describe("a program that runs what it is told by options or variables", () => {
  test.each([
    [MADE, `make V=${X}`],
    [MADE, `make show V:=${X}`],
    [MADE, `make ${X}`],
    [MADE, `make deploy-${X}`],
    [MADE, `make -j ${X}`],
    [MADE, `make -Csrco ${X}`],
    [MADE, `sudo -u web make ${X}`],
    [MADE, `kubectl exec web -- make V=${X}`],
    [MADE.replace("make", "gmake"), `gmake V=${X}`],
    [asCode("make"), `make --eval=${X}`],
    [asCode("make"), `make -E ${X}`],
    [asCode("npx"), `npx -c ${X}`],
    [asCode("npx"), `npx --call=${X}`],
    [asCode("npx"), `npx -p a --package b -c a${X}`],
    [asCode("npm"), `npm exec -c a${X}`],
    [asCode("npm"), `npm exec a --call ${X}`],
    [namesProgramOf("npx"), `npx ${X}`],
    [namesProgramOf("npx"), `npx -y -p a ${X}`],
  ])("is refused with %j in %j", (reason, script) => {
    expect(refusalOf(script)).toBe(reason);
  });

  test.each([
    ...[`make -C ${X} all`, `make -f ${X} all`, `make -kC ${X} all`, `make -j${X} all`, `make --directory=${X} all`],
    ...[`make all; echo ${X}`, `apt-get install make ${X}`, `makes V=${X}`],
    ...[`npx eslint -c ${X}`, `npx -p a tool ${X}`, `npm run a -- ${X}`, `npm ci --cache ${X}`],
  ])("is not, in %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

describe("a list of arguments", () => {
  test.each([
    [asCode("awk"), ["awk", "-F", ",", `{ print "${X}" }`, "f"]],
    [decides("PATH"), ["env", `PATH=${X}`, "date"]],
    [namesVariable("env"), ["env", `A${X}=1`, "date"]],
    [setting("ssh"), ["ssh", "-o", `ProxyCommand=nc ${X} 22`, "web"]],
    [MADE, ["make", `V=${X}`]],
    [asCode("npx"), ["npx", "-c", `echo ${X}`]],
    [asCode("git"), ["git", "-c", `alias.x=!echo ${X}`, "x"]],
  ])("is refused with %j: %j", (reason, command) => {
    expect(stepFaults({ command })).toEqual([`command: ${reason}`]);
  });

  test.each([
    [["env", `FOO=${X}`, "cmd"]],
    [["git", "-c", `http.extraHeader=Authorization: ${X}`, "fetch"]],
    [["jq", "-r", "--arg", "pod", X, ".[$pod]"]],
    [["git", "checkout", X]],
  ])("is not: %j", (command) => {
    expect(stepFaults({ command })).toEqual([]);
  });
});

it("a word of which nothing more is told begins with what is filled in behind all that is written", () => {
  const words = ["env", "PATH=", "date"].map((text) => ({ text, isFilled: text === "PATH=" }));
  expect(codeProblem(words)).toBe(decides("PATH"));
});
