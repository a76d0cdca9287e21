/** What functions of subscribers import, typed as the events that are published. */
import { expect, expectTypeOf, it } from 'vitest';
import type { TagChangeDetail } from '../../../functions/changes/tag-change-event.ts';
import { DELIVERY_DETAIL_TYPE, DETAIL_TYPE, EVENT_SOURCE, type TagChangedEvent, type TagEvent } from '../../../lib/events.ts';
import { readFileSync } from 'node:fs';

const schemaOf = (name: string): string => readFileSync(new URL(`../../../docs/${name}.schema.json`, import.meta.url), 'utf8');

it('the names are those of the schemas', () => {
  const { oneOf: variants } = JSON.parse(schemaOf('tag-change-event')) as { oneOf: { title: string }[] };
  expect(variants.map(({ title }) => title).sort()).toEqual(Object.values(DETAIL_TYPE).sort());
  expect(schemaOf('trigger-delivery-event')).toContain(`"${DELIVERY_DETAIL_TYPE}"`);
  expect(EVENT_SOURCE).toBe('image-streams');
});

it('the detail type tells whether something failed', () => {
  const why = (event: TagEvent): string => {
    if (event['detail-type'] === DETAIL_TYPE.importFailed || event['detail-type'] === DETAIL_TYPE.imageMissing)
      return event.detail.failure.reason;
    expectTypeOf(event.detail).not.toHaveProperty('failure');
    return '';
  };
  expect(why({ 'detail-type': DETAIL_TYPE.importFailed, detail: { failure: { reason: 'Unauthorized' } } } as TagEvent)).toBe(
    'Unauthorized',
  );
  expectTypeOf<TagChangedEvent['detail']['previous']>().toEqualTypeOf<TagChangeDetail['previous']>();
});
