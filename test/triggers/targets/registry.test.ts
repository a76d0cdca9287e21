import { describe, expect, it } from 'vitest';
import { createTargetRegistry } from '../../../functions/triggers/targets/registry.ts';
import type { FireRequest } from '../../../functions/triggers/targets/target.ts';

describe('target registry', () => {
  const fire = createTargetRegistry([{ kind: 'webhook', fire: async () => ({ kind: 'delivered' }) }]);
  const request = (target: object) => ({ target }) as FireRequest;

  it('fires the kind the trigger names', async () => {
    expect(await fire(request({ webhook: { url: 'https://a' } }))).toEqual({ kind: 'delivered' });
  });

  it.each<[object]>([[{}], [{ teleport: {} }], [{ constructor: {} }]])('fails for %j', async (target) => {
    expect(await fire(request(target))).toMatchObject({ kind: 'failed', reason: 'UnknownTarget' });
  });
});
