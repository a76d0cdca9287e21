import { describe, expect, it } from 'vitest';
import type { TargetSpec } from '../../../functions/triggers/target-spec.ts';
import { createTargetRegistry } from '../../../functions/triggers/targets/registry.ts';
import type { Delivery } from '../../../functions/triggers/targets/target.ts';

describe('target registry', () => {
  const seen: object[] = [];
  let loads = 0;
  const deliver = createTargetRegistry({
    webhook: () => {
      loads += 1;
      return {
        kind: 'webhook',
        async deliver({ target }) {
          seen.push(target);
          return { kind: 'delivered' };
        },
      };
    },
  });
  const delivery = {} as Omit<Delivery, 'target'>;

  it('fires the kind the trigger names, loaded once', async () => {
    expect(await deliver({ webhook: { url: 'https://a' } }, delivery)).toEqual({ kind: 'delivered' });
    await deliver({ webhook: { url: 'https://b' } }, delivery);
    expect(seen).toEqual([{ url: 'https://a' }, { url: 'https://b' }]);
    expect(loads).toBe(1);
  });

  it.each<[object]>([[{}], [{ teleport: {} }], [{ constructor: {} }]])('fails for %j', async (target) => {
    expect(await deliver(target as TargetSpec, delivery)).toMatchObject({ kind: 'refused', reason: 'UnknownTarget' });
  });
});
