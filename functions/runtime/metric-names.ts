/** Names of what functions measure; alarms and dashboards in lib use the same constants. */
export const METRIC_NAMESPACE = 'ImageStreams';

export const METRIC = {
  requestCount: 'RequestCount',
  requestLatency: 'RequestLatency',
  tagChangePublished: 'TagChangePublished',
  triggerFailed: 'TriggerFailed',
  /** Tags whose image was found to be gone. */
  imageMissing: 'ImageMissing',
} as const;
