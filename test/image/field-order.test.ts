import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortedMap } from '../../functions/image/field-order.ts';
import type { TagEvent, TagEventCondition, TagReference } from '../../functions/image/types.ts';
import { viewStream } from '../../functions/image/stream-view.ts';
import { encodeTag, decodeTag, toTagState } from '../../functions/store/tag-item.ts';
import { failure, specTag, stream, tagEvent, tagState } from './builders.ts';

const SPEC: TagReference = specTag('v1', {
  annotations: { b: '2', a: '1' },
  from: { kind: 'ImageStreamTag', namespace: 'team', name: 'app:v0' },
  reference: true,
  importPolicy: { insecure: true, scheduled: true, importMode: 'PreserveOriginal' },
});
const LIFE = { namespace: 'team', stream: 'app', incarnation: '1' };
const WRITE = { life: LIFE, uid: 'u', revision: 1, context: { actor: 'a', cause: 'tag', now: 0 }, importInterval: '15m' } as const;

/** What DynamoDB may make of a map: its members in any order, at any depth. */
function shuffled(value: unknown, draw: (names: string[]) => string[]): unknown {
  if (Array.isArray(value)) return value.map((member) => shuffled(member, draw));
  if (typeof value !== 'object' || value === null) return value;
  const members = value as Record<string, unknown>;
  return Object.fromEntries(draw(Object.keys(members)).map((name) => [name, shuffled(members[name], draw)]));
}

describe('a stored tag', () => {
  it('prints alike, in the order of Go, whatever order DynamoDB answers in', () => {
    const tag = tagState('v1', { spec: SPEC, items: [tagEvent(), tagEvent({ created: '2026-07-01T00:00:00Z' })], conditions: [failure()] });
    const item = unmarshall(marshall(encodeTag(WRITE, tag, { sequence: 2, base: 0 }, null), { removeUndefinedValues: true }));
    const print = (stored: unknown, older: readonly TagEvent[]) =>
      JSON.stringify(viewStream(stream([toTagState(decodeTag(stored as Record<string, unknown>), older)]), {}));
    const straight = print(item, tag.items.slice(1));
    fc.assert(
      fc.property(fc.infiniteStream(fc.nat(1000)), (numbers) => {
        const draw = (names: string[]) =>
          names
            .map((name) => [numbers.next().value ?? 0, name] as const)
            .sort(([a], [b]) => a - b)
            .map(([, name]) => name);
        const older = shuffled(tag.items.slice(1), draw) as readonly TagEvent[];
        expect(print(shuffled(item, draw), older)).toBe(straight);
      }),
    );
    const { spec, status } = JSON.parse(straight) as {
      spec: { tags: TagReference[] };
      status: { tags: { items: TagEvent[]; conditions: TagEventCondition[] }[] };
    };
    const [printed] = spec.tags;
    expect(Object.keys(printed ?? {})).toEqual([
      'name',
      'annotations',
      'from',
      'reference',
      'generation',
      'importPolicy',
      'referencePolicy',
    ]);
    expect(Object.keys(printed?.annotations ?? {})).toEqual(['a', 'b']);
    expect(Object.keys(printed?.from ?? {})).toEqual(['kind', 'namespace', 'name']);
    expect(Object.keys(printed?.importPolicy ?? {})).toEqual(['insecure', 'scheduled', 'importMode']);
    expect(status.tags[0]?.items.map((event) => Object.keys(event))).toEqual(
      Array(2).fill(['created', 'dockerImageReference', 'image', 'generation']),
    );
    expect(Object.keys(status.tags[0]?.conditions[0] ?? {})).toEqual([
      'type',
      'status',
      'lastTransitionTime',
      'reason',
      'message',
      'generation',
    ]);
  });
});

describe('labels and annotations', () => {
  it('are sorted', () => {
    const view = viewStream(stream([], { labels: { z: '1', a: '2' }, annotations: { y: '1', b: '2' } }), {});
    expect(JSON.stringify([view.metadata.labels, view.metadata.annotations])).toBe('[{"a":"2","z":"1"},{"b":"2","y":"1"}]');
  });

  it('lose nothing', () => {
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.string()), (map) => void expect(sortedMap(map)).toEqual(map)));
  });
});
