import { describe, expect, it } from 'vitest';
import { decodeRecord, UndecodableRecordError } from '../../functions/changes/tag-record.ts';
import { DIGEST_A, streamRecord, tagEvent, tagItem } from './tag-items.ts';

const trigger = {
  pk: 'NS#shop',
  sk: 'TR#deploy',
  entity: 'trigger',
  v: 1,
  namespace: 'shop',
  name: 'deploy',
  uid: 'u',
  revision: 7,
  generation: 2,
  targetKey: 'k',
  spec: { paused: true },
};

describe('decodeRecord', () => {
  it('decodes both images of a tag', () => {
    const [before, after] = [tagItem(), tagItem({ newest: tagEvent(DIGEST_A), revision: 2000 })];
    expect(decodeRecord(streamRecord(before, after))).toEqual({ entity: 'tag', before, after });
    expect(decodeRecord(streamRecord(null, after))).toMatchObject({ before: null, after });
    expect(decodeRecord(streamRecord(before, null))).toMatchObject({ before, after: null });
  });

  it('decodes what matters of a trigger', () => {
    const after = { namespace: 'shop', name: 'deploy', uid: 'u', revision: 7, generation: 2, targetKey: 'k', paused: true };
    expect(decodeRecord(streamRecord(null, trigger))).toEqual({ entity: 'trigger', before: null, after });
    const again = { ...trigger, redelivery: { id: 'r1' } };
    expect(decodeRecord(streamRecord(trigger, again))).toEqual({ entity: 'trigger', before: after, after: { ...after, redelivery: 'r1' } });
  });

  it.each(['head', 'event', 'image', 'trigger-follow', 'delivery', 'trigger-sweep'])('leaves %s items alone', (entity) => {
    expect(decodeRecord(streamRecord({ entity, v: 1 }, { entity, v: 1 }))).toBeNull();
  });

  it.each<[string, object]>([
    ['another codec version', { ...tagItem(), v: 2 }],
    ['no codec version', { ...tagItem(), v: undefined }],
    ['no tag', { ...tagItem(), tag: undefined }],
    ['a revision that is text', { ...tagItem(), revision: '1000' }],
    ['a newest event without reference', { ...tagItem(), newest: { image: DIGEST_A, generation: 1 } }],
    ['a newest event that is text', { ...tagItem(), newest: 'x' }],
    ['conditions that are no list', { ...tagItem(), conditions: {} }],
    ['a trigger without spec', { ...trigger, spec: undefined }],
  ])('refuses %s', (_, item) => {
    expect(() => decodeRecord(streamRecord(null, item))).toThrow(UndecodableRecordError);
  });

  it('refuses images that are no attribute values', () => {
    const record = { dynamodb: { NewImage: { entity: { Z: 'tag' } } } } as never;
    expect(() => decodeRecord(record)).toThrow(UndecodableRecordError);
  });
});
