/** What came in over a webhook, in numbers since the beginning. */
export interface WebhookStats {
  readonly requests: number;
  /** Answered 200: all of it is stored. */
  readonly stored: number;
  /** Alerts in those. */
  readonly alerts: number;
  /** 405: not a POST. */
  readonly wrongMethod: number;
  /** 401: without a secret, or with another one. */
  readonly unauthorized: number;
  /** 415: not JSON, or packed. */
  readonly unsupported: number;
  /** 413: more bytes than allowed. */
  readonly tooLarge: number;
  /** 400: not what Alertmanager, Grafana or a script would send. */
  readonly malformed: number;
  /** 503: more than are taken in at a time. */
  readonly limited: number;
  /** 503: not stored in time. */
  readonly late: number;
  /** 503 or 500: the store failed. */
  readonly failed: number;
}

/** Why a request was not stored. */
export type WebhookRefusal = Exclude<keyof WebhookStats, "requests" | "stored" | "alerts">;

/** All of them at zero. */
export function noWebhookStats(): { -readonly [Name in keyof WebhookStats]: number } {
  return {
    requests: 0,
    stored: 0,
    alerts: 0,
    wrongMethod: 0,
    unauthorized: 0,
    unsupported: 0,
    tooLarge: 0,
    malformed: 0,
    limited: 0,
    late: 0,
    failed: 0,
  };
}
