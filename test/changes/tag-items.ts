/** Builders of tag items and of the stream records DynamoDB makes of their writes. */
import { marshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import type { TagEvent, TagEventCondition, TagReference } from '../../functions/image/types.ts';
import type { TagItem } from '../../functions/store/items.ts';

export const DIGEST_A = `sha256:${'a'.repeat(64)}`;
export const DIGEST_B = `sha256:${'b'.repeat(64)}`;
export const TIME = Date.parse('2026-08-01T10:00:00.250Z');

export function tagItem(over: Partial<TagItem> = {}): TagItem {
  const revision = over.revision ?? 1000;
  return {
    pk: 'NS#shop',
    sk: 'IS#web#900#T#latest',
    entity: 'tag',
    v: 1,
    namespace: 'shop',
    stream: 'web',
    incarnation: '900',
    uid: '6f1c0de5-0000-4000-8000-000000000001',
    tag: 'latest',
    revision,
    sequence: 1,
    base: 0,
    actor: 'alice',
    cause: 'tag',
    time: TIME,
    ...over,
  };
}

export function tagEvent(image: string, over: Partial<TagEvent> = {}): TagEvent {
  return { created: '2026-08-01T10:00:00Z', dockerImageReference: `quay.io/shop/web@${image}`, image, generation: 2, ...over };
}

export function specTag(policy: 'Source' | 'Local'): TagReference {
  return {
    name: 'latest',
    annotations: null,
    from: { kind: 'DockerImage', name: 'quay.io/shop/web:latest' },
    generation: 2,
    importPolicy: {},
    referencePolicy: { type: policy },
  };
}

export function importFailed(over: Partial<TagEventCondition> = {}): TagEventCondition {
  return {
    type: 'ImportSuccess',
    status: 'False',
    lastTransitionTime: '2026-08-01T10:00:00Z',
    reason: 'Unauthorized',
    message: 'you may not have access to the container image "quay.io/shop/web:latest"',
    generation: 2,
    ...over,
  };
}

let sequence = 0;

/** As a Lambda function gets it; sequence numbers grow. */
export function streamRecord(before: object | null, after: object | null): DynamoDBRecord {
  const marshalled = (item: object | null) => (item === null ? {} : marshall(item, { removeUndefinedValues: true }));
  sequence += 1;
  return {
    eventID: `event-${sequence}`,
    eventName: before === null ? 'INSERT' : after === null ? 'REMOVE' : 'MODIFY',
    dynamodb: {
      SequenceNumber: String(sequence).padStart(21, '1'),
      ...(before === null ? {} : { OldImage: marshalled(before) as never }),
      ...(after === null ? {} : { NewImage: marshalled(after) as never }),
    },
  };
}
