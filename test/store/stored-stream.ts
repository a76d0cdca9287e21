/** Looks at a stream's items behind the store's back and says what is wrong with them. */
import { type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { followedTag } from '../../functions/image/followers.ts';
import type { EventItem } from '../../functions/store/event-item.ts';
import type { FollowerItem } from '../../functions/store/follower-item.ts';
import type { HeadItem, ItemBase, TagItem } from '../../functions/store/items.ts';
import type { MemberItem } from '../../functions/store/member-item.ts';

export async function allItems(client: DynamoDBClient, table: string): Promise<ItemBase[]> {
  const items: ItemBase[] = [];
  for await (const page of paginateScan({ client }, { TableName: table, ConsistentRead: true })) {
    items.push(...(page.Items ?? []).map((item) => unmarshall(item) as ItemBase));
  }
  return items;
}

function ofKind<T extends ItemBase>(items: readonly ItemBase[], entity: T['entity']): T[] {
  return items.filter((item): item is T => item.entity === entity);
}

/**
 * Violations of what must always hold of a table with one stream: every event a tag counts is there, every image of history is a member, edges
 * match specs, children are not newer than the head, generations are not ahead of the stream's. `[]` = sound.
 */
export function violations(items: readonly ItemBase[]): string[] {
  const head = ofKind<HeadItem>(items, 'head')[0];
  if (head === undefined) return items.length === 0 ? [] : ['items without a head'];
  const tags = ofKind<TagItem>(items, 'tag');
  const alive = tags.filter((tag) => tag.deleted !== true);
  const events = new Map(ofKind<EventItem>(items, 'event').map((item) => [`${item.tag}#${item.sequence}`, item.event]));
  const members = new Set(ofKind<MemberItem>(items, 'member').map(({ digest }) => digest));
  const edges = ofKind<FollowerItem>(items, 'follower').map(({ followed, tag }) => `${followed}<${tag}`);
  const wanted = alive.flatMap((tag) => {
    const followed = tag.spec === undefined ? null : followedTag({ namespace: head.namespace, name: head.stream }, tag.spec);
    return followed === null ? [] : [`${followed}<${tag.tag}`];
  });
  const wrong = alive.flatMap((tag) => {
    const numbers = Array.from({ length: Math.max(0, tag.sequence - tag.base - 1) }, (_, index) => tag.base + 1 + index);
    const history = numbers.map((number) => events.get(`${tag.tag}#${number}`));
    const images = [...history, tag.newest].flatMap((event) => (event === undefined || event.image === '' ? [] : [event.image]));
    return [
      ...(history.includes(undefined) ? [`${tag.tag}: event missing`] : []),
      ...(tag.sequence > tag.base === (tag.newest !== undefined) ? [] : [`${tag.tag}: newest does not fit its sequence`]),
      ...images.filter((image) => !members.has(image)).map((image) => `${tag.tag}: ${image} is no member`),
      ...((tag.spec?.generation ?? 0) > head.generation ? [`${tag.tag}: generation ahead of the stream`] : []),
    ];
  });
  const ahead = [...tags, ...ofKind<FollowerItem>(items, 'follower')].filter((item) => item.revision > head.revision);
  return [
    ...wrong,
    ...edges.filter((edge) => !wanted.includes(edge)).map((edge) => `orphan edge ${edge}`),
    ...wanted.filter((edge) => !edges.includes(edge)).map((edge) => `missing edge ${edge}`),
    ...ahead.map((item) => `${item.sk}: newer than the head`),
  ];
}

/** Events no tag counts. Harmless, but there should be none. */
export function orphanEvents(items: readonly ItemBase[]): string[] {
  const tags = new Map(ofKind<TagItem>(items, 'tag').map((tag) => [tag.tag, tag]));
  return ofKind<EventItem>(items, 'event')
    .filter(({ tag, sequence }) => {
      const item = tags.get(tag);
      return item === undefined || sequence <= item.base || sequence >= item.sequence;
    })
    .map(({ sk }) => sk);
}
