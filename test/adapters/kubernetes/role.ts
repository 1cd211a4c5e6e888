/** The role that the docs give, for a namespace of a test. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { V1PolicyRule, V1Role } from "@kubernetes/client-node";

import { parseYaml } from "../../../src/core/yaml/yaml.ts";
import { ROOT } from "../../support/spawn.ts";

const EXAMPLE = join(ROOT, "examples/kubernetes/role.yaml");

/** The rules of the documented role, for `namespace` in place of `shop`. */
export function documentedRules(namespace: string): V1PolicyRule[] {
  const [role = ""] = readFileSync(EXAMPLE, "utf8").replaceAll("shop", namespace).split(/^---$/m);
  return (parseYaml(role).value as V1Role).rules ?? [];
}
