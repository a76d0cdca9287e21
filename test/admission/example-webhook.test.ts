/** The webhook's configuration in the documentation asks about what is resolved, and promises what is kept. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseYaml } from '../../functions/kubernetes/yaml.ts';
import { WORKLOADS } from './reviews.ts';

interface Webhook {
  readonly clientConfig: { readonly url: string };
  readonly rules: readonly { readonly resources: readonly string[] }[];
}

it('docs/examples/mutatingwebhook.yaml', () => {
  const parsed = parseYaml(readFileSync(new URL('../../docs/examples/mutatingwebhook.yaml', import.meta.url), 'utf8'));
  const { webhooks } = (parsed as unknown as { readonly value: { readonly webhooks: readonly Webhook[] } }).value;
  expect(webhooks).toHaveLength(1);
  expect(webhooks[0]).toMatchObject({
    sideEffects: 'None',
    admissionReviewVersions: ['v1'],
    matchPolicy: 'Equivalent',
    timeoutSeconds: 10,
  });
  expect(webhooks[0]?.clientConfig.url).toMatch(/^https:\/\/[^/]+\/admission\/v1\/shop-prod\/TOKEN$/);
  expect(webhooks[0]?.rules.flatMap(({ resources }) => resources).sort()).toEqual([...WORKLOADS, 'pods/ephemeralcontainers'].sort());
});
