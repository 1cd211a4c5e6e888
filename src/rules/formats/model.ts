/** Formats that SLOs are written in elsewhere, and what comes of reading one. */
import type { ConfigurationIssue } from "../../core/errors.ts";
import type { SloDocument } from "../../slo/document.ts";
import type { SloDocumentInput } from "../../slo/written.ts";
import type { RuleRemark } from "../rule-set.ts";

/** The formats that nines reads; the first is its own. */
export const SLO_FORMATS = ["nines", "openslo/v1", "openslo/v1alpha", "sloth", "pyrra"] as const;

/** One of {@link SLO_FORMATS}. `sloth` is both its files and its Kubernetes resources. */
export type SloFormat = (typeof SLO_FORMATS)[number];

/** How to read. */
export interface ImportOptions {
  /** What to call the text in an error, as a rule its file's name. */
  readonly file?: string;
  /** The window of SLOs whose format has none, or that name none; `30d` without it. */
  readonly window?: string;
  /** The format that the text must be of, and that documents are taken for which do not say; told by itself without it. */
  readonly format?: SloFormat;
}

/** SLOs of another format. */
export interface ImportedSlos {
  readonly format: SloFormat;
  /** The same as an SLO document of nines: plain values, to be written as YAML and kept. */
  readonly document: SloDocumentInput;
  /** What `document` says. */
  readonly slos: SloDocument;
  /**
   * What the text says and nines does not do, or does otherwise, by its path in the document that it stands in, and with
   * what to do instead. Empty if nothing was lost.
   */
  readonly unsupported: readonly ConfigurationIssue[];
  /** Those of `unsupported` for which an SLO is missing from `document`. */
  readonly leftOut: readonly ConfigurationIssue[];
  /** What is read as it is written, and was probably meant otherwise: objectives below 50 %. */
  readonly remarks: readonly RuleRemark[];
}
