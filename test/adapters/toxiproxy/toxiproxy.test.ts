import { describe, test } from "vitest";

import { startToxiproxy, toxiproxyProgram } from "../../support/toxiproxy.ts";
import { startStandIn } from "../../support/toxiproxy-stand-in.ts";
import { describeToxiproxy } from "./suite.ts";

describeToxiproxy("a Toxiproxy that stands in", startStandIn);

const program = await toxiproxyProgram();
if (program.path !== undefined) {
  const { path } = program;
  describeToxiproxy("a real Toxiproxy", () => startToxiproxy(path));
} else if (program.couldBe && process.env.NINES_REQUIRE_SERVICES === "1") {
  describe("a real Toxiproxy", () => {
    test("can be made", () => {
      throw new Error(`NINES_REQUIRE_SERVICES=1, and ${program.why}`);
    });
  });
} else {
  describe.skip(`a real Toxiproxy [${program.why}]`, () => {
    test("does the same", () => undefined);
  });
}
