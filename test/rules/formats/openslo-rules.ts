/** The rules of the OpenSLO v1 specification (its README), as far as they can be checked on a text. */

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- what a text has is not known before it is checked
type Mapping = Record<string, any>;

const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const KEY = /^[a-zA-Z0-9](?:[\w.-]{0,61}[a-zA-Z0-9])?$/;
const SHORTHAND = /^[1-9]\d*[mhdwMQY]$/;

const KINDS: Readonly<Record<string, (spec: Mapping, refs: References) => string[]>> = {
  SLO: (spec, refs) => [
    ...required(spec, ["service", "budgetingMethod", "objectives"]),
    ...(["Occurrences", "Timeslices", "RatioTimeslices"].includes(spec.budgetingMethod) ? [] : ["budgetingMethod"]),
    ...((spec.indicator === undefined) === (spec.indicatorRef === undefined) ? ["one indicator"] : []),
    ...indicator(spec.indicator),
    ...(spec.timeWindow?.length === 1 ? timeWindow(spec.timeWindow[0]) : ["one timeWindow"]),
    ...(spec.objectives as Mapping[]).flatMap((one) => objective(one, spec.budgetingMethod, spec.indicator)),
    ...((spec.alertPolicies ?? []) as Mapping[]).flatMap((one) => refs.need("AlertPolicy", one.alertPolicyRef)),
    ...refs.need("Service", spec.service),
    ...description(spec),
  ],
  AlertPolicy: (spec, refs) => [
    ...required(spec, [
      "alertWhenBreaching",
      "alertWhenResolved",
      "alertWhenNoData",
      "conditions",
      "notificationTargets",
    ]),
    ...(spec.conditions?.length === 1 ? condition(spec.conditions[0]) : ["one condition"]),
    ...(spec.notificationTargets as Mapping[]).flatMap((one) => refs.need("AlertNotificationTarget", one.targetRef)),
  ],
  AlertNotificationTarget: (spec) => required(spec, ["target"]),
  Service: (spec) => description(spec),
};

interface References {
  need(kind: string, name: string): string[];
}

/** What is wrong with the objects of a text; nothing, if it holds to the specification. */
export function openSloProblems(objects: readonly unknown[]): string[] {
  const names = (objects as Mapping[]).map(({ kind, metadata }) => `${String(kind)}/${String(metadata.name)}`);
  const twice = names.filter((name, index) => names.indexOf(name) !== index).map((name) => `${name} is there twice`);
  const refs: References = { need: (kind, name) => (names.includes(`${kind}/${name}`) ? [] : [`no ${kind} ${name}`]) };
  return [
    ...twice,
    ...(objects as Mapping[]).flatMap((object) => {
      const { apiVersion, kind, metadata: about, spec } = object;
      const check = KINDS[String(kind)];
      const found = [
        ...required(object, ["apiVersion", "kind", "metadata", "spec"]),
        ...(apiVersion === "openslo/v1" ? [] : ["apiVersion"]),
        ...metadata(about as Mapping),
        ...(check === undefined ? ["kind"] : check(spec as Mapping, refs)),
      ];
      return found.map((problem) => `${String(kind)}/${String(about.name)}: ${problem}`);
    }),
  ];
}

function required(mapping: Mapping, keys: readonly string[]): string[] {
  return keys.filter((key) => mapping[key] === undefined).map((key) => `${key} is missing`);
}

function description({ description: text }: Mapping): string[] {
  return text === undefined || text.length <= 1_050 ? [] : ["description is too long"];
}

function metadata({ name, displayName, labels = {}, annotations = {} }: Mapping): string[] {
  return [
    ...(DNS_LABEL.test(name) ? [] : [`name ${String(name)}`]),
    ...(displayName === undefined || (displayName.length > 0 && displayName.length <= 63) ? [] : ["displayName"]),
    ...Object.entries(labels as Mapping).flatMap(([key, value]) =>
      KEY.test(key) && KEY.test(value) ? [] : [`label ${key}`],
    ),
    ...Object.entries(annotations as Mapping).flatMap(([key, value]) => {
      const slash = key.indexOf("/");
      const isKey = KEY.test(key.slice(slash + 1)) && (slash === -1 || /^[a-z0-9.-]{1,253}$/.test(key.slice(0, slash)));
      return isKey && typeof value === "string" && value !== "" && !key.startsWith("openslo.com/")
        ? []
        : [`annotation ${key}`];
    }),
  ];
}

function indicator(written: Mapping | undefined): string[] {
  if (written === undefined) return [];
  const { thresholdMetric, ratioMetric } = written.spec;
  if ((thresholdMetric === undefined) === (ratioMetric === undefined)) return ["one metric"];
  if (thresholdMetric !== undefined) return metric(thresholdMetric as Mapping);
  const { good, bad, total, raw, rawType } = ratioMetric;
  if (raw !== undefined)
    return [...metric(raw as Mapping), ...(["success", "failure"].includes(rawType) ? [] : ["rawType"])];
  const part = good ?? bad;
  return [
    ...metric(total as Mapping),
    ...metric(part as Mapping),
    ...(good !== undefined && bad !== undefined ? ["good and bad"] : []),
  ];
}

function metric({ metricSource }: Mapping): string[] {
  return required(metricSource as Mapping, ["type", "spec"]);
}

function timeWindow({ duration, isRolling, calendar }: Mapping): string[] {
  const isCalendar = calendar !== undefined;
  return [
    ...(SHORTHAND.test(duration) ? [] : [`duration ${String(duration)}`]),
    ...(isRolling === !isCalendar ? [] : ["isRolling"]),
    ...(isCalendar ? required(calendar as Mapping, ["startTime", "timeZone"]) : []),
  ];
}

function objective(one: Mapping, method: string, sli: Mapping): string[] {
  const { target, op, value, timeSliceTarget, timeSliceWindow } = one;
  const compares = sli.spec.thresholdMetric !== undefined;
  return [
    ...(target >= 0 && target < 1 ? [] : [`target ${String(target)}`]),
    ...(!compares || (["lte", "gte", "lt", "gt"].includes(op) && typeof value === "number") ? [] : ["op and value"]),
    ...(method === "Timeslices" && !(timeSliceTarget > 0 && timeSliceTarget <= 1) ? ["timeSliceTarget"] : []),
    ...(method !== "Occurrences" && !SHORTHAND.test(timeSliceWindow) ? ["timeSliceWindow"] : []),
  ];
}

function condition({ kind, metadata: about, spec }: Mapping): string[] {
  const { severity, condition: of } = spec;
  return [
    ...(kind === "AlertCondition" ? [] : ["kind of condition"]),
    ...metadata(about as Mapping),
    ...(typeof severity === "string" ? [] : ["severity"]),
    ...required(of as Mapping, ["kind", "op", "threshold", "lookbackWindow", "alertAfter"]),
    ...(SHORTHAND.test(of.lookbackWindow) && SHORTHAND.test(of.alertAfter) ? [] : ["lengths of the condition"]),
  ];
}
