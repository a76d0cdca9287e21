/** What is published is what docs/tag-change-event.schema.json promises. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fromJSONSchema } from 'zod/v4';
import { describeChange } from '../../functions/changes/describe-change.ts';
import { EVENT_SOURCE, type TagChangeEvent } from '../../functions/changes/tag-change-event.ts';
import type { TagItem } from '../../functions/store/items.ts';
import { DIGEST_A, DIGEST_B, importFailed, specTag, tagEvent, tagItem } from './tag-items.ts';

const text = readFileSync(new URL('../../docs/tag-change-event.schema.json', import.meta.url), 'utf8');
const schema = fromJSONSchema(JSON.parse(text) as Parameters<typeof fromJSONSchema>[0]);
const { oneOf: variants } = JSON.parse(text) as {
  oneOf: { title: string; properties: { detail: { properties: Record<string, unknown> } } }[];
};

function envelope({ detailType, detail }: TagChangeEvent): Record<string, unknown> & { detail: Record<string, unknown> } {
  return { version: '0', source: EVENT_SOURCE, 'detail-type': detailType, detail: JSON.parse(JSON.stringify(detail)) };
}

const onA = tagItem({ newest: tagEvent(DIGEST_A), spec: specTag('Source') });
const onB = tagItem({ newest: tagEvent(DIGEST_B), spec: specTag('Local'), revision: 2000 });
const lostImage = { image: DIGEST_A, dockerImageReference: `quay.io/shop/web@${DIGEST_A}`, since: '2026-08-01T10:00:00Z', message: 'gone' };
const CASES: readonly [string, TagItem | null, TagItem | null][] = [
  ['moved', onA, onB],
  ['created', null, onA],
  ['reference tag', null, tagItem({ newest: tagEvent('', { dockerImageReference: 'redis:7' }), tag: 'a/b c' })],
  ['deleted', onA, tagItem({ deleted: true, revision: 3000 })],
  ['deleted before its import', tagItem({ sequence: 0 }), tagItem({ deleted: true })],
  ['failed', onA, tagItem({ ...onA, conditions: [importFailed()] })],
  ['lost its image', onA, tagItem({ ...onA, missing: lostImage })],
  ['failed at first', null, tagItem({ conditions: [importFailed({ reason: undefined, message: undefined })] })],
];

describe('tag change event schema', () => {
  it.each(CASES)('describes: %s', (_, before, after) => {
    const event = describeChange({ before, after }, 'registry:5000/shop/web');
    if (event === null) throw new Error('no event');
    const parsed = schema.safeParse(envelope(event));
    expect(parsed.error?.issues ?? []).toEqual([]);
    const variant = variants.find(({ title }) => title === event.detailType);
    expect(Object.keys(variant?.properties.detail.properties ?? {})).toEqual(expect.arrayContaining(Object.keys(event.detail)));
  });

  it('refuses what is none of our events', () => {
    const event = describeChange({ before: onA, after: onB }, '');
    if (event === null) throw new Error('no event');
    const good = envelope(event);
    const bad = [
      { ...good, source: 'aws.ecr' },
      { ...good, 'detail-type': 'Image Stream Tag Deleted' },
      ...Object.keys(good.detail).map((name) => ({ ...good, detail: { ...good.detail, [name]: undefined } })),
      { ...good, detail: { ...good.detail, revision: 2000 } },
      { ...good, detail: { ...good.detail, cause: 'magic' } },
    ];
    expect(bad.map((event) => schema.safeParse(event).success)).toEqual(bad.map(() => false));
  });
});
