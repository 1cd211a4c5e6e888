import fc from "fast-check";
import { describe, expect, it, test } from "vitest";

import { ConfigurationError } from "../../src/core/errors.ts";
import { parseTags } from "../../src/core/template.ts";
import { fillCommand } from "../../src/runbook/fill/fill.ts";
import { shellTemplate } from "../../src/runbook/shell/shell.ts";
import { run } from "../support/spawn.ts";
import { valuesOf } from "./values.ts";

const HOSTILE = `a'b"c $(touch PWNED) \`touch PWNED\` \${HOME} * \\ ; & | > < # {{ labels.y }} \n-rf é`;

function refusal(text: string): string {
  try {
    shellTemplate(parseTags(text));
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return "";
}

async function output(shell: string, text: string, labels: Record<string, string>): Promise<string> {
  const filled = fillCommand(shellTemplate(parseTags(text)), valuesOf({ labels }));
  if ("refused" in filled) throw new Error(filled.refused);
  const { stdout, stderr } = await run(shell, [...filled.filled.args], { env: { PATH: process.env.PATH } });
  return stdout + stderr;
}

describe("a script", () => {
  it("is handed its values beside it", () => {
    expect(shellTemplate(parseTags("a {{ labels.x }} | b --n={{ labels.y }}"))).toMatchObject({
      script: 'a "${1}" | b --n="${2}"',
      values: [{ text: "{{ labels.x }}" }, { text: "{{ labels.y }}" }],
      mayBeginWithDash: [false, true],
    });
  });

  it("without values is its author's own", () => {
    expect(shellTemplate(parseTags('eval "$X" `id` <<E\n$1\nE\n')).values).toEqual([]);
  });

  it("takes more values than there are digits", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `l${String(index)}`);
    const labels = Object.fromEntries(names.map((name) => [name, `${name} ${HOSTILE}`]));
    const text = `printf '<%s>' ${names.map((name) => `{{ labels.${name} }}`).join(" ")}`;
    expect(await output("sh", text, labels)).toBe(names.map((name) => `<${name} ${HOSTILE}>`).join(""));
  });

  const accepted: [text: string, expected: (value: string) => string][] = [
    ["printf '<%s>' {{ labels.x }}", (value) => `<${value}>`],
    ["printf '<%s>' a{{ labels.x }}b", (value) => `<a${value}b>`],
    [`printf '<%s>' "pod: "{{ labels.x }}' end'`, (value) => `<pod: ${value} end>`],
    ["x={{ labels.x }}; printf '<%s>' \"$x\"", (value) => `<${value}>`],
    ["printf '<%s>' \"$(printf '%s' {{ labels.x }})\"", (value) => `<${value}>`],
    ["if [ {{ labels.x }} = a ]; then echo a; else printf '%s' {{ labels.x }}; fi", (value) => value],
    ["for i in {{ labels.x }} b; do printf '<%s>' \"$i\"; done", (value) => `<${value}><b>`],
    ["case {{ labels.x }} in a) echo a;; *) printf '<%s>' {{ labels.x }};; esac", (value) => `<${value}>`],
    ["printf '%s' {{ labels.x }} | cat", (value) => value],
    ["(printf '%s' {{ labels.x }}; printf '%s' $((1 + 2)))", (value) => `${value}3`],
    ["cat <<E\n$(echo a)\nE\nprintf '%s' {{ labels.x }} # done", (value) => `a\n${value}`],
    ["set -eu; printf '%s' {{ labels.x }} 2>&1", (value) => value],
    ["echo `echo a` ${NONE:-b} ${#NONE}; printf '%s' \\\n  {{ labels.x }}", (value) => `a b 0\n${value}`],
  ];
  describe.each(["dash", "bash"])("run by %s", (shell) => {
    test.each(accepted)("%j takes a hostile value as data", async (text, expected) => {
      expect(await output(shell, text, { x: HOSTILE })).toBe(expected(HOSTILE));
    });
  });

  test.each([
    ["echo '{{ labels.x }}'", /\{\{ labels.x \}\} is inside single quotes, .* write it outside of them/],
    ['echo "pod {{ labels.x }}"', /inside double quotes/],
    ["echo `a {{ labels.x }}`", /inside backticks/],
    ["echo $((1 + {{ labels.x }}))", /inside \$\(\( \)\)/],
    ["echo ${a:-{{ labels.x }}}", /inside \$\{ \}/],
    ["cat <<E\n{{ labels.x }}\nE\n", /inside a here-document; write printf/],
    ["cat <<'E'\na\n{{ labels.x }}\nE\n", /inside a here-document/],
    ["cat <<{{ labels.x }}\n", /the end of a here-document/],
    ["a # {{ labels.x }}", /in a comment/],
    ["a \\{{ labels.x }}", /after a backslash/],
    ["a ${{ labels.x }}", /after a \$/],
    ["{{ labels.x }} a", /would name the program to run/],
    ["a; {{ labels.x }}", /would name the program to run/],
    ["if {{ labels.x }}; then a; fi", /would name the program to run/],
    ["a | X=y {{ labels.x }}", /would name the program to run/],
    ["a $({{ labels.x }})", /would name the program to run/],
    ["eval {{ labels.x }}", /"eval" reads this as code/],
    [". {{ labels.x }}", /"\." reads this as code/],
    ["sh -c {{ labels.x }}", /"sh" reads this as code/],
    ["sudo -u web bash -lc {{ labels.x }}", /"bash" reads this as code/],
    ["sh 2>&1 -c {{ labels.x }}", /"sh" reads this as code/],
    ["sudo {{ labels.x }}", /would name the program that sudo runs/],
    ["ssh -p 22 {{ labels.host }} restart {{ labels.x }}", /a shell on the other side/],
    ["PATH={{ labels.x }} a", /PATH decides which code is run/],
    ["f() { echo {{ labels.x }}; }; f a", /a function/],
    ["function f { echo {{ labels.x }}; }", /function changes what/],
    ["shift; echo {{ labels.x }}", /shift changes what/],
    ["set -- a; echo {{ labels.x }}", /set changes what/],
    ["command set a; echo {{ labels.x }}", /changes what/],
    ['echo "$1" {{ labels.x }}', /"\$1" would be about what is filled in/],
    ["echo $# {{ labels.x }}", /"\$#" would be about/],
    ["echo ${2:-a} {{ labels.x }}", /would be about/],
    ['echo "$@" {{ labels.x }}', /would be about/],
    ["for i; do echo $i {{ labels.x }}; done", /for would go through what is filled in/],
    ["echo $'a' {{ labels.x }}", /is not the same to all shells/],
    ["echo ${a:-'b'} {{ labels.x }}", /more quoting in it than can be followed/],
    ["((1)); echo {{ labels.x }}", /is not the same to all shells/],
    ['echo "$(case a in a) echo "{{ labels.x }}";; esac)"', /case in brackets/],
    ["echo 'a {{ labels.x }}", /single quotes/],
    ["echo (a {{ labels.x }}", /a function, or a list in brackets/],
    ["(echo {{ labels.x }}", /a bracket is not closed/],
  ])("%j is refused", (text, message) => {
    expect(refusal(text)).toMatch(message);
  });

  it("refuses a value that would be an option, unless it stands behind --", () => {
    const filled = (text: string): unknown =>
      fillCommand(shellTemplate(parseTags(text)), valuesOf({ labels: { x: "-rf" } }));
    expect(filled("rm {{ labels.x }}")).toEqual({ refused: expect.stringMatching(/^labels.x begins with a dash/) });
    expect(filled("rm -- {{ labels.x }}")).toHaveProperty("filled");
    expect(filled("rm a{{ labels.x }}")).toHaveProperty("filled");
    expect(filled("echo a > {{ labels.x }}")).toHaveProperty("filled");
    expect(filled("printf %s {{ labels.x }}")).toHaveProperty("filled");
    expect(filled("printf {{ labels.x }}")).toHaveProperty("refused");
  });

  // An oracle: each value quoted by hand where it stands. Whatever is accepted must come to the same.
  test.each(["dash", "bash"])(
    "that is accepted comes to the same as one with its values quoted, in %s",
    { timeout: 120_000 },
    async (shell) => {
      const piece = fc.oneof(
        { weight: 6, arbitrary: fc.constantFrom("{{ labels.x }}", " {{ labels.y }}") },
        {
          weight: 10,
          arbitrary: fc.constantFrom(
            ...[
              " ",
              "\n",
              "'",
              '"',
              "\\",
              "`",
              "$(",
              ")",
              "$((",
              "((",
              "${a",
              "}",
              "#",
              ";",
              "|",
              "&&",
              "a",
              "b=",
              "<<E\n",
              "\nE\n",
              "$",
            ],
            ...[
              " echo ",
              "printf %s ",
              "; echo ",
              "$(echo ",
              "case a in ",
              "a) ",
              ";; ",
              "esac",
              "if ",
              "then ",
              "fi",
              "{ ",
              "(",
              ">&2 ",
            ],
          ),
        },
      );
      const scripts = fc
        .sample(fc.array(piece, { minLength: 2, maxLength: 9 }), { numRuns: 30_000, seed: 3 })
        .map((parts) => `echo ${parts.join("")}`);
      const tried = [...new Set(scripts)]
        .filter((text) => text.includes("{{") && !text.includes("$$") && refusal(text) === "")
        .slice(0, 250);
      expect(tried.length, "all were refused: nothing was compared").toBeGreaterThan(100);
      const labels = { x: "q'\"$(echo no)`echo no` ;\\ *", y: "two  words" };
      const quote = (value: string): string => `'${value.replaceAll("'", "'\\''")}'`;
      let same = 0;
      for (const text of tried) {
        const byHand = text.replaceAll("{{ labels.x }}", quote(labels.x)).replaceAll("{{ labels.y }}", quote(labels.y));
        const { script, values } = shellTemplate(parseTags(text));
        const given = values.map((value) => (value.text === "{{ labels.x }}" ? labels.x : labels.y));
        const [mine, theirs] = await Promise.all([
          run(shell, ["-c", script, "sh", ...given], CWD),
          run(shell, ["-c", byHand, "sh"], CWD),
        ]);
        expect([text, mine.code, mine.stdout]).toEqual([text, theirs.code, theirs.stdout]);
        same += mine.code === 0 && mine.stdout.includes("q'") ? 1 : 0;
      }
      expect(same, "no value was ever printed").toBeGreaterThan(10);
    },
  );
});

const CWD = { cwd: "/", env: { PATH: process.env.PATH } };
