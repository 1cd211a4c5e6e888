/** Numbers, strings and selectors, in all spellings. */
import { describe, expect, test } from "vitest";

import { outcomesOf } from "./outcomes.ts";

describe("values", () => {
  test("numbers", async () => {
    const expressions = `
      5m
      1h30m
      -5m
      1_000
      0x1F
      -0x1f
      017
      078
      01.5
      0777
      1_0_0
      0x1_F
      -017
      - Inf
      -NaN
      1d12h
      1ms
      1y
      100ms5s
      08
      0
      00
      .5
      5.
      1e3
      1E-3
      +5
      - 5
      --5
      -+5
      +-5
      -(5)
      - - x
      +x
      -(+x)
      Inf
      inf
      +Inf
      -inf
      NaN
      nan
      infinity
      info
      nano
      1
      0.5 + 0.25
      1e400
      0x
      1__0
      1.5e-7
      - 5m
      0b1
      0o17
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/promql/numbers.txt");
  });

  test("strings", async () => {
    const expressions = `
      "a"
      "\\x41\\xff"
      "\\x80"
      "\\x7f"
      "\\xc3\\n"
      "\\x0a\\xc3\\xa9"
      "\\0"
      "\\012"
      'a'
      \`a\`
      "a\\x41\\u00e9\\U0001F600\\101"
      "\\xff"
      "\\x"
      "\\U00110000"
      "\\U0010FFFF"
      "\\udfff"
      "\\ue000"
      "\\q"
      "a\\"b"
      'a\\'b'
      "\\\\"
      "é\\xc3\\xa9"
      \`a␍b\`
      "\\ud7ff"
      "\\xf0\\x9f\\x98\\x80"
      '\\"'
      "\\'"
      "\\400"
      "\\377"
      "\\x0a"
      "\\\\n"
      "a\\""
      ""
      \`\`
      ''
      \`"\`
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/promql/strings.txt");
  });

  test("selectors", async () => {
    const expressions = `
      x{a="b",}
      x{,}
      x{a="b",,}
      {"x.y"}
      {"x.y",a="b"}
      x{"y.z"}
      {"a.b"="c",d="e"}
      {"a", "b"}
      {__name__="x"}
      {__name__="x",__name__="y"}
      {__name__!="x"}
      {__name__=~"x"}
      {__name__=""}
      {__name__="",a="b"}
      x{__name__=~"y"}
      x{a="b"} offset 5m
      {a=""}
      {a!="("}
      {a!="",b!=""}
      {a="b",c=""}
      {"a"=""}
      {a="",b="c"}
      {a!=""}
      {a!="b"}
      {a=~""}
      {a=~"b|"}
      {a!~""}
      {a!~"b"}
      {a!~".+"}
      {a=~".+"}
      x{a="b" "c"}
      x{a}
      x{a=}
      x{="b"}
      x{a="b"=}
      x{a<"b"}
      x{5="b"}
      x{a=5}
      x{a="b" c}
      x{a='b' c}
      x{a=\`b\` c}
      x{a ~ "b"}
      x{a,b="c"}
      x{a=~"*"}
      x{a!~"("}
      {"x",__name__="y"}
      {__name__="y","x"}
      {a="b",__name__="y"}
      x{a="b",a="c"}
      {""}
      {"",a="b"}
      x{"a"="b"}
      x{"é"="b"}
    `;
    await expect(outcomesOf(expressions)).toMatchFileSnapshot("../../data/rules/promql/selectors.txt");
  });
});
