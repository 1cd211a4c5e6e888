/** Sloth's documents: its files (`version: prometheus/v1`) and its Kubernetes resources, which are in camel case. */
import type { Objective } from "../../core/objective.ts";
import * as z from "../../core/schema.ts";
import { CLUSTER_METADATA, percentage, STATUS, text, texts } from "./fields.ts";
import type { Texts } from "./labels.ts";
import { unused } from "./part.ts";

const PLUGINS = unused("nines has no plugins of Sloth; what they add to the rules has to be written beside them");

/** The names that the two forms do not share. */
export interface SlothKeys {
  readonly sloPlugins: string;
  readonly errorRatio: string;
  readonly errors: string;
  readonly total: string;
  readonly page: string;
  readonly ticket: string;
}

/** Those of files. */
export const FILE_KEYS: SlothKeys = {
  sloPlugins: "slo_plugins",
  errorRatio: "error_ratio_query",
  errors: "error_query",
  total: "total_query",
  page: "page_alert",
  ticket: "ticket_alert",
};

/** Those of Kubernetes resources. */
export const RESOURCE_KEYS: SlothKeys = {
  sloPlugins: "sloPlugins",
  errorRatio: "errorRatioQuery",
  errors: "errorQuery",
  total: "totalQuery",
  page: "pageAlert",
  ticket: "ticketAlert",
};

const alert = z.object({ disable: z.boolean().optional(), labels: texts.optional(), annotations: texts.optional() });

const alertTexts = z.object({ name: text.optional(), labels: texts.optional(), annotations: texts.optional() });

/** What one SLO says. */
export interface SlothSlo {
  readonly name: string;
  readonly description?: string | undefined;
  readonly objective: Objective;
  readonly labels?: Texts | undefined;
  readonly sli: SlothSli;
  readonly alerting?: SlothAlerting | undefined;
}

/** What an SLO measures; one of them is written. The keys of queries are those of {@link SlothKeys}. */
export interface SlothSli {
  readonly raw?: Texts | undefined;
  readonly events?: Texts | undefined;
  readonly plugin?: Readonly<Record<string, unknown>> | undefined;
}

/** The alerts of an SLO. Those of a severity have a key of {@link SlothKeys}. */
export interface SlothAlerting {
  readonly name?: string | undefined;
  readonly labels?: Texts | undefined;
  readonly annotations?: Texts | undefined;
  readonly [severity: string]: unknown;
}

function sloSchema(keys: SlothKeys): z.ZodType<SlothSlo> {
  return z.object({
    name: text,
    description: text.optional(),
    objective: percentage,
    plugins: PLUGINS,
    labels: texts.optional(),
    sli: z.object({
      raw: z.object({ [keys.errorRatio]: text }).optional(),
      events: z.object({ [keys.errors]: text, [keys.total]: text }).optional(),
      // Its options are told of as a whole.
      plugin: z.record(z.string(), z.unknown()).optional(),
    }),
    alerting: alertTexts.extend({ [keys.page]: alert.optional(), [keys.ticket]: alert.optional() }).optional(),
  });
}

function groupShape(keys: SlothKeys) {
  return {
    service: text,
    labels: texts.optional(),
    [keys.sloPlugins]: PLUGINS,
    slos: z.array(sloSchema(keys)).min(1),
  };
}

/** SLOs of a service. */
export interface SlothGroup {
  readonly service: string;
  readonly labels?: Texts | undefined;
  readonly slos: readonly SlothSlo[];
}

/** A file of Sloth. */
export const slothFile: z.ZodType<SlothGroup> = z.object({
  version: text.optional(),
  ...groupShape(FILE_KEYS),
});

const resource = z.object({
  apiVersion: text.optional(),
  kind: text.optional(),
  metadata: z
    .object({
      name: text.optional(),
      namespace: text.optional(),
      labels: texts.optional(),
      annotations: texts.optional(),
      ...CLUSTER_METADATA,
    })
    .optional(),
  spec: z.object(groupShape(RESOURCE_KEYS)),
  status: STATUS,
});

/** What a Kubernetes resource of Sloth says. */
export interface SlothResource {
  readonly metadata?:
    | {
        readonly name?: string | undefined;
        readonly namespace?: string | undefined;
        readonly labels?: Texts | undefined;
        readonly annotations?: Texts | undefined;
      }
    | undefined;
  readonly spec: SlothGroup;
}

/** A Kubernetes resource of Sloth. */
export const slothResource: z.ZodType<SlothResource> = resource as unknown as z.ZodType<SlothResource>;
