/** Reads PromQL by Prometheus' own grammar: the one file that knows the parser. */
import type { Tree } from "@lezer/common";
import type { LRParser } from "@lezer/lr";
import { parser } from "@prometheus-io/lezer-promql";

import { DEEPEST, type PromFault, type PromNode } from "./node.ts";
import { bindPostfix, orderFault } from "./postfix.ts";
import { scanFault } from "./scan.ts";
import { syntaxFault } from "./syntax.ts";

/** A tree, or why there is none. */
export type PromTree = { readonly root: PromNode } | { readonly fault: PromFault };

const GRAMMAR: LRParser = parser;
const SKIPPED: ReadonlySet<string> = new Set(["LineComment"]);

/**
 * The tree of an expression, of at most 10,000 characters and 200 brackets inside each other; it never throws. What the
 * grammar alone does not refuse, `readPromql` does: a range where none may be, a wrong number of arguments.
 */
export function parsePromql(text: string): PromTree {
  const fault = scanFault(text);
  if (fault !== undefined) return { fault };
  return convert(GRAMMAR.parse(text), text);
}

interface OpenNode extends PromNode {
  readonly children: PromNode[];
}

/** Walks without recursion: the tree may be deeper than the stack. */
function convert(tree: Tree, text: string): PromTree {
  const open: OpenNode[] = [];
  let root: PromNode | undefined;
  let fault: PromFault | undefined;
  tree.iterate({
    enter: ({ type, name, from, to }) => {
      if (fault !== undefined || SKIPPED.has(name)) return false;
      if (type.isError) {
        fault = syntaxFault(
          text,
          from,
          open.map((node) => node.type),
        );
        return false;
      }
      if (open.length > DEEPEST) {
        fault = { offset: from, message: `more than ${String(DEEPEST)} expressions are inside each other here` };
        return false;
      }
      const node: OpenNode = { type: name, from, to, text: text.slice(from, to), children: [] };
      open.push(node);
      return true;
    },
    leave: ({ name }) => {
      if (fault !== undefined || SKIPPED.has(name)) return;
      const closed = open.pop();
      if (closed === undefined) return;
      root = bindPostfix(closed, text);
      fault = orderFault(root);
      open.at(-1)?.children.push(root);
    },
  });
  if (fault !== undefined) return { fault };
  const [expression] = root?.children ?? [];
  return expression === undefined ? { fault: { offset: 0, message: "the expression is empty" } } : { root: expression };
}
