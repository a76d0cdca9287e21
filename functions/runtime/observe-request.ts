import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type Answered, type Asked, auditRecord } from './audit-record.ts';
import type { HttpEvent } from './http-request.ts';
import { METRIC, METRIC_NAMESPACE } from './metric-names.ts';
import { redact } from './redact.ts';

/** Apart from the others: no log level and no sampling leaves a request out, and no key of theirs gets in. */
const auditLog = new Logger({ serviceName: 'image-streams', logLevel: 'INFO', jsonReplacerFn: redact });
/** Apart from what functions measure otherwise: these dimensions are of the request only. */
const requests = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'image-streams' });

/**
 * One audit line and two metrics per answered request. Dimensions are few-valued: names and users go to the log, and what clients make up is
 * counted as `none`, since every new value is a metric that costs.
 */
export function observeRequest(event: HttpEvent, asked: Asked, answered: Answered): void {
  auditLog.info('request', { audit: auditRecord(event, asked, answered) });
  const { verb, resource } = asked.info;
  const what = asked.isKnown && verb !== '' ? { verb, resource } : { verb: 'none', resource: 'none' };
  requests.addDimensions({ ...what, code: String(answered.code) });
  requests.addMetric(METRIC.requestCount, MetricUnit.Count, 1);
  requests.addMetric(METRIC.requestLatency, MetricUnit.Milliseconds, answered.ended - answered.started);
  requests.publishStoredMetrics();
}
