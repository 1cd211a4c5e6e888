// The regular expressions of src, as TypeScript reads them: literals, and those that are made of constants.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const ROOT = join(import.meta.dirname, "..", "..");
/** Where the verdicts are kept that were found last. */
export const VERDICTS = join(ROOT, "test/quality/regexps.json");
/** Made of other sources, which are looked at themselves; the charts in it are uPlot's. */
const GENERATED = new Set(["src/dashboard/page-bundle.ts"]);
const MIGHT = /\/(?![/*])[^\n]*\/|RegExp/;

/** `{ found: [{ source, flags, place }], dynamic: [{ text, place }] }` of all of src. */
export function regexpsOfSource() {
  const found = [];
  const dynamic = [];
  const files = readdirSync(join(ROOT, "src"), { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `src/${name.replaceAll("\\", "/")}`);
  for (const file of files.sort()) {
    if (GENERATED.has(file)) continue;
    const text = readFileSync(join(ROOT, file), "utf8");
    if (MIGHT.test(text)) look(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), found, dynamic);
  }
  if (found.length < 100) throw new Error(`only ${found.length} regular expressions were found in src`);
  return { found, dynamic };
}

/** As it would be written: what verdicts are kept by. */
export function keyOf({ source, flags }) {
  return `/${source}/${flags}`;
}

/** What was found out last. */
export function readVerdicts() {
  return JSON.parse(readFileSync(VERDICTS, "utf8"));
}

function look(file, found, dynamic) {
  const constants = new Map();
  const visit = (node) => {
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined) {
      if (node.parent.flags & ts.NodeFlags.Const) constants.set(node.name.text, node.initializer);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  const place = (node) => `${file.fileName}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
  const collect = (node) => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf("/");
      found.push({ source: node.text.slice(1, end), flags: node.text.slice(end + 1), place: place(node) });
    } else if (
      (ts.isNewExpression(node) || ts.isCallExpression(node)) &&
      ts.isIdentifier(node.expression) &&
      node.expression.text === "RegExp"
    ) {
      const [pattern, flags] = node.arguments ?? [];
      const source = textOf(pattern, constants);
      const made = flags === undefined ? "" : textOf(flags, constants);
      if (source === undefined || made === undefined) {
        dynamic.push({ text: `${file.fileName}: ${node.getText().replace(/\s+/g, " ")}`, place: place(node) });
      } else found.push({ source, flags: made, place: place(node) });
    }
    ts.forEachChild(node, collect);
  };
  collect(file);
}

/** The text that an expression of constants has; undefined for any other. */
function textOf(node, constants, depth = 0) {
  if (node === undefined || depth > 20) return undefined;
  const inner = (part) => textOf(part, constants, depth + 1);
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return inner(node.expression);
  if (ts.isIdentifier(node)) return inner(constants.get(node.text));
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    const [left, right] = [inner(node.left), inner(node.right)];
    return left === undefined || right === undefined ? undefined : left + right;
  }
  if (ts.isPropertyAccessExpression(node) && node.name.text === "source") {
    const literal = ts.isIdentifier(node.expression) ? constants.get(node.expression.text) : node.expression;
    if (literal === undefined || !ts.isRegularExpressionLiteral(literal)) return undefined;
    return literal.text.slice(1, literal.text.lastIndexOf("/"));
  }
  const isRaw = ts.isTaggedTemplateExpression(node) && node.tag.getText() === "String.raw";
  const template = isRaw ? node.template : node;
  const said = (part) => (isRaw ? (part.rawText ?? part.text) : part.text);
  if (isRaw && ts.isNoSubstitutionTemplateLiteral(template)) return said(template);
  if (!ts.isTemplateExpression(template)) return undefined;
  let text = said(template.head);
  for (const { expression, literal } of template.templateSpans) {
    const part = inner(expression);
    if (part === undefined) return undefined;
    text += part + said(literal);
  }
  return text;
}
