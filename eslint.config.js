import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

// Time, chance and the terminal reach src only through these files, so that every other one can be tested by hand.
const EFFECT_FILES = [
  ...["src/core/time/clock.ts", "src/core/give-way.ts", "src/core/host.ts", "src/core/random.ts"],
  ...["src/adapters/**", "src/cli/main.ts"],
];
// Only these rooms may talk to Node itself; the rest must run wherever JavaScript runs.
const NODE_ROOMS = ["src/adapters/**", "src/cli/**", "src/http/**", "src/testing/**"];

const CLOCK = "Take a clock: `{ clock = systemClock }` (src/core/time/clock.ts).";
const RANDOM = "Take a source of chance from src/core/random.ts.";

const restrictedGlobals = [
  ...["setTimeout", "setInterval", "setImmediate"].map((name) => ({ name, message: CLOCK })),
  { name: "performance", message: CLOCK },
  { name: "console", message: "The library is silent: report through a port or an event." },
];

const restrictedProperties = [
  { object: "Date", property: "now", message: CLOCK },
  { object: "Math", property: "random", message: RANDOM },
  { object: "crypto", property: "randomUUID", message: RANDOM },
  { object: "crypto", property: "getRandomValues", message: RANDOM },
  { object: "process", property: "env", message: "Settings are arguments: the host reads its environment." },
  ...["setTimeout", "setInterval", "setImmediate", "performance"].map((property) => ({
    object: "globalThis",
    property,
    message: CLOCK,
  })),
  { object: "globalThis", property: "console", message: "The library is silent." },
];

const exportAll = {
  selector: "ExportAllDeclaration",
  message: "Name each export: no `export *` but in src/index.ts, which is made of the faces of the rooms.",
};
const dateWithoutArguments = [
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: CLOCK },
  { selector: "CallExpression[callee.name='Date']", message: CLOCK },
];

export default defineConfig(
  globalIgnores(["dist/", "coverage/", ".cache/", "test/fixtures/", "test/data/", "src/dashboard/page-bundle.ts"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    // A program for each project: a `projectService`, which editors like, takes two thirds longer for all files.
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.json", "./src/dashboard/page/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: "error",
      // These three argue taste: no mistake is found through them.
      "@typescript-eslint/array-type": "off",
      "@typescript-eslint/class-literal-property-style": "off",
      "@typescript-eslint/unified-signatures": "off",
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-extraneous-class": "off",
      "@typescript-eslint/no-invalid-void-type": ["error", { allowAsThisParameter: true }],
      "@typescript-eslint/no-unnecessary-condition": ["error", { allowConstantLoopConditions: true }],
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", ignoreRestSiblings: true }],
      // `isolatedDeclarations` asks for types that this rule would take away again.
      "@typescript-eslint/no-inferrable-types": "off",
      // A port's method is async because of its other implementations, whether or not this one waits.
      "@typescript-eslint/require-await": "off",
      // `!` is refused, so an index that a loop has bounded is read by `as`, which names the type.
      "@typescript-eslint/non-nullable-type-assertion-style": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
    },
  },
  { files: ["src/**/*.ts"], rules: { "no-restricted-syntax": ["error", exportAll, ...dateWithoutArguments] } },
  { files: ["src/index.ts"], rules: { "no-restricted-syntax": ["error", ...dateWithoutArguments] } },
  {
    files: ["src/**/*.ts"],
    ignores: EFFECT_FILES,
    rules: {
      "no-restricted-globals": ["error", ...restrictedGlobals],
      "no-restricted-properties": ["error", ...restrictedProperties],
    },
  },
  { files: EFFECT_FILES, rules: { "no-restricted-syntax": ["error", exportAll] } },
  {
    files: ["src/**/*.ts"],
    ignores: NODE_ROOMS,
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ regex: "^node:", message: "Only adapters/, cli/, http/ and testing/ may talk to Node." }] },
      ],
    },
  },
  {
    // The page runs in a browser, where nobody hands in a clock; its bundle is built with the names of the DOM.
    files: ["src/dashboard/page/**/*.ts"],
    rules: {
      "no-restricted-globals": "off",
      "no-restricted-properties": "off",
      "no-restricted-syntax": ["error", exportAll],
    },
  },
  {
    // Tests and examples hold parsed JSON, half-made hosts and expected rejections, where these rules find only noise.
    files: ["test/**/*.ts", "examples/**/*.ts", "bench/**/*.ts"],
    rules: {
      "@typescript-eslint/no-empty-function": "off",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-call": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
      "@typescript-eslint/unbound-method": "off",
    },
  },
  {
    // Plain scripts are outside the TypeScript project, and run in Node with its globals.
    files: ["**/*.js", "**/*.mjs"],
    extends: [tseslint.configs.disableTypeChecked],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "console",
          "process",
          "URL",
          "performance",
          "setTimeout",
          "setImmediate",
          "clearTimeout",
          "globalThis",
          "fetch",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
);
