import { describe, expect, it } from 'vitest';
import { DETAIL_TYPE } from '../../functions/changes/tag-change-event.ts';
import { describeTriggerChange } from '../../functions/changes/trigger-change-event.ts';
import { createMatchChange } from '../../functions/triggers/match-change.ts';
import type { QueuedFire } from '../../functions/triggers/queue/fire-queue.ts';
import type { FollowedTag, StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import { GROUP, storedTrigger } from './fixtures.ts';

const detail = {
  id: 'event-1',
  namespace: 'shop',
  stream: 'web',
  uid: 'u',
  tag: 'latest',
  revision: '42',
  image: 'sha256:a',
  cause: 'tag',
};

function setUp(following: readonly StoredTrigger[] = []) {
  const asked: FollowedTag[] = [];
  const sent: QueuedFire[] = [];
  const match = createMatchChange({
    triggers: {
      async listTriggersFollowing(tag) {
        asked.push(tag);
        return following;
      },
    },
    queue: { send: async (messages) => void sent.push(...messages) },
  });
  return { match, asked, sent };
}

describe('matching a change', () => {
  it('wakes the triggers that follow the tag and are not paused', async () => {
    const { match, asked, sent } = setUp([
      storedTrigger(),
      storedTrigger({ name: 'paused', uid: 'uid-2', spec: { ...storedTrigger().spec, paused: true } }),
      storedTrigger({ namespace: 'other', name: 'far', uid: 'uid-3', targetKey: 'far' }),
    ]);
    expect(await match({ 'detail-type': DETAIL_TYPE.changed, detail })).toBe(2);
    expect(asked).toEqual([{ namespace: 'shop', stream: 'web', tag: 'latest' }]);
    const change = { namespace: 'shop', stream: 'web', tag: 'latest', revision: '42' };
    expect(sent).toEqual([
      { trigger: { namespace: 'shop', name: 'deploy', uid: 'uid-1' }, group: GROUP, change, deduplicationId: 'event-1.uid-1' },
      { trigger: { namespace: 'other', name: 'far', uid: 'uid-3' }, group: 'far', change, deduplicationId: 'event-1.uid-3' },
    ]);
  });

  it('wakes a trigger that changed itself', async () => {
    const after = { namespace: 'shop', name: 'deploy', uid: 'uid-1', revision: 7, generation: 1, targetKey: 'k', paused: false };
    const event = describeTriggerChange(null, after);
    if (event === null) throw new Error('no event');
    const { match, asked, sent } = setUp();
    expect(await match({ 'detail-type': event.detailType, detail: event.detail })).toBe(1);
    expect(asked).toEqual([]);
    expect(sent).toEqual([
      { trigger: { namespace: 'shop', name: 'deploy', uid: 'uid-1' }, group: 'k', deduplicationId: `${event.detail.id}.uid-1` },
    ]);
  });

  it.each([DETAIL_TYPE.deleted, DETAIL_TYPE.importFailed, 'ECR Image Action'])('wakes nobody for "%s"', async (detailType) => {
    const { match, asked, sent } = setUp([storedTrigger()]);
    expect(await match({ 'detail-type': detailType, detail })).toBe(0);
    expect([asked, sent]).toEqual([[], []]);
  });

  it.each([undefined, null, {}, { ...detail, tag: 7 }, { ...detail, id: undefined }])('refuses a change that is none: %j', async (bad) => {
    await expect(setUp().match({ 'detail-type': DETAIL_TYPE.changed, detail: bad })).rejects.toThrow(TypeError);
  });
});

describe('describeTriggerChange', () => {
  const image = { namespace: 'shop', name: 'deploy', uid: 'uid-1', revision: 7, generation: 2, targetKey: 'k', paused: false };

  it.each<[string, Parameters<typeof describeTriggerChange>, boolean]>([
    ['created', [null, image], true],
    ['spec changed', [{ ...image, generation: 1 }, image], true],
    ['unpaused', [{ ...image, generation: 1, paused: true }, image], true],
    ['status written', [{ ...image, revision: 6 }, image], false],
    ['asked to deliver again', [image, { ...image, redelivery: 'r1' }], true],
    [
      'asked once more',
      [
        { ...image, redelivery: 'r1' },
        { ...image, redelivery: 'r2' },
      ],
      true,
    ],
    [
      'written while it is to deliver again',
      [
        { ...image, redelivery: 'r1' },
        { ...image, redelivery: 'r1' },
      ],
      false,
    ],
    ['delivered again', [{ ...image, redelivery: 'r1' }, image], false],
    ['created paused', [null, { ...image, paused: true }], false],
    [
      'paused',
      [
        { ...image, generation: 1 },
        { ...image, paused: true },
      ],
      false,
    ],
    ['deleted', [image, null], false],
  ])('%s', (_, [before, after], isTold) => {
    expect(describeTriggerChange(before, after) !== null).toBe(isTold);
  });
});
