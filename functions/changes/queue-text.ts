/**
 * A value as the body of an SQS message. SQS refuses characters XML 1.0 does not allow; JSON escapes all of them except U+FFFE and U+FFFF,
 * and tag names are unvalidated (openshift-semantics.md §9): one such name would otherwise block its shard.
 */
export function formatQueueText(value: unknown): string {
  return JSON.stringify(value).replaceAll('\uFFFE', '\\ufffe').replaceAll('\uFFFF', '\\uffff');
}
