import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Observation } from '../kubernetes/pipeline.ts';
import { logger } from './logger.ts';
import { METRIC } from './metric-names.ts';
import { metrics } from './metrics.ts';

/** One log line and two metrics per answered request. Dimensions are few-valued only: names and users go to the log. */
export function observeRequest({ info, code, duration, user, unauthenticatedReason }: Observation): void {
  const { verb, group, resource, subresource, namespace, name } = info;
  logger.info('request', { verb, group, resource, subresource, namespace, name, code, duration, user, unauthenticatedReason });
  const dimensions = { verb: verb === '' ? 'none' : verb, resource: resource === '' ? 'none' : resource, code: String(code) };
  const count = metrics.singleMetric();
  count.addDimensions(dimensions);
  count.addMetric(METRIC.requestCount, MetricUnit.Count, 1);
  const latency = metrics.singleMetric();
  latency.addDimensions(dimensions);
  latency.addMetric(METRIC.requestLatency, MetricUnit.Milliseconds, duration);
}
