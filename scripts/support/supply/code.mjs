/** What the built code must not do: make code of text, load what nobody named, or need a package that is not installed with it. */
import { readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { join } from "node:path";

/** Threads of the pressure that an experiment asks for are begun with a constant text, so that they have no file to find. */
const CONSTANT_THREADS = ["adapters/pressure/threads.js"];
const MODULES_THAT_RUN_TEXT = ["vm", "node:vm", "inspector", "node:inspector", "repl", "node:repl"];
/** The compiler is asked only of what could be wrong, for it takes its time. */
const SPECIFIER = /(?:\bfrom|\bimport) *\(?["']([^"'\n]+)["']/g;
const SUSPICIOUS =
  /\beval\b|\bFunction\s*\(|\bimport\s*\(\s*[^"'\s]|\brequire\s*\(|\bcreateRequire\b|\bdlopen\b|\bprocess\.binding\b/;

/** Problems of all files of a folder, and how many there were. */
export async function codeProblems(folder, dependencies) {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    );
  const problems = [];
  for (const path of files) {
    if (/\.(js|d\.ts)$/.test(path)) problems.push(...(await fileProblems(folder, path, dependencies)));
    else problems.push(`${path} is neither code nor declarations`);
  }
  return { files: files.length, problems };
}

async function fileProblems(folder, path, dependencies) {
  const text = readFileSync(join(folder, path), "utf8");
  const isFine = (name) => isKnown(name, dependencies) && !MODULES_THAT_RUN_TEXT.includes(name);
  const suspects = [...text.matchAll(SPECIFIER)].some(([, name]) => !isFine(name));
  const isSuspicious = path.endsWith(".js") && SUSPICIOUS.test(text);
  if (!suspects && !isSuspicious) return [];

  const { default: ts } = await import("typescript");
  // In comments there are examples, which import everything.
  const imported = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const running = imported.filter((name) => MODULES_THAT_RUN_TEXT.includes(name));
  const foreign = imported.filter((name) => !running.includes(name) && !isKnown(name, dependencies));
  return [
    ...foreign.map((name) => `${path} imports ${name}, which is not installed with it`),
    ...running.map((name) => `${path} imports ${name}, which runs text as code`),
    ...(isSuspicious ? constructs(ts, path, text) : []),
  ];
}

function isKnown(name, dependencies) {
  if (name.startsWith(".") || /^nines(\/|$)/.test(name)) return true;
  if (name.startsWith("node:")) return builtinModules.includes(name.slice("node:".length));
  return dependencies.some((dependency) => name === dependency || name.startsWith(`${dependency}/`));
}

function constructs(ts, path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
  const problems = [];
  const note = (node, what) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    problems.push(`${path}:${line + 1} ${what}`);
  };
  const look = (node) => {
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const called = node.expression;
      const [first] = node.arguments ?? [];
      if (called.kind === ts.SyntaxKind.ImportKeyword) {
        if (first === undefined || !ts.isStringLiteral(first)) note(node, "imports what is only known when it runs");
      } else if (/^(globalThis\.)?(eval|Function)$|^process\.(binding|dlopen)$/.test(called.getText(source)))
        note(node, `calls ${called.getText(source)}`);
      else if (/^(require|createRequire)$/.test(called.getText(source))) note(node, "requires modules");
    }
    if (ts.isPropertyAssignment(node) && /^["']?eval["']?$/.test(node.name.getText(source))) {
      if (!CONSTANT_THREADS.includes(path)) note(node, "begins a thread with a text as its code");
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return problems;
}
