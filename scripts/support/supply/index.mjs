/** The checks of `npm run supply`, as its tests import them; their types are in index.d.mts. */
export { billOf, billProblems } from "./bill.mjs";
export { codeProblems } from "./code.mjs";
export { dependencyProblems, lockProblems, packageProblems, runtimePlaces, sizeOf } from "./packages.mjs";
export { ALLOWED, tarballProblems } from "./tarball.mjs";
