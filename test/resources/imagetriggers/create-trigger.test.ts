import { describe, expect, it } from 'vitest';
import type { ImageTrigger } from '../../../functions/triggers/types.ts';
import { contextFor, GIVEN_SECRET, NEW_SECRET, setUp, statusOf, wireTrigger } from './fixtures.ts';

const withWebhook = (webhook: object) => wireTrigger({ spec: { target: { webhook } } });

describe('POST imagetriggers', () => {
  it('stores the trigger and shows the secret it made, this once', async () => {
    const { handlers, triggers, keys } = setUp();
    const created = await handlers.create?.(contextFor(), wireTrigger({ metadata: { labels: { a: 'b' } } }));
    expect(created).toEqual({
      kind: 'ImageTrigger',
      apiVersion: 'delivery.image-streams.io/v1',
      metadata: {
        name: 'deploy',
        namespace: 'shop',
        uid: 'uid-2',
        resourceVersion: '1',
        generation: 1,
        creationTimestamp: '2026-08-01T10:00:00Z',
        labels: { a: 'b' },
      },
      spec: {
        images: [{ from: { kind: 'ImageStreamTag', name: 'web:latest' } }],
        target: { webhook: { url: 'https://hooks.example/deploy', signingSecret: NEW_SECRET } },
      },
      status: { observedGeneration: 0, conditions: [] },
    });
    expect([...keys]).toEqual([['shop/deploy/uid-2', NEW_SECRET]]);
    expect(triggers.current?.follows).toEqual([{ namespace: 'shop', stream: 'web', tag: 'latest' }]);
    expect(JSON.stringify(triggers.current)).not.toContain('whsec_');
    const read = await handlers.get?.(contextFor(), 'deploy');
    expect(read?.spec.target.webhook?.signingSecret).toBe('********');
  });

  it('takes the secret given and shows it to nobody', async () => {
    const { handlers, triggers, keys } = setUp();
    const annotation = JSON.stringify(withWebhook({ url: 'https://hooks.example/', signingSecret: GIVEN_SECRET }));
    const body = withWebhook({ url: 'https://hooks.example/', signingSecret: GIVEN_SECRET });
    const metadata = { ...body.metadata, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': annotation } };
    const created = await handlers.create?.(contextFor(), { ...body, metadata });
    expect([...keys.values()]).toEqual([GIVEN_SECRET]);
    expect(JSON.stringify([created, triggers.current])).not.toContain('whsec_');
    expect(JSON.stringify(created)).toContain('\\"signingSecret\\":\\"********\\"');
  });

  it('treats the mask as no secret', async () => {
    const { handlers, keys } = setUp();
    await handlers.create?.(contextFor(), withWebhook({ url: 'https://hooks.example/', signingSecret: '********' }));
    expect([...keys.values()]).toEqual([NEW_SECRET]);
  });

  it('ignores the status and unknown members a client sends', async () => {
    const { handlers, triggers } = setUp();
    const body = { ...wireTrigger({ spec: { colour: 'red' } }), status: { observedGeneration: 9, conditions: [] } };
    await handlers.create?.(contextFor(), body);
    expect(triggers.current?.status).toEqual({ observedGeneration: 0, conditions: [] });
    expect(triggers.current?.spec).not.toHaveProperty('colour');
  });

  it('makes a name', async () => {
    const { handlers } = setUp();
    const created = await handlers.create?.(contextFor(), wireTrigger({ metadata: { name: undefined, generateName: 'deploy-' } }));
    expect(created).toMatchObject({ metadata: { name: 'deploy-uid1' } });
  });

  it('writes nothing on dry runs, neither trigger nor key', async () => {
    const { handlers, triggers, keys } = setUp();
    const created = await handlers.create?.(contextFor({ dryRun: true }), wireTrigger());
    expect(created).toMatchObject({ metadata: { name: 'deploy' }, spec: { target: { webhook: { signingSecret: '********' } } } });
    expect([triggers.writes, [...keys]]).toEqual([[], []]);
    await handlers.create?.(contextFor(), wireTrigger());
    expect(await statusOf(handlers.create?.(contextFor({ dryRun: true }), wireTrigger()))).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
    });
  });

  it('answers 409 for one that exists and leaves its key alone', async () => {
    const { handlers, keys } = setUp();
    await handlers.create?.(contextFor(), wireTrigger());
    const again = handlers.create?.(contextFor(), withWebhook({ url: 'https://hooks.example/', signingSecret: GIVEN_SECRET }));
    expect(await statusOf(again)).toMatchObject({ code: 409, reason: 'AlreadyExists', details: { kind: 'imagetriggers', name: 'deploy' } });
    expect([...keys.values()]).toEqual([NEW_SECRET]);
  });

  it('answers 404 without namespace and 400 with a resourceVersion', async () => {
    const { handlers } = setUp();
    expect(await statusOf(handlers.create?.(contextFor({ namespace: 'missing' }), wireTrigger()))).toMatchObject({
      code: 404,
      details: { kind: 'namespaces' },
    });
    expect(await statusOf(handlers.create?.(contextFor(), wireTrigger({ metadata: { resourceVersion: '5' } })))).toMatchObject({
      code: 400,
    });
  });

  it('asks whether the caller may pull from other namespaces', async () => {
    const images = ['shop', undefined, 'platform', 'secret'].map((namespace, index) => ({
      from: { kind: 'ImageStreamTag', name: `base:${index}`, namespace },
    }));
    const { handlers, asked, triggers } = setUp({ forbidden: ['secret'] });
    const status = await statusOf(handlers.create?.(contextFor(), wireTrigger({ spec: { images } })));
    expect(status).toMatchObject({
      code: 422,
      details: { causes: [{ reason: 'FieldValueForbidden', field: 'spec.images[3].from', message: 'Forbidden: no pulling from secret' }] },
    });
    expect(asked).toEqual(
      ['platform', 'secret'].map((namespace) => ({
        verb: 'get',
        group: 'image.openshift.io',
        resource: 'imagestreams',
        subresource: 'layers',
        namespace,
        name: 'base',
      })),
    );
    expect(triggers.writes).toEqual([]);
  });

  it('asks whether the caller may read the Secret that the target gets', async () => {
    const webhook = { url: 'https://hooks.example/', signingSecretRef: { name: 'hook', key: 'key' } };
    const refused = setUp({ forbidden: ['hook'] });
    expect(await statusOf(refused.handlers.create?.(contextFor(), withWebhook(webhook)))).toMatchObject({
      code: 422,
      details: { causes: [{ field: 'spec.target.webhook.signingSecretRef', message: 'Forbidden: no access to secret hook' }] },
    });
    const { handlers, asked, keys } = setUp();
    const created = await handlers.create?.(contextFor(), withWebhook(webhook));
    expect(asked).toEqual([{ verb: 'get', group: '', resource: 'secrets', namespace: 'shop', name: 'hook' }]);
    expect(created).toMatchObject({ spec: { target: { webhook } } });
    expect([...keys]).toEqual([]);
    // Nobody is asked again as long as it is the same target.
    const update = (change: object) =>
      handlers.update?.(contextFor(), 'deploy', (current) => ({ ...current, spec: { ...current?.spec, ...change } }) as ImageTrigger);
    await update({ paused: true });
    expect(asked).toHaveLength(1);
    await update({ target: { webhook: { ...webhook, url: 'https://other.example/' } } });
    expect(asked).toHaveLength(2);
    await update({ target: { webhook: { url: 'https://other.example/' } } });
    expect([...keys.values()]).toEqual([NEW_SECRET]);
  });

  it('asks the same about the Secret of a token', async () => {
    const target = { github: { owner: 'shop', repository: 'web', tokenSecretRef: { name: 'bot', key: 'token' } } };
    const { handlers, asked } = setUp({ forbidden: ['bot'] });
    expect(await statusOf(handlers.create?.(contextFor(), wireTrigger({ spec: { target } })))).toMatchObject({
      details: { causes: [{ field: 'spec.target.github.tokenSecretRef', message: 'Forbidden: no access to secret bot' }] },
    });
    expect(asked).toEqual([{ verb: 'get', group: '', resource: 'secrets', namespace: 'shop', name: 'bot' }]);
  });

  it('makes no secret for a target that has none', async () => {
    const { handlers, keys } = setUp();
    const target = { sqs: { queueArn: 'arn:aws:sqs:eu-central-1:111122223333:q', roleArn: 'arn:aws:iam::444455556666:role/r' } };
    expect(await handlers.create?.(contextFor(), wireTrigger({ spec: { target } }))).toMatchObject({ spec: { target } });
    expect([...keys]).toEqual([]);
  });

  it('never repeats a secret it refuses', async () => {
    const { handlers } = setUp();
    const secret = 'whsec_c2hvcnQ=';
    for (const target of [
      { webhook: { url: 'https://a.example/', signingSecret: secret } },
      { webhook: secret },
      secret,
      { webhook: { signingSecret: { v: secret } } },
    ]) {
      const status = await statusOf(handlers.create?.(contextFor(), wireTrigger({ spec: { target } })));
      expect(status).toMatchObject({ code: 422 });
      expect(JSON.stringify(status)).not.toContain('c2hvcnQ');
    }
  });
});
