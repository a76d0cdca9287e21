import { describe, expect, it } from 'vitest';
import type { AccessAttributes } from '../../../functions/resources/ports.ts';
import { checkFailurePolicy } from '../../../functions/resources/imagetriggers/check-failure-policy.ts';
import type { StoredTrigger } from '../../../functions/triggers/stored-trigger.ts';
import type { FailurePolicy, ImageTriggerSpec } from '../../../functions/triggers/types.ts';

const sourceOf = (name: string, namespace?: string) => ({
  from: { kind: 'ImageStreamTag' as const, name, ...(namespace === undefined ? {} : { namespace }) },
});
const WEBHOOK = { webhook: { url: 'https://hooks.example/deploy' } };

function specOf(onFailure: FailurePolicy | undefined, over: Partial<ImageTriggerSpec> = {}): ImageTriggerSpec {
  const policy = onFailure === undefined ? {} : { policy: { onFailure } };
  return { images: [sourceOf('web:latest'), sourceOf('proxy:1', 'platform')], target: WEBHOOK, ...policy, ...over };
}

const stored = (spec: ImageTriggerSpec): Pick<StoredTrigger, 'follows' | 'spec'> => ({
  spec,
  follows: [
    { namespace: 'shop', stream: 'web', tag: 'latest' },
    { namespace: 'platform', stream: 'proxy', tag: '1' },
  ],
});

async function check(spec: ImageTriggerSpec, before: Pick<StoredTrigger, 'follows' | 'spec'> | null, allowed = true) {
  const asked: AccessAttributes[] = [];
  const authorizer = {
    authorize: async (_: unknown, attributes: AccessAttributes) => {
      asked.push(attributes);
      return { allowed, reason: '' };
    },
  };
  const errors = await checkFailurePolicy(authorizer, { identity: { user: 'alice', groups: [] }, namespace: 'shop', spec, before });
  return { errors, asked: asked.map(({ verb, resource, namespace = '', name = '' }) => `${verb} ${resource} ${namespace}/${name}`) };
}

const ALL = ['update imagestreamtags shop/web:latest', 'update imagestreamtags platform/proxy:1'];

describe('who may let a trigger hold or put back tags', () => {
  it.each<[string, ImageTriggerSpec, Pick<StoredTrigger, 'follows' | 'spec'> | null, readonly string[]]>([
    ['a new trigger without', specOf(undefined), null, []],
    ['a new trigger that does nothing', specOf('None'), null, []],
    ['a new trigger that holds', specOf('Hold'), null, ALL],
    ['a new trigger that puts back', specOf('Revert'), null, ALL],
    ['one that gets it', specOf('Hold'), stored(specOf(undefined)), ALL],
    ['one that has it', specOf('Revert'), stored(specOf('Hold')), []],
    ['one that loses it', specOf('None'), stored(specOf('Hold')), []],
    ['one with another target', specOf('Hold', { target: { webhook: { url: 'https://other.example/' } } }), stored(specOf('Hold')), ALL],
    [
      'one that follows one tag more',
      specOf('Hold', { images: [sourceOf('web:latest'), sourceOf('web:next')] }),
      stored(specOf('Hold')),
      ['update imagestreamtags shop/web:next'],
    ],
  ])('%s', async (_, spec, before, asked) => {
    expect(await check(spec, before)).toEqual({ errors: [], asked });
  });

  it('is told what they lack', async () => {
    const { errors } = await check(specOf('Hold'), null, false);
    expect(errors).toEqual([
      { type: 'Forbidden', field: 'spec.policy.onFailure', detail: 'needs update of imagestreamtag shop/web:latest' },
      { type: 'Forbidden', field: 'spec.policy.onFailure', detail: 'needs update of imagestreamtag platform/proxy:1' },
    ]);
  });
});
