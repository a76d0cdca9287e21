import { describe, expect, it } from 'vitest';
import { createFireTrigger } from '../../functions/triggers/fire-trigger.ts';
import type { SweepProgress } from '../../functions/triggers/ports.ts';
import type { QueuedFire } from '../../functions/triggers/queue/fire-queue.ts';
import type { StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import type { Settlement } from '../../functions/triggers/settlement.ts';
import { sweepTriggers } from '../../functions/triggers/sweep-triggers.ts';
import type { ImageTriggerStatus } from '../../functions/triggers/types.ts';
import { DIGEST_A, DIGEST_B, fakeStreams, fakeTriggers, GROUP, NOW, storedTrigger, streamOf } from './fixtures.ts';

const MINUTE = 60_000;

function told(image: string): ImageTriggerStatus {
  const from = { kind: 'ImageStreamTag', name: 'web:latest' } as const;
  const lastTriggeredImage = `quay.io/shop/web@${image}`;
  const images = [{ from, lastTriggeredImage, lastImage: image, lastRevision: '100', lastTriggerTime: '2026-08-01T09:00:00Z' }];
  return { observedGeneration: 1, images, conditions: [] };
}

const PENDING = { images: [], outcome: 'Pending', attempts: 1 } as const;
const named = (name: string, over: Partial<StoredTrigger> = {}) => storedTrigger({ name, uid: `uid-of-${name}`, ...over });

function setUp(triggers: readonly StoredTrigger[], { progress = null as SweepProgress | null, slow = 0 } = {}) {
  const sent: QueuedFire[] = [];
  const saved: SweepProgress[] = [];
  const settled: { name: string; id: string; settlement: Settlement }[] = [];
  let now = NOW;
  let current = progress;
  const deps: Parameters<typeof sweepTriggers>[0] = {
    triggers: {
      listDueTriggers: async (time) => triggers.filter(({ deferred }) => deferred !== undefined && deferred.due <= time),
      async listTriggers(_, { limit = 1000, continue: token = '0' }) {
        now += slow;
        const first = Number(token);
        const items = triggers.slice(first, first + limit);
        return { items, revision: 1, ...(first + limit < triggers.length ? { continue: String(first + limit) } : {}) };
      },
    },
    progress: {
      readProgress: async () => current,
      async saveProgress(next) {
        current = next;
        saved.push(next);
      },
    },
    streams: fakeStreams(streamOf('web', { latest: DIGEST_A })),
    queue: { send: async (messages) => void sent.push(...messages) },
    settle: async ({ name }, id, settlement) => {
      settled.push({ name, id, settlement });
      return true;
    },
    hosts: {},
    clock: () => now,
  };
  return {
    settled,
    sweep: () => sweepTriggers(deps),
    sent,
    saved,
    pass: (milliseconds: number) => (now += milliseconds),
    names: () => sent.map(({ trigger }) => trigger.name),
  };
}

describe('the sweep over triggers', () => {
  it('wakes those whose time has come, in the group of their target', async () => {
    const due = named('due', { deferred: { since: NOW - MINUTE, due: NOW } });
    const { sweep, sent } = setUp([due, named('later', { deferred: { since: NOW, due: NOW + 1 } })], { progress: { started: NOW } });
    expect(await sweep()).toEqual({ due: 1, compared: 0, behind: 0, unknown: 0 });
    expect(sent).toEqual([
      { trigger: { namespace: 'shop', name: 'due', uid: 'uid-of-due' }, group: GROUP, deduplicationId: `due.${NOW}.uid-of-due` },
    ]);
  });

  it('wakes those that are behind their tags, and nobody else', async () => {
    const failing = (id: string) => ({
      ...told(DIGEST_B),
      deliveries: [{ id, time: '', images: [], outcome: 'Refused' as const, attempts: 1 }],
    });
    const { sweep, names } = setUp([
      named('current', { status: told(DIGEST_A) }),
      named('behind', { status: told(DIGEST_B) }),
      named('new'),
      named('paused', { spec: { ...storedTrigger().spec, paused: true } }),
      named('waiting', { deferred: { since: NOW, due: NOW + MINUTE } }),
      named('unresolved', {
        follows: [],
        spec: { ...storedTrigger().spec, images: [{ from: { kind: 'ImageStreamTag', name: 'web:none' } }] },
      }),
      named('failed with something else', { status: failing('msg_other') }),
      named('to deliver again', { status: told(DIGEST_A), redelivery: { id: 'r1' } }),
      named('with a batch', { spec: { ...storedTrigger().spec, policy: { batch: '10m' } } }),
    ]);
    expect(await sweep()).toEqual({ due: 0, compared: 9, behind: 5, unknown: 0 });
    expect(names()).toEqual(['behind', 'new', 'failed with something else', 'to deliver again', 'with a batch']);
  });

  it('stops waiting for what a target does not tell', async () => {
    const pending = (hours: number) => ({ ...PENDING, id: `msg_${hours}`, time: new Date(NOW - hours * 60 * MINUTE).toISOString() });
    const deliveries = [pending(23), pending(25), { ...pending(48), outcome: 'Unknown' as const }];
    const { sweep, settled, sent } = setUp([named('waits', { status: { ...told(DIGEST_A), deliveries } })]);
    expect(await sweep()).toEqual({ due: 0, compared: 1, behind: 0, unknown: 1 });
    expect(settled).toMatchObject([{ name: 'waits', id: 'msg_25', settlement: { outcome: 'Unknown', reason: 'OutcomeUnknown' } }]);
    expect(sent).toEqual([]);
  });

  it('leaves one alone whose last try was to deliver exactly this', async () => {
    const { fire, status } = await firedOnce();
    expect(fire).toMatchObject({ kind: 'retry' });
    const { sweep, sent } = setUp([named('failing', { uid: 'uid-1', status })]);
    await sweep();
    expect(sent).toEqual([]);
  });

  it('goes on where it stopped, a bounded number at a time, and begins anew after a quarter of an hour', async () => {
    const many = Array.from({ length: 2_120 }, (_, index) => named(`t${index}`, { status: told(DIGEST_A) }));
    const { sweep, pass, saved } = setUp(many);
    expect(await sweep()).toMatchObject({ compared: 2_000 });
    pass(MINUTE);
    expect(await sweep()).toMatchObject({ compared: 120 });
    expect(saved.at(-1)).toEqual({ started: NOW });
    pass(13 * MINUTE);
    expect(await sweep()).toMatchObject({ compared: 0 });
    pass(MINUTE);
    expect(await sweep()).toMatchObject({ compared: 2_000 });
  });

  it('stops in time', async () => {
    const many = Array.from({ length: 1_000 }, (_, index) => named(`t${index}`, { status: told(DIGEST_A) }));
    expect(await setUp(many, { slow: 20_000 }).sweep()).toMatchObject({ compared: 400 });
  });
});

/** A trigger after one try that failed. */
async function firedOnce() {
  const triggers = fakeTriggers(named('failing', { uid: 'uid-1' }));
  const fireTrigger = createFireTrigger({
    triggers,
    streams: fakeStreams(streamOf('web', { latest: DIGEST_A })),
    deliver: async () => ({ kind: 'retry', reason: 'Busy', message: 'busy' }),
    hosts: {},
    clock: () => NOW,
  });
  const trigger = { namespace: 'shop', name: 'failing', uid: 'uid-1' };
  const fire = await fireTrigger({ trigger, group: GROUP, sentAt: NOW }, new AbortController().signal);
  if (triggers.current === null) throw new Error('gone');
  return { fire, status: triggers.current.status };
}
