import { describe, expect, it, test } from "vitest";

import { stepFaults } from "./definition-support.ts";
import { asCode, namesProgramOf, NAMES_PROGRAM, refusalOf } from "./shell-support.ts";

const X = "{{ labels.x }}";
const decides = (name: string): string => `${name} decides which code is run; write its value out`;
const namesVariable = (program: string): string =>
  `what is filled in would name the variable that ${program} sets; write its name out`;
const REMOTE =
  "ssh gives its words to a shell on the other side, which would read what is filled in as code; use a runner that takes values as data, or a program there that reads its input";

describe("exec of another program", () => {
  test.each([
    ...[`kubectl exec ${X} -- ls`, `kubectl exec deploy/${X} -c app -- ls`, `kubectl exec -n ${X} pod -- ls`],
    ...[`oc exec ${X} -- ls`, `docker exec ${X} ls`, `docker compose exec ${X} ls`, `nomad alloc exec ${X} ls`],
    // The value of an option stands in its own word.
    ...[`rsync -az --rsh=ssh ${X} b:/d`, `psql --command='select 1' ${X}`, `mysql --execute=a --host=${X}`],
    ...[`gcloud compute ssh vm --command=uptime --zone=${X}`, `fly ssh console --command=uptime --app=${X}`],
    ...[`node --require=./x.js a.js ${X}`, `clickhouse-client --query='select 1' --host=${X}`],
    ...[`echo ${X} | docker login -u node --password-stdin`, `cat ${X} | docker build -t php -`],
    `a ${X} | python3 - <<'E'\nprint(1)\nE`,
    ...[`docker exec -u ${X} web ls`, `docker exec -w ${X} web ls`, `docker exec --user ${X} web ls ${X}`],
    ...[`docker exec -it ${X} sh -c ls`, `kubectl exec web -- ls ${X}`, `kubectl exec -it ${X} -- sh -c ls`],
    ...[
      `docker exec -e A=${X} web ls`,
      `$KUBECTL exec ${X} -- ls`,
      `sudo docker exec ${X} ls`,
      `echo exec ${X}`,
      `echo dlx ${X}`,
      `npm run x -- ${X}`,
      `npm run x ${X}`,
    ],
    ...[`a x ${X}`, `npm exec eslint -- ${X}`, `pnpm dlx a ${X}`, `poetry run pytest ${X}`, `bundle exec rake ${X}`],
    ...[`kubectl -n npm get x ${X}`, `npm --prefix a x ${X}`, `a npm b exec ${X}`, `npm run ${X}`],
  ])("is given what is filled in: %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });

  test.each([
    ["exec", `npm exec ${X}`],
    ["exe", `npm exe ${X}`],
    ["exec", `pnpm exec ${X}`],
    ["exec", `yarn exec a${X}`],
    ["exec", `bundle exec ${X}`],
    ["exec", `bundler exec ${X}`],
    ["exec", `rbenv exec ${X}`],
    ["exec", `mise exec -- ${X}`],
    ["exec", `npm --prefix a exec ${X}`],
    ["exec", `npm exec --package=${X} -- a`],
    ["exec", `exec ${X}`],
    ["exec", `sudo exec ${X}`],
    ["exec", `kubectl exec web -- exec ${X}`],
    ["exec", `kubectl exec web -- npm exec ${X}`],
    ["exec", `docker exec web npm exec ${X}`],
    ["x", `npm x ${X}`],
    ["x", `npm x -p=${X} a`],
    ["x", `bun x ${X}`],
    ["dlx", `pnpm dlx ${X}`],
    ["dlx", `yarn dlx -q a@${X}`],
    ["dlx", `pnpm dlx --package=${X} a`],
    ["run", `pipx run ${X}`],
    ["run", `uv run ${X}`],
    ["bunx", `bunx ${X}`],
    ["bunx", `sudo bunx ${X}`],
    ["uvx", `uvx ${X}`],
    ["uvx", `uvx --from=a${X} b`],
    ["uvx", `uvx --with=${X} b`],
    ["npx", `npx --package=${X} a`],
    ["npx", `npx -y -p=${X} a`],
  ])("or what stands for it is not given a program by %s in %j", (program, script) => {
    expect(refusalOf(script)).toBe(namesProgramOf(program));
  });

  test.each([`bunx a ${X}`, `uvx ruff ${X}`, `npx --cache=${X} a`, `uvx -p=${X} a`, `apt-get install bunx ${X}`])(
    "a package that is written out may be given any: %j",
    (script) => {
      expect(refusalOf(script)).toBe("");
    },
  );
});

describe("a program that is started elsewhere", () => {
  test.each([
    ["kubectl", `kubectl exec web -- ${X}`],
    ["kubectl", `kubectl -n a exec -it web -c b -- a${X}`],
    ["kubectl", `kubectl run a --image=b -- ${X}`],
    ["kubectl", `sudo kubectl debug node/a -- ${X}`],
    ["oc", `oc exec web -- ${X}`],
    ["lxc", `lxc exec web -- ${X}`],
    ["aws-vault", `aws-vault exec a -- ${X}`],
    ["docker", `docker exec web ${X}`],
    ["docker", `docker exec -it -u root --env A=1 web ${X}`],
    ["podman", `sudo podman exec web a${X}`],
    ["compose", `docker compose exec web ${X}`],
    ["compose", `docker compose -f prod.yml exec web ${X}`],
    ["docker", `docker --context prod exec web ${X}`],
    ["docker-compose", `docker-compose exec --index 2 web ${X}`],
    ["docker", `docker run --entrypoint ${X} image`],
    ["docker", `docker run --entrypoint=${X} image`],
    ["nerdctl", `nerdctl run --entrypoint=/bin/${X} image`],
  ])("by %s is written out in %j", (program, script) => {
    expect(refusalOf(script)).toBe(namesProgramOf(program));
  });

  test.each([
    ...[`kubectl delete pod -- ${X}`, `kubectl get pods -- ${X}`, `kubectl exec ${X}`, `kubectl exec web ${X} -- ls`],
    ...[`npm run a -- ${X}`, `lxc delete -- ${X}`, `lxc run -- ${X}`, `git checkout -- ${X}`],
    ...[`docker run --entrypoint sh ${X}`, `docker run --entrypoint=sh ${X}`, `docker run a ${X}`, `docker logs ${X}`],
    ...[`docker exec web`, `a exec web ${X}`, `docker exec -${X} web ls`, `docker start web ${X}`],
  ])("is, in %j", (script) => {
    expect(refusalOf(`${script}; echo ${X}`)).toBe("");
  });

  test.each([
    [decides("LD_PRELOAD"), `docker run -e LD_PRELOAD=${X} image`],
    [decides("LD_PRELOAD"), `docker run -eLD_PRELOAD=${X} image`],
    [decides("LD_PRELOAD"), `docker run -ite LD_PRELOAD=${X} image`],
    [decides("LD_PRELOAD"), `docker run --env LD_PRELOAD=${X} image`],
    [decides("LD_PRELOAD"), `sudo podman run -e A=${X} --env=LD_PRELOAD=a${X} image`],
    [decides("PATH"), `docker exec -e PATH=${X} web ls`],
    [decides("PATH"), `kubectl run a --image=b --env=PATH=${X}`],
    [namesVariable("docker"), `docker run -e A${X}=1 image`],
    [namesVariable("docker"), `docker run --env=${X}=1 image`],
  ])("is refused with %j in %j", (reason, script) => {
    expect(refusalOf(script)).toBe(reason);
  });

  test.each([
    ...[`docker run -e A=${X} image`, `docker run --env=A=${X} image`, `docker run --env-file ${X} image`],
    ...[`docker run -e ${X} image`, `docker run -e PATH=/bin ${X}`, `docker run --label PATH=${X} image`],
    ...[`docker run -${X}=a image`, `kubectl exec web -- grep -e PATH=${X} f`, `a -e PATH=${X}`],
  ])("may be handed %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });
});

describe("ssh as a command of another program", () => {
  test.each([
    ...[
      `gcloud compute ssh vm --zone ${X}`,
      `gcloud compute ssh ${X} --zone a --command 'ls'`,
      `fly ssh console -a ${X}`,
    ],
    ...[`flyctl ssh console -C ls -a ${X}`, `gcloud compute ssh vm --zone ${X} -- -N`],
    ...[`rsync -ae ssh a ${X}`, `sudo rsync -av -e ssh ${X} web:a`, `rsync --rsh ssh a ${X}`],
    ...[`rsync -av a ${X}`, `rsync --exclude=${X} a b`, `rsync -e 'ssh -p 22' a ${X}`],
  ])("is given %j", (script) => {
    expect(refusalOf(script)).toBe("");
  });

  test.each([
    [REMOTE, `gcloud compute ssh vm --zone a -- ${X}`],
    [REMOTE, `gcloud compute ssh vm -- ls ${X}`],
    [REMOTE, `rsync a b && ssh web ls ${X}`],
    [REMOTE, `grep -e ssh web ${X}`],
    [asCode("gcloud"), `gcloud compute ssh vm --command ${X}`],
    [asCode("gcloud"), `gcloud compute ssh vm --command=ls${X}`],
    [asCode("gcloud"), `gcloud compute ssh vm --ssh-flag=${X}`],
    [asCode("fly"), `fly ssh console -a b -C ${X}`],
    [asCode("flyctl"), `flyctl ssh console --command=${X}`],
    [asCode("rsync"), `rsync -e 'ssh -p '${X} a b`],
    [asCode("rsync"), `rsync -ave ${X} a b`],
    [asCode("rsync"), `rsync --rsh=${X} a b`],
    [asCode("rsync"), `rsync --rsync-path ${X} a b`],
  ])("is refused with %j in %j", (reason, script) => {
    expect(refusalOf(script)).toBe(reason);
  });
});

test("a list of arguments is read in the same way", () => {
  expect(stepFaults({ command: ["kubectl", "exec", X, "-c", "app", "--", "ls"] })).toEqual([]);
  expect(stepFaults({ command: ["kubectl", "exec", "web", "--", X] })).toEqual([
    `command: ${namesProgramOf("kubectl")}`,
  ]);
  expect(stepFaults({ command: ["docker", "run", "-e", `PATH=/bin:${X}`, "a"] })).toEqual([
    `command: ${decides("PATH")}`,
  ]);
});

describe("a variable that decides which code is run", () => {
  test.each([
    ...["GIT_SEQUENCE_EDITOR", "GIT_PROXY_COMMAND", "GIT_EXEC_PATH", "GIT_TEMPLATE_DIR", "GIT_EXTERNAL_DIFF"],
    ...["GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_PAGER", "GIT_EDITOR", "GIT_CONFIG_COUNT", "TAR_OPTIONS"],
    ...["RSYNC_RSH", "RSYNC_CONNECT_PROG", "SSH_ASKPASS", "AWS_PAGER", "MANPAGER", "SYSTEMD_PAGER", "PSQL_PAGER"],
    ...["PAGER", "EDITOR", "VISUAL", "BROWSER", "LESSOPEN", "KUBE_EDITOR", "KUBECTL_EXTERNAL_DIFF", "KUBECONFIG"],
    ...["LUA_INIT", "LUA_INIT_5_4", "CLASSPATH", "MAVEN_OPTS", "MAVEN_ARGS", "GRADLE_OPTS", "DOTNET_STARTUP_HOOKS"],
    ...["npm_config_script_shell", "NPM_CONFIG_REGISTRY", "Npm_Config_a", "ZDOTDIR", "ENV", "BASH_ENV", "PS4"],
    ...["_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "PERL5LIB", "RUBYOPT", "PYTHONHOME", "GCONV_PATH"],
    ...["MAKEFLAGS", "GNUMAKEFLAGS", "MAKEFILES", "DYLD_INSERT_LIBRARIES"],
  ])("such as %s is written out", (name) => {
    expect(refusalOf(`${name}=${X} a`)).toBe(decides(name));
    expect(stepFaults({ command: "a", environment: { [name]: X } })).toEqual([`environment.${name}: ${decides(name)}`]);
    expect(refusalOf(`A${name}=${X} a`)).toBe("");
    expect(stepFaults({ command: `a ${X}`, environment: { [name]: "b" } })).toEqual([]);
  });

  test.each([
    "npm_config_",
    "npm_config",
    "npm_package_name",
    "GIT_AUTHOR_NAME",
    "GIT_DIR",
    "AWS_PROFILE",
    "TAR",
    "editor",
  ])("is not %s", (name) => {
    expect(refusalOf(`${name}=${X} a`)).toBe("");
  });
});

it("what is filled in is no program where a command begins", () => {
  expect(refusalOf(`kubectl exec web -- ls; ${X}`)).toBe(NAMES_PROGRAM);
});
