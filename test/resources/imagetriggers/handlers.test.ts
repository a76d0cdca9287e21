import { describe, expect, it } from 'vitest';
import type { ListOptions } from '../../../functions/kubernetes/handlers.ts';
import { SECRET, storedTrigger } from '../../triggers/fixtures.ts';
import { contextFor, setUp, statusOf } from './fixtures.ts';

const ALL: ListOptions = { matchesLabels: () => true, fieldRequirements: [] };

describe('GET imagetriggers', () => {
  it('masks the secret, in lists too', async () => {
    const { handlers } = setUp({ stored: storedTrigger() });
    const list = await handlers.list?.(contextFor(), ALL);
    expect(list).toMatchObject({
      kind: 'ImageTriggerList',
      apiVersion: 'delivery.image-streams.io/v1',
      metadata: { resourceVersion: '1' },
    });
    expect(list?.items[0]?.spec.target.webhook?.signingSecret).toBe('********');
    expect(await handlers.get?.(contextFor(), 'deploy')).toEqual(list?.items[0]);
  });

  it('selects by label and field', async () => {
    const { handlers } = setUp({ stored: storedTrigger({ labels: { app: 'web' } }) });
    const count = async (options: Partial<ListOptions>) => (await handlers.list?.(contextFor(), { ...ALL, ...options }))?.items.length;
    expect(await count({ matchesLabels: (labels) => labels?.['app'] === 'web' })).toBe(1);
    expect(await count({ matchesLabels: (labels) => labels?.['app'] === 'api' })).toBe(0);
    expect(await count({ fieldRequirements: [{ field: 'metadata.name', operator: '=', value: 'deploy' }] })).toBe(1);
    expect(await count({ fieldRequirements: [{ field: 'metadata.name', operator: '!=', value: 'deploy' }] })).toBe(0);
    const unknown = handlers.list?.(contextFor(), { ...ALL, fieldRequirements: [{ field: 'spec.target', operator: '=', value: 'x' }] });
    expect(await statusOf(unknown)).toMatchObject({ code: 400 });
  });

  it('answers 404', async () => {
    expect(await statusOf(setUp().handlers.get?.(contextFor(), 'deploy'))).toMatchObject({
      code: 404,
      message: 'imagetriggers.delivery.image-streams.io "deploy" not found',
    });
  });
});

describe('DELETE imagetriggers', () => {
  it('deletes trigger and key', async () => {
    const { handlers, triggers, keys } = setUp({ stored: storedTrigger() });
    keys.set('shop/deploy/uid-1', SECRET);
    keys.set('shop/deploy/uid-0', SECRET);
    expect(await handlers.delete?.(contextFor(), 'deploy', {})).toMatchObject({
      status: 'Success',
      details: { name: 'deploy', uid: 'uid-1' },
    });
    expect(triggers.current).toBeNull();
    expect([...keys.keys()]).toEqual(['shop/deploy/uid-0']);
  });

  it('deletes nothing on dry runs, and nothing but what was meant', async () => {
    const { handlers, triggers, keys } = setUp({ stored: storedTrigger() });
    keys.set('shop/deploy/uid-1', SECRET);
    await handlers.delete?.(contextFor({ dryRun: true }), 'deploy', {});
    expect(await statusOf(handlers.delete?.(contextFor(), 'deploy', { uid: 'other' }))).toMatchObject({ code: 409 });
    expect(await statusOf(handlers.delete?.(contextFor(), 'deploy', { resourceVersion: '9' }))).toMatchObject({ code: 409 });
    expect(triggers.current).not.toBeNull();
    expect(keys.size).toBe(1);
  });

  it('answers 404', async () => {
    expect(await statusOf(setUp().handlers.delete?.(contextFor(), 'deploy', {}))).toMatchObject({ code: 404 });
  });
});
