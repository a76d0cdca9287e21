import { describe, expect, it } from 'vitest';
import type { TargetSpec } from '../../../functions/triggers/types.ts';
import { createTargetRegistry } from '../../../functions/triggers/targets/registry.ts';
import type { Delivery } from '../../../functions/triggers/targets/target.ts';

describe('target registry', () => {
  const seen: object[] = [];
  const deliver = createTargetRegistry([
    {
      kind: 'webhook',
      async deliver({ target }) {
        seen.push(target);
        return { kind: 'delivered' };
      },
    },
  ]);
  const delivery = {} as Omit<Delivery, 'target'>;

  it('fires the kind the trigger names', async () => {
    expect(await deliver({ webhook: { url: 'https://a' } }, delivery)).toEqual({ kind: 'delivered' });
    expect(seen).toEqual([{ url: 'https://a' }]);
  });

  it.each<[object]>([[{}], [{ teleport: {} }], [{ constructor: {} }]])('fails for %j', async (target) => {
    expect(await deliver(target as TargetSpec, delivery)).toMatchObject({ kind: 'refused', reason: 'UnknownTarget' });
  });
});
