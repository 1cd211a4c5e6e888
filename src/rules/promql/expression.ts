/** An expression in PromQL, by what it means. Brackets are gone: the tree says what belongs together. */

/** The labels that an aggregation keeps, or drops. */
export type Grouping =
  { readonly kind: "none" } | { readonly kind: "by" | "without"; readonly labels: readonly string[] };

/** One matcher of a selector. */
export interface LabelMatcher {
  readonly name: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** A vector selector. */
export interface Selector {
  /** Undefined where the name is given by a matcher on `__name__`, which is then among the matchers. */
  readonly metric: string | undefined;
  readonly matchers: readonly LabelMatcher[];
}

/** Where an expression stands in its text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** `offset` and `@` behind a selector. */
export interface Shift {
  readonly offsetMs: number;
  /** What stands behind `@`; undefined without one. */
  readonly at: string | undefined;
}

export interface NumberExpr extends Span {
  readonly kind: "number";
  readonly value: number;
}

export interface StringExpr extends Span {
  readonly kind: "string";
  readonly value: string;
}

/** A selector: of the newest samples, or of those within a range. */
export interface SelectorExpr extends Span {
  readonly kind: "selector";
  readonly selector: Selector;
  readonly rangeMs: number | undefined;
  readonly shift: Shift;
}

/** `expression[range:step]`. */
export interface SubqueryExpr extends Span {
  readonly kind: "subquery";
  readonly of: Expr;
  readonly rangeMs: number;
  readonly stepMs: number | undefined;
  readonly shift: Shift;
}

export interface CallExpr extends Span {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Expr[];
}

export interface AggregateExpr extends Span {
  readonly kind: "aggregate";
  readonly name: string;
  readonly grouping: Grouping;
  readonly parameter: Expr | undefined;
  readonly of: Expr;
}

/** `on(...)` or `ignoring(...)`, and which side may have many. */
export interface Matching {
  readonly kind: "on" | "ignoring";
  readonly labels: readonly string[];
  readonly many: "left" | "right" | undefined;
  readonly include: readonly string[];
}

export interface BinaryExpr extends Span {
  readonly kind: "binary";
  readonly operator: string;
  readonly bool: boolean;
  readonly matching: Matching | undefined;
  readonly left: Expr;
  readonly right: Expr;
}

export interface UnaryExpr extends Span {
  readonly kind: "unary";
  readonly operator: "-" | "+";
  readonly of: Expr;
}

export type Expr =
  NumberExpr | StringExpr | SelectorExpr | SubqueryExpr | CallExpr | AggregateExpr | BinaryExpr | UnaryExpr;

/** The expressions that this one is made of directly. */
export function partsOf(expression: Expr): readonly Expr[] {
  switch (expression.kind) {
    case "number":
    case "string":
    case "selector":
      return [];
    case "subquery":
    case "unary":
      return [expression.of];
    case "call":
      return expression.args;
    case "aggregate":
      return expression.parameter === undefined ? [expression.of] : [expression.parameter, expression.of];
    case "binary":
      return [expression.left, expression.right];
  }
}

/** The expression and all within it, in the order of the text. */
export function* everyExpr(expression: Expr): Generator<Expr> {
  yield expression;
  for (const part of partsOf(expression)) yield* everyExpr(part);
}

/** The same with each part, from the innermost on, as `change` gives it. */
export function mapExpr(expression: Expr, change: (part: Expr) => Expr): Expr {
  const inner = (part: Expr): Expr => mapExpr(part, change);
  switch (expression.kind) {
    case "number":
    case "string":
    case "selector":
      return change(expression);
    case "subquery":
    case "unary":
      return change({ ...expression, of: inner(expression.of) });
    case "call":
      return change({ ...expression, args: expression.args.map(inner) });
    case "aggregate": {
      const { parameter } = expression;
      return change({ ...expression, parameter: parameter && inner(parameter), of: inner(expression.of) });
    }
    case "binary":
      return change({ ...expression, left: inner(expression.left), right: inner(expression.right) });
  }
}
