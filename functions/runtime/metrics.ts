import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRIC_NAMESPACE } from './metric-names.ts';

/** Embedded metric format on stdout: no call, no permission, no latency. */
export const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'image-streams' });
