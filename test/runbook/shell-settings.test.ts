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

describe("what reads code by its name", () => {
  test.each([
    [asCode("jq"), `jq ${X}`],
    [asCode("jq"), `/usr/bin/jq ${X}`],
    [asCode("jq"), `a | sudo -u web A=1 jq ${X}`],
    [asCode("jq"), `timeout 1.5m jq ${X}`],
    [asCode("jq"), `timeout -k 5 -s KILL $T jq ${X}`],
    [asCode("jq"), `chroot /mnt jq ${X}`],
    [asCode("jq"), `flock -w 10 /tmp/lock jq ${X}`],
    [asCode("jq"), `flock --timeout 10 /tmp/lock jq ${X}`],
    [asCode("jq"), `xargs -n $N -P 4 jq ${X}`],
    [asCode("jq"), `nohup nice -n 5 env -u A B=1 jq ${X}`],
    [asCode("jq"), `find . -name a -exec jq ${X} {} \\;`],
    [asCode("jq"), `find . -exec a \\; -exec jq ${X} \\;`],
    [asCode("jq"), `kubectl -n a exec web -c b -- jq ${X}`],
    [asCode("jq"), `oc run web -- jq ${X}`],
    [asCode("jq"), `npm exec -- jq ${X}`],
    [asCode("jq"), `$SUDO jq ${X}`],
    [asCode("jq"), `\`which sudo\` -n jq ${X}`],
    [asCode("jq"), `$(which sudo) jq ${X}`],
    [asCode("jq"), `case $a in b) jq ${X};; esac`],
    [asCode("git"), `sudo git -c alias.x=${X} x`],
    [asCode("git"), `sudo git rebase --exec ${X}`],
    [asCode("npm"), `sudo npm exec -c ${X}`],
    [MADE, `sudo -n env A=1 make V=${X}`],
    [setting("scp"), `nice scp -o A=${X} a web:b`],
    [namesProgramOf("npx"), `sudo npx ${X}`],
  ])("is refused with %j in %j", (reason, script) => {
    expect(refusalOf(script)).toBe(reason);
  });

  test.each([
    ...[`apt-get install -y jq ${X}`, `apt-get install make curl=${X}`, `apt-get install -y sudo make curl=${X}`],
    ...[`kubectl rollout restart deployment jq -n ${X}`, `helm upgrade jq ${X}`, `gh issue create --label jq ${X}`],
    ...[`kubectl logs git -c ${X}`, `kubectl logs npm -c ${X}`, `kubectl logs make -l app=${X}`, `kubectl -n jq ${X}`],
    ...[`kubectl set env deploy/make A=${X}`, `kubectl exec git -c ${X} -- ls`, `kubectl exec web -- ls jq ${X}`],
    ...[`echo make a=${X}`, `echo git --exec ${X}`, `echo scp -o ${X}`, `echo npx ${X}`, `echo npx -c ${X}`],
    ...[
      `[ make = ${X} ]`,
      `git checkout -- jq ${X}`,
      `timeout 5 echo jq ${X}`,
      `flock a echo jq ${X}`,
      `flock jq ${X}`,
    ],
    ...[`find -name jq ${X}`, `timeout -k`, `sudo; echo jq ${X}`],
  ])("is not, where it is no program: %j", (script) => {
    expect(refusalOf(`${script}; echo ${X}`)).toBe("");
  });

  test.each([
    ["sh", `docker exec c sh -c ${X}`],
    ["sh", `kubectl exec web -- sh -c ${X}`],
    ["awk", `docker exec c awk ${X}`],
    ["env", `docker exec c env -S ${X}`],
    ["perl", `docker exec c perl -Ma${X}`],
  ])("%s is looked for anywhere: %j", (program, script) => {
    expect(refusalOf(script)).toBe(asCode(program));
  });
});

describe("options of an interpreter", () => {
  test.each([
    ["bash", `bash -o pipefail -c ${X}`],
    ["bash", `bash -euo pipefail -c ${X}`],
    ["bash", `bash +O extglob -c ${X}`],
    ["bash", `bash -O extglob -c ${X}`],
    ["bash", `bash --rcfile file -c ${X}`],
    ["bash", `bash $FLAGS -c ${X}`],
    ["bash", `bash $(flags) -c ${X}`],
    ["bash", `bash \`flags\` -c ${X}`],
    ["bash", `bash '' -c ${X}`],
    ["bash", `bash - -c ${X}`],
    ["bash", `bash ${X} -c ${X}`],
    ["bash", `xargs -I a bash a -c ${X}`],
    ["bash", `$RUN bash a.sh -c ${X}`],
    ["sh", `docker run --entrypoint sh image -c ${X}`],
    ["python3", `python3 -m module -c ${X}`],
    ["python3", `python3 -X dev -uc ${X}`],
    ["node", `node --loader ./a.mjs -e ${X}`],
    ["node", `node --require ./a.js --no-warnings -e ${X}`],
    ["node", `node inspect -e ${X}`],
    ["node", `node debug -e ${X}`],
    ["perl", `perl -I lib -e ${X}`],
    ["perl", `perl -I lib -Ma${X}`],
    ["perl", `perl -I -I -e ${X}`],
    ["perl", `perl -e 1 -ma${X}`],
    ["perl", `perl $FLAGS -Ma${X}`],
    ["perl", `perl -M ${X}`],
    ["ruby", `ruby -I lib -r json -e ${X}`],
    ["lua", `lua -l module -e ${X}`],
    ["php", `php -c ini -d a=b -r ${X}`],
    ["Rscript", `Rscript a.R -e ${X}`],
    ["deno", `deno run a.ts -e ${X}`],
    ["su", `su web -c ${X}`],
  ])("of %s are not over in %j", (program, script) => {
    expect(refusalOf(script)).toBe(asCode(program));
  });

  test.each([
    ...[`ruby a.rb -m ${X}`, `perl a.pl -m ${X}`, `lua a.lua -m ${X}`, `Rscript a.R -month ${X}`, `ruby -m ${X}`],
    ...[`perl -w -T -I lib -MJSON -Ilib a.pl -M ${X} -e ${X}`, `docker exec c perl a.pl -m ${X}`],
    ...[`sh a -c ${X}`, `bash -eu -o pipefail ./a.sh -c ${X}`, `bash -euo pipefail a.sh --command=${X}`],
    ...[`python a.py -c ${X}`, `python3 -u -W ignore -X dev ~/a.py -c ${X}`, `sudo -u web python3 /a/b.py -c ${X}`],
    ...[`node a.js -e ${X}`, `node --max-old-space-size=9 --no-warnings -r ./b --import ./c a.js --print ${X}`],
    ...[`ruby -w -rjson -I lib a.rb -e ${X}`, `lua -W -l b a.lua -e ${X}`, `php -n -da=b -d a=b a.php -r ${X}`],
    ...[`kubectl exec web -- python a.py -c ${X}`, `timeout 5 python a.py -c ${X}`, `find . -exec sh a.sh -c ${X} \\;`],
    `xargs -0 exec -- sh a.sh -c ${X}`,
  ])("are over behind its script: %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

describe("--call", () => {
  test.each([
    ...[`npm exec -c ${X}`, `npm x --call=${X}`, `npm exe -c ${X}`, `npm exec a --call ${X} -- b`],
    ...[`npm --prefix a exec -c ${X}`, `npm --call ${X} exec`, `npm $COMMAND -c ${X}`, `npm ${X} -c ${X}`],
  ])("is code in %j", (script) => {
    expect(refusalOf(script)).toBe(asCode("npm"));
  });

  test.each([
    ...[`npm run deploy -- -c ${X}`, `npm run x -- --call=${X}`, `npm test -c ${X}`, `npm exec -- a -c ${X}`],
    ...[`npm --prefix a run b -- -c ${X}`],
  ])("is not in %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

describe("what awk takes as it is", () => {
  test.each([
    ...[
      `awk -v n=${X} ${X}`,
      `awk -vn=${X} ${X}`,
      `awk -F ${X} ${X}`,
      `awk -v ${X} p`,
      `awk -v${X} p`,
      `awk -v a${X} p`,
    ],
    ...[`awk -F${X} p`, `awk -F -v ${X}`, `awk -F -vn=${X} ${X}`, `awk -v n=${X} -f ${X}`, `awk -f -vn=${X}`],
    ...[`awk -e -vn=${X}`, `awk -v n=${X} -e ${X}`, `awk --assign ${X} p`, `awk -F${X} ${X}`],
    ...[`awk ${X}-F ${X}`],
  ])("is not all of %j", (script) => {
    expect(refusalOf(script)).toBe(asCode("awk"));
  });

  test.each([
    ...[`awk -v n=${X} '{ print n }' f`, `awk -vn=${X} '{ print n }' f`, `awk -F ${X} '{ print $NF }' ${X}`],
    ...[`awk -F: -v n=${X} -v m=a${X} '{ print n }' f`, `docker exec c awk -v n=${X} p`],
    ...[`awk --assign n=${X} --field-separator a${X} p`],
  ])("may be filled in: %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

describe("a package for npx", () => {
  test.each([`npx ${X}`, `npx a${X}`, `npx @${X}`, `npx @a/${X}`, `npx @${X}/a`, `npx ${X}@1`, `npx -p ${X} a`])(
    "is written out: %j",
    (script) => {
      expect(refusalOf(script)).toBe(namesProgramOf("npx"));
    },
  );

  // npm:other@1, an address: what stands behind the @ may be another package.
  test.each([`npx a@${X}`, `npx -y @a/b.c@${X} d`, `npx a@1.${X}`, `npx -p a@${X} a`])(
    "and so is its version: %j",
    (script) => {
      expect(refusalOf(script)).toBe(namesProgramOf("npx"));
    },
  );

  it("is no program of another", () => {
    expect(refusalOf(`sudo a@${X}`)).toBe(namesProgramOf("sudo"));
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
    [asCode("sh"), ["docker", "exec", "c", "sh", "-c", X]],
    [asCode("npm"), ["npm", "exec", "--call", X]],
    [asCode("git"), ["git", "-c", `alias.x=!echo ${X}`, "x"]],
  ])("is refused with %j: %j", (reason, command) => {
    expect(stepFaults({ command })).toEqual([`command: ${reason}`]);
  });

  test.each([
    [["env", `FOO=${X}`, "cmd"]],
    [["git", "-c", `http.extraHeader=Authorization: ${X}`, "fetch"]],
    [["jq", "-r", "--arg", "pod", X, ".[$pod]"]],
    [["git", "checkout", X]],
    [["kubectl", "logs", "git", "-c", X]],
    [["npm", "run", "deploy", "--", "-c", X]],
    [["awk", "-v", `n=${X}`, "{ print n }"]],
    [["perl", "send.pl", "-m", X]],
  ])("is not: %j", (command) => {
    expect(stepFaults({ command })).toEqual([]);
  });
});

it("a word of which nothing more is told begins with what is filled in behind all that is written", () => {
  const words = ["env", "PATH=", "date"].map((text) => ({ text, isFilled: text === "PATH=" }));
  expect(codeProblem(words)).toBe(decides("PATH"));
});
