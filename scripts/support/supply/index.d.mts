/** Types of the checks of `npm run supply`, for its tests. */
export interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

export interface Lock {
  readonly packages: Readonly<Record<string, Locked>>;
}

export interface Bill {
  readonly components: ReadonlyArray<{
    readonly purl: string;
    readonly licenses?: ReadonlyArray<{ readonly license: { readonly id?: string } }>;
    readonly hashes?: ReadonlyArray<{ readonly content: string }>;
  }>;
}

export interface Packed {
  readonly files: ReadonlyArray<{ readonly path: string }>;
  readonly size: number;
  readonly unpackedSize: number;
}

export declare const ALLOWED: readonly RegExp[];
export declare function tarballProblems(packed: Packed): string[];
export declare function runtimePlaces(lock: Lock): string[];
export declare function packageProblems(lock: Lock): string[];
export declare function lockProblems(lock: Lock): string[];
export declare function dependencyProblems(dependencies: readonly string[], architecture: string): string[];
export declare function sizeOf(folder: string): number;
export declare function billOf(manifest: { readonly name: string }, lock: Lock): Bill;
export declare function billProblems(bill: Bill, lock: Lock): string[];
export declare function codeProblems(
  folder: string,
  dependencies: readonly string[],
): Promise<{ readonly files: number; readonly problems: string[] }>;
