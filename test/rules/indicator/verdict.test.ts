/** Whether what is counted plainly failed, or plainly did not, by its labels and names. */
import { describe, expect, test } from "vitest";

import { verdictOf } from "../../../src/rules/indicator/verdict.ts";
import { selectorOf } from "../promql/reading.ts";

const of = (part: readonly string[], all: readonly string[]): unknown =>
  verdictOf(part.map(selectorOf), all.map(selectorOf));

describe("a matcher", () => {
  test.each([
    ['code=~"5.."', "bad"],
    ['code!~"5.."', "good"],
    ['code="500"', "bad"],
    ['code!="500"', "good"],
    ['code=~"5xx"', "bad"],
    ['code=~"5XX"', "bad"],
    [String.raw`code=~"5\\d\\d"`, "bad"],
    [String.raw`code=~"5\\d{2}"`, "bad"],
    ['code=~"5.{2}"', "bad"],
    ['code=~"5.*"', "bad"],
    ['code=~"5.+"', "bad"],
    ['code=~"5[0-9][0-9]"', "bad"],
    ['code=~"50[0-9]"', "bad"],
    ['code=~"[5].."', "bad"],
    ['code=~"[45].."', "bad"],
    ['code!~"[45].."', "good"],
    ['code=~"^5..$"', "bad"],
    ['code=~"(5..)"', "bad"],
    ['code=~"(4..|5..)"', "bad"],
    ['code=~"^(500|503)$"', "bad"],
    ['code=~"500|503"', "bad"],
    ['code=~"4..|5.."', "bad"],
    ['code=~"5..|4.."', "bad"],
    ['code!~"4..|5.."', "good"],
    ['code!~"3..|5.."', "good"],
    ['code=~"2.."', "good"],
    ['code="200"', "good"],
    ['code=~"2..|20."', "good"],
    ['code!~"2.."', "bad"],
    ['code!="200"', "bad"],
    ['code="5x"', "bad"],
    ['status="500"', "bad"],
    ['http_status="500"', "bad"],
    ['grpc_code="5.."', "bad"],
    ['status_code="500"', "bad"],
    ['statuscode="500"', "bad"],
    ['code_class="5xx"', "bad"],
    ['status_class="5xx"', "bad"],
    ['response_code="500"', "bad"],
    ['http_response_status_code="500"', "bad"],
    ['status_family="5xx"', "bad"],
    ['CODE="500"', "bad"],
    ['status="error"', "bad"],
    ['status!="error"', "good"],
    ['status=~"error|failed"', "bad"],
    ['status!~"errors|fail"', "good"],
    ['outcome="failure"', "bad"],
    ['result="ko"', "bad"],
    ['result="ERROR"', "bad"],
    ['result="ok"', "good"],
    ['result!="ok"', "bad"],
    ['outcome=~"success|successful"', "good"],
    ['state="succeeded"', "good"],
    ['code="ok"', "good"],
    ['error="true"', "bad"],
    ['error="false"', "good"],
    ['error!="true"', "good"],
    ['error!="false"', "bad"],
    ['success="true"', "good"],
    ['success="false"', "bad"],
    ['success!="true"', "bad"],
    ['SUCCESS="true"', "good"],
    ['Error="true"', "bad"],
  ])("%s is %s", (matcher, looks) => {
    expect(of([`r{${matcher}}`], ["r"])).toEqual({ looks, because: matcher });
  });

  test.each([
    'code="404"',
    'code="450"',
    'code="420"',
    'code=~"4[5]."',
    'code=~"5(0.)"',
    'code=~"(5.)0"',
    'code=~"2..|2"',
    'code=~"500|340"',
    'code=~"500|3[45]0"',
    'code=~"405|450"',
    'code=~"4.."',
    'code!~"4.."',
    'code=~"3..|4.."',
    'code=~"2..|5.."',
    'code!~"2..|4.."',
    'code=~"5..|x"',
    'code=~"5....|500"',
    'code!~"5..|x"',
    'code=~"2..|x"',
    'code=~"4..|5..|x"',
    'code="5"',
    'code="5000"',
    'code=~"[^5].."',
    'code=~"x5.."',
    'job="500"',
    'mycode="500"',
    'code_x="500"',
    'job="error"',
    'status="pending"',
    'status=~"error|ok"',
    'status="xerror"',
    'status="okay"',
    'error="yes"',
    'error="error"',
    'success="ok"',
    'success=~"true|false"',
    'xsuccess="true"',
  ])("%s tells nothing", (matcher) => {
    expect(of([`r{${matcher}}`], ["r"])).toBeUndefined();
  });

  test("tells nothing where the total has it too; the next one may", () => {
    expect(of(['r{code="500"}'], ['r{code="500"}'])).toBeUndefined();
    expect(of(['r{code="500"}'], ["q", 'r{code="500"}'])).toBeUndefined();
    expect(of(['r{code="500",status="ok"}'], ['r{code="500"}'])).toEqual({ looks: "good", because: 'status="ok"' });
    expect(of(['r{a="b",code="500"}'], ["r"])).toEqual({ looks: "bad", because: 'code="500"' });
    expect(of(['r{code="500"}'], ['r{code="501"}'])).toEqual({ looks: "bad", because: 'code="500"' });
    expect(of(['r{code="500"}'], ['r{code!="500"}'])).toEqual({ looks: "bad", because: 'code="500"' });
    expect(of(['r{code="500"}'], ['r{job="500"}'])).toEqual({ looks: "bad", because: 'code="500"' });
  });

  test("on le is fast, but for the bucket of all", () => {
    expect(of(['x_bucket{le="0.2"}'], ["x_count"])).toEqual({ looks: "good", because: 'le="0.2"' });
    expect(of(['x_bucket{le="0.20"}'], ["x_count"])).toEqual({ looks: "good", because: 'le="0.2"' });
    expect(of(['x_bucket{le="+Inf"}'], ["x_count"])).toBeUndefined();
    expect(of(['x_bucket{le="+Inf",code="500"}'], ["x_count"])).toEqual({ looks: "bad", because: 'code="500"' });
  });
});

describe("a name", () => {
  test.each([
    ["x_errors_total", "bad"],
    ["x_error_total", "bad"],
    ["x_failures", "bad"],
    ["failure_count", "bad"],
    ["x_failed_total", "bad"],
    ["x_5xx_total", "bad"],
    ["ERRORS_TOTAL", "bad"],
    ["x_success_total", "good"],
    ["x_successes", "good"],
    ["successful_x", "good"],
    ["x_succeeded_total", "good"],
  ])("%s is %s", (name, looks) => {
    expect(of([name], ["r"])).toEqual({ looks, because: name });
  });

  test.each([
    [["x_total"], ["r"]],
    [["xerrors_total"], ["r"]],
    [["x_errorsx"], ["r"]],
    [["x_unsuccessful"], ["r"]],
    [["x_errors"], ["x_errors"]],
    [["x_errors"], ["r", "x_errors"]],
    [["x_errors"], ["r", "y_errors"]],
    [["x_success"], ["y_success"]],
    [['{a="b"}'], ["r"]],
  ])("%j of %j tells nothing", (part, all) => {
    expect(of(part, all)).toBeUndefined();
  });

  test("of success beside one of errors is good, and of errors beside one of success bad", () => {
    expect(of(["x_success"], ["x_errors", "r"])).toEqual({ looks: "good", because: "x_success" });
    expect(of(["x_errors"], ["x_success"])).toEqual({ looks: "bad", because: "x_errors" });
  });
});

test("several tell something only if all tell the same", () => {
  expect(of(["a_errors", "b_errors"], ["r"])).toEqual({ looks: "bad", because: "a_errors" });
  expect(of(["a_errors", 'r{code="500"}'], ["r"])).toEqual({ looks: "bad", because: "a_errors" });
  expect(of(["a_errors", "b_success"], ["r"])).toBeUndefined();
  expect(of(["a_errors", "b"], ["r"])).toBeUndefined();
  expect(of(["b", "a_errors"], ["r"])).toBeUndefined();
  expect(of([], ["r"])).toBeUndefined();
});
