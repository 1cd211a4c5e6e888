import { describe, expect, test } from "vitest";

import { asCode, dashesOf, NAMES_PROGRAM, refusalOf } from "./shell-support.ts";

const X = "{{ labels.x }}";
const INSIDE = `${X} is inside a here-document; write printf '%s\\n' ${X} | program`;

describe("a here-document", () => {
  test.each([
    ["<<E", "a\nE\n"],
    ["<< E", "a\nE\n"],
    ["<<\tE", "a\nE\n"],
    ["<< \t E", "a\nE\n"],
    ["<<E", "E\n"],
    ["<<E", "\n\nE\n"],
    ["<<EF", "E\nEF \n EF\nF\nEF\n"],
    ["<<'E'", "$1 'a\nE\n"],
    ['<<"E"', '"a\nE\n'],
    ["<<E'F'\"G\"", "E\nEFG\n"],
    ["<<-E", "\ta\nE\n"],
    ["<<-E", "a\n\t\tE\n"],
    ["<<--E", "a\nE\n-E\n"],
    ["<< -E", "a\n-E\n"],
    ["<<A <<B", "B\nA\nA\nB\n"],
    ["<<E <f", "a\nE\n"],
    ["3<<E", "a\nE\n"],
    ["<<E; a", "'\nE\n"],
    ["<<E;a", "'\nE\n"],
    ["<<E|a", "'\nE\n"],
    ["<<E&", "'\nE\n"],
    ["<<E<f", "'\nE\n"],
    ["<<E>f", "'\nE\n"],
    ["<<E # a", "'\nE\n"],
  ])("begun by %j goes on to its last line", (begin, body) => {
    expect(refusalOf(`cat ${begin}\n${body}echo ${X}`)).toBe("");
    expect(refusalOf(`cat ${begin}\n${body}${X}`)).toBe(NAMES_PROGRAM);
    expect(refusalOf(`echo ${X}; cat ${begin}\n${body.slice(0, -1)}`)).toBe("");
  });

  const reads = (program: string): string =>
    `"${program}" reads its input as code, and what is filled in with it; write its script out, and hand the value over as an argument`;
  test.each([
    ["ssh", "ssh host <<E", "systemctl restart $x"],
    ["sh", "sh <<E", "echo ${x}"],
    ["sh", "sh <<-E", "echo ${x:-1}"],
    ["python3", "python3 - <<E", "print('$x')"],
    ["sh", "cat <<E | sh", "echo $x"],
  ])("that %s reads must not hold a variable with what is filled in: %j", (program, begin, line) => {
    expect(refusalOf(`x=${X}\n${begin}\n${line}\nE\n`)).toBe(reads(program));
    // Quoted it is not put in; another one may be, and so may this in what is data.
    expect(refusalOf(`x=${X}\n${begin.replace("E", "'E'")}\n${line}\nE\n`)).toBe("");
    expect(refusalOf(`xy=${X}\n${begin}\n${line}\nE\n`)).toBe("");
    expect(refusalOf(`x=${X}\nkubectl apply -f - <<E\n${line}\nE\n`)).toBe("");
  });

  test("takes the place of what is piped, but for one that is another file", () => {
    expect(refusalOf(`echo ${X} | sh <<E\nls\nE\n`)).toBe("");
    expect(refusalOf(`echo ${X} | sh 0<<E\nls\nE\n`)).toBe("");
    expect(refusalOf(`echo ${X} | sh 3<<E\nls\nE\n`)).toBe(reads("sh"));
    expect(refusalOf(`echo ${X} | sh 3 <<E\nls\nE\n`)).toBe("");
  });

  test("in brackets ends before they do", () => {
    expect(refusalOf(`(cat <<E)\n(\nE\necho ${X}`)).toBe("");
    expect(refusalOf(`(cat <<E\n(\nE\n)\necho ${X}`)).toBe("");
    expect(refusalOf(`echo $(cat <<E\n)\nE\n) ${X}`)).toBe("");
  });

  test.each([
    [`cat <<E\n${X}\nE\n`, INSIDE],
    [`cat <<'E'\na ${X}\nE\n`, INSIDE],
    [`cat <<E\nE${X}\nE\n`, INSIDE],
    [`cat <<-EF\nE\tF\n${X}\nEF\n`, INSIDE],
    [`cat <<--E\n${X}\n-E\n`, INSIDE],
    [`cat <<A <<B\nA\n${X}\nB\n`, INSIDE],
    [`cat <<A <<A\nb\nA\n${X}\nA\n`, INSIDE],
    [`cat <<${X}\n`, `${X} is the end of a here-document; write a word`],
    [`cat <<E${X}\n`, `${X} is the end of a here-document; write a word`],
    [`cat << $E\nE\n${X}`, "the end of a here-document has quoting that cannot be followed"],
    [`cat <<E$F\nE\n${X}`, "the end of a here-document has quoting that cannot be followed"],
    [`cat <<\`E\`\nE\n${X}`, "the end of a here-document has quoting that cannot be followed"],
    [`cat <<\\E\nE\n${X}`, "the end of a here-document has quoting that cannot be followed"],
    [`cat <<\nE\n${X}`, "a here-document has no word that ends it"],
    [`cat <<''\n${X}`, "a here-document has no word that ends it"],
    [`cat ${X} <<`, "a here-document has no word that ends it"],
    [`cat ${X} <<E`, "a here-document has no lines"],
    [`cat <<E; echo ${X}`, "a here-document has no lines"],
    [`cat ${X} <<E\nF\n`, "a here-document is not closed by E"],
    [`cat ${X} <<'E'\nE F\n`, "a here-document is not closed by E"],
    [`cat ${X} <<E\n\tE\n`, "a here-document is not closed by E"],
    [`cat ${X} <<-E\n E\n`, "a here-document is not closed by E"],
    [`cat ${X} <<-E\nE\t\n`, "a here-document is not closed by E"],
    [`cat ${X} <<E\na\\\nE\n`, "a line of a here-document ends in a backslash"],
  ])("is refused in %j", (script, message) => {
    expect(refusalOf(script)).toBe(message);
  });

  test("leaves the words behind it to their command", () => {
    expect(refusalOf(`sh <<E -c ${X}\nE\n`)).toBe(asCode("sh"));
    expect(refusalOf(`sh 3<<E -c ${X}\nE\n`)).toBe(asCode("sh"));
    expect(refusalOf(`<<E ${X}\nE\n`)).toBe(NAMES_PROGRAM);
    expect(dashesOf(`cat <<E -- ${X}\nE\n`)).toBe("may");
    expect(dashesOf(`cat <<E ${X}\nE\n`)).toBe("may not");
    expect(dashesOf(`cat <<E >${X}\nE\n`)).toBe("may");
  });

  test("may have a backslash within a line", () => {
    expect(refusalOf(`cat <<E\na\\b\n\\ \nE\necho ${X}`)).toBe("");
  });
});
