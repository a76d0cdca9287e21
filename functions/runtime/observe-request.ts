import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Observation } from '../kubernetes/pipeline.ts';
import { logger } from './logger.ts';
import { METRIC, METRIC_NAMESPACE } from './metric-names.ts';

/** Apart from what functions measure otherwise: these dimensions are of the request only. */
const requests = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'image-streams' });

/**
 * One log line and two metrics per answered request. Dimensions are few-valued: names and users go to the log, and what clients make up is
 * counted as `none`, since every new value is a metric that costs.
 */
export function observeRequest({ info, isKnown, code, duration, user, unauthenticatedReason }: Observation): void {
  const { verb, group, resource, subresource, namespace, name } = info;
  logger.info('request', { verb, group, resource, subresource, namespace, name, code, duration, user, unauthenticatedReason });
  const what = isKnown && verb !== '' ? { verb, resource } : { verb: 'none', resource: 'none' };
  requests.addDimensions({ ...what, code: String(code) });
  requests.addMetric(METRIC.requestCount, MetricUnit.Count, 1);
  requests.addMetric(METRIC.requestLatency, MetricUnit.Milliseconds, duration);
  requests.publishStoredMetrics();
}
