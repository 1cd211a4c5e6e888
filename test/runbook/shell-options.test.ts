import { describe, expect, test } from "vitest";

import { stepFaults } from "./definition-support.ts";
import { asCode, refusalOf } from "./shell-support.ts";

const X = "{{ labels.x }}";
const COMPUTED =
  "a program that is not written out may be a shell, which would read what is filled in behind -c as code; write the program out";

describe("the code of a shell stands behind its options", () => {
  test.each([
    ...[`sh -c -- ${X}`, `sh -c -x ${X}`, `sh -c -o pipefail ${X}`, `sh -c +e -eu ${X}`, `sudo sh -ec -- a${X}`],
    ...[`sh -c -${X}`, `sh -xc ${X} a`],
  ])("in %j", (script) => {
    expect(refusalOf(script)).toBe(asCode("sh"));
  });

  test.each([
    ...[`sh -c 'a "$1"' sh ${X}`, `sh -c -- 'a "$1"' sh ${X}`, `sh -c -e -o pipefail a ${X}`, `sh -c "$A" sh ${X}`],
    ...[`python3 -c a -- ${X}`, `psql -c a -x ${X}`, `bash -c -e`],
  ])("which has none of it in %j", (script) => {
    expect(refusalOf(`${script}; echo ${X}`)).toBe("");
  });

  test.each([
    ...[`$SHELL -c ${X}`, `"$SHELL" -lc ${X}`, `\${SHELL:-sh} -c a${X}`, `$(which bash) -e -c ${X}`, `\`a\` -c ${X}`],
    ...[`sudo $SHELL -c ${X}`],
  ])("also if the shell is computed: %j", (script) => {
    expect(refusalOf(script)).toBe(COMPUTED);
  });

  test.each([
    ...[`$KUBECTL logs web -c ${X}`, `$A -n ${X}`, `$A -c a ${X}`, `$A --abc ${X}`, `$A c ${X}`, `echo $A -c ${X}`],
    ...[`$A ${X}`, `$A`, `$A -c`, `$A -e -x`],
  ])("but not in %j", (script) => {
    expect(refusalOf(`${script}; echo ${X}`)).toBe("");
  });
});

describe("an option whose value is code", () => {
  test.each([
    ["git", `git rebase -x ${X}`],
    ["git", `git rebase -i -x 'a '${X} main`],
    ["git", `git rebase -ix${X}`],
    ["git", `git difftool -x ${X}`],
    ["git", `git clone -u ${X} a`],
    ["git", `git clone a -u ${X}`],
    ["node", `node --import ${X} a.js`],
    ["node", `node --import=data:${X} a.js`],
    ["node", `node -r ${X} a.js`],
    ["node", `node --no-warnings --require ${X} a.js`],
    ["nodejs", `nodejs --loader ./${X} a.js`],
    ["node", `node --experimental-loader ${X} a.js`],
    ["bun", `bun --preload ${X} a.js`],
    ["node", `node --inspect -e ${X}`],
    ["tar", `tar -I ${X} -cf a.tar b`],
    ["tar", `tar -cI ${X} -f a.tar b`],
    ["gtar", `gtar --use-compress-program=${X} -cf a.tar b`],
    ["tar", `tar -xf a.tar --to-command ${X}`],
    ["tar", `tar -xf a.tar --checkpoint-action=exec=${X}`],
    ["split", `split --filter=${X} a`],
    ["sort", `sort --compress-program ${X} a`],
    ["pwsh", `pwsh -Command ${X}`],
    ["pwsh", `pwsh -NoProfile -c Get-Process ${X}`],
    ["powershell", `powershell -command 'Get-Item '${X}`],
    ["powershell.exe", `powershell.exe -EncodedCommand ${X}`],
    ["aws", `aws ssm send-command --document-name a --parameters commands=${X}`],
    ["aws", `aws --region a ssm send-command --parameters commands=ls commands=${X}`],
    ["aws", `aws ssm send-command --parameters=commands=${X}`],
    ["az", `az vm run-command invoke --scripts ${X}`],
    ["az", `az vmss run-command invoke --scripts a b${X} --name c`],
    ["clickhouse-client", `clickhouse-client --query ${X}`],
    ["clickhouse", `clickhouse client --query='SELECT '${X}`],
    ["clickhouse-local", `clickhouse-local -q ${X}`],
    ["cqlsh", `cqlsh -e ${X}`],
    ["cqlsh", `cqlsh host --execute=${X}`],
    ["mysqlsh", `mysqlsh --sql -e ${X}`],
    ["sqlite3", `sqlite3 -cmd ${X} a.db`],
    ["python3", `python3 -m other -c ${X}`],
    ["python3", `python3 -m ${X} -c ${X}`],
    ["python3", `python3 -m pip${X} -c ${X}`],
    ["python3", `python3 -c ${X} -m pip`],
  ])("of %s takes none: %j", (program, script) => {
    expect(refusalOf(script)).toBe(asCode(program));
  });

  test.each([
    ...[`git push -u origin ${X}`, `git push -u ${X}`, `git clone ${X}`, `git rebase ${X}`, `git log -x ${X}`],
    ...[`git rebase -x a ${X}`, `git -C rebase-${X} log -x a`, `git rebase -X ${X}`],
    ...[`node a.js -r ${X}`, `node --enable-source-maps app.js -p ${X}`, `node --inspect a.js -r ${X} -e ${X}`],
    ...[`node -r a --import b c.js ${X}`, `bun run a -r ${X}`, `node ${X}`],
    ...[`tar -czf ${X} a`, `tar -C ${X} -xf a.tar`, `tar -I zstd -cf ${X} a`, `split -l 9 ${X}`, `sort -o ${X} a`],
    ...[`pwsh -File a.ps1 -Command ${X}`, `pwsh -NoProfile -f a.ps1 ${X}`, `pwsh -WorkingDirectory ${X} -c ls`],
    ...[
      `aws ssm send-command --parameters commands=ls --instance-ids ${X}`,
      `aws ssm send-command --parameters commands=ls --instance-ids=${X}`,
      `aws ssm put-parameter --name ${X}`,
    ],
    ...[`aws ssm send-command --instance-ids ${X} --parameters commands=ls`, `aws a create-stack --parameters b=${X}`],
    ...[`az vm run-command invoke -g ${X} --scripts a --name ${X}`, `az vm start --scripts ${X}`],
    ...[`clickhouse-client --param_a=${X} --query a`, `cqlsh ${X} -e a`, `clickhouse-client --host ${X}`],
    ...[`python3 -m pip install -c ${X} a`, `python3 -m alembic -c ${X} upgrade head`, `python3 -um pytest -c ${X}`],
    ...[`echo gcloud --command ${X}`, `gcloud a --command ${X}`, `cmd -c ${X}`],
  ])("is not in %j", (script) => {
    expect(refusalOf(`${script}; echo ${X}`)).toBe("");
  });
});

describe("an argument that is code where it stands", () => {
  test.each([
    ["yq", `yq '.a = "'${X}'"' f.yaml`],
    ["yq", `yq -i .a=${X} f.yaml`],
    ["yq", `yq eval -i .a=${X} f.yaml`],
    ["yq", `yq ea -o json .a=${X} f.yaml`],
    ["yq", `sudo yq -I 2 --input-format xml ${X}`],
    ["gojq", `gojq -r ${X}`],
    ["jaq", `jaq .a${X} f`],
    ["sqlite3", `sqlite3 a.db ${X}`],
    ["sqlite3", `sqlite3 -separator , a.db 'select '${X}`],
    ["sqlite3", `sqlite3 ${X} ${X}`],
    ["sqlite3", `sudo sqlite3 a.db .tables ${X}`],
    ["duckdb", `duckdb a.db ${X}`],
  ])("to %s: %j", (program, script) => {
    expect(refusalOf(script)).toBe(asCode(program));
  });

  test.each([
    ...[`yq . ${X}`, `yq eval .a ${X}`, `yq e -P . ${X}`, `yq -o json . ${X}`, `yq -r --arg a ${X} '.[$a]' f`],
    ...[`apt-get install yq ${X}`, `jq eval ${X}`, `gojq --arg a ${X} . f`, `jaq --indent 4 . ${X}`],
    ...[`sqlite3 ${X} .tables`, `sqlite3 -readonly ${X} 'select 1'`, `sqlite3 -separator ${X} a.db .dump`],
    ...[`sqlite3 -init ${X} a.db`, `sqlite3 a.db -${X}`, `apt-get install sqlite3 a ${X}`],
  ])("but not in %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

test("a list of arguments is read in the same way", () => {
  expect(stepFaults({ command: ["sqlite3", "a.db", `select '${X}'`] })).toEqual([`command: ${asCode("sqlite3")}`]);
  expect(stepFaults({ command: ["node", "--import", X, "a.js"] })).toEqual([`command: ${asCode("node")}`]);
  expect(stepFaults({ command: ["python3", "-m", "pip", "install", "-c", X, "a"] })).toEqual([]);
});
