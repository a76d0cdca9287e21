/** What CloudFormation asks for, carried out by the API's own functions. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpFunctions, loadHttpFunctions } from '../support/http-functions.ts';
import { createCustomResource, STACK } from './custom-resource.ts';

let functions: HttpFunctions;
beforeAll(async () => {
  functions = await loadHttpFunctions();
});
afterAll(() => functions.stop());

const API = '/apis/image.openshift.io/v1/namespaces/default/imagestreams';
const TRIGGERS = '/apis/delivery.image-streams.io/v1/namespaces/default/imagetriggers';
let last = 0;
const newName = () => `web-${++last}`;

function stream(name: string, tags: object[] = [referenceTag('live', 'redis:7')], metadata: object = {}) {
  return {
    apiVersion: 'image.openshift.io/v1',
    kind: 'ImageStream',
    metadata: { namespace: 'default', name, ...metadata },
    spec: { tags },
  };
}
const referenceTag = (name: string, from: string) => ({ name, reference: true, from: { kind: 'DockerImage', name: from } });
const importedTag = (name: string, from: string) => ({ name, from: { kind: 'DockerImage', name: from } });
const read = (name: string) => functions.send('GET', `${API}/${name}`);

describe('a stream that is declared', () => {
  it('is made, under an id that names it', async () => {
    const name = newName();
    const { send, requests } = createCustomResource(functions);
    expect(await send({ type: 'Create', manifest: stream(name) })).toEqual({ physicalId: `default/ImageStream/${name}` });
    expect(requests).toEqual([`GET ${API}/${name} 404`, `PATCH ${API}/${name} 201`]);
    const { body } = await read(name);
    expect(body.spec.tags).toMatchObject([{ name: 'live', reference: true, from: { name: 'redis:7' } }]);
    expect(body.metadata.annotations).toMatchObject({ 'image-streams.io/declared-by': `${STACK}/Web` });
  });

  it('is made once when CloudFormation or Lambda repeat the request', async () => {
    const name = newName();
    const { send } = createCustomResource(functions);
    const first = await send({ type: 'Create', manifest: stream(name) });
    const { uid, resourceVersion } = (await read(name)).body.metadata;
    expect(await send({ type: 'Create', manifest: stream(name) })).toEqual(first);
    expect((await read(name)).body.metadata).toMatchObject({ uid, resourceVersion });
  });

  it('is changed: what is no longer declared goes, what others set stays', async () => {
    const name = newName();
    const { send } = createCustomResource(functions);
    const tags = [referenceTag('live', 'redis:7'), referenceTag('next', 'redis:8')];
    const { physicalId } = await send({ type: 'Create', manifest: stream(name, tags, { labels: { team: 'a' } }) });
    const others = { metadata: { labels: { seen: 'yes' } } };
    await functions.send('PATCH', `${API}/${name}`, { body: others, headers: { 'content-type': 'application/merge-patch+json' } });
    const changed = stream(name, [referenceTag('live', 'redis:7.4')]);
    expect(await send({ type: 'Update', physicalId, manifest: changed })).toEqual({ physicalId });
    const { body } = await read(name);
    expect(body.spec.tags).toMatchObject([{ name: 'live', from: { name: 'redis:7.4' } }]);
    expect(body.spec.tags).toHaveLength(1);
    expect(body.metadata.labels).toEqual({ seen: 'yes' });
  });

  it('that somebody moved is moved back', async () => {
    const name = newName();
    const { send } = createCustomResource(functions);
    const { physicalId } = await send({ type: 'Create', manifest: stream(name) });
    const moved = { spec: { tags: [referenceTag('live', 'other:1')] } };
    await functions.send('PATCH', `${API}/${name}`, { body: moved, headers: { 'content-type': 'application/merge-patch+json' } });
    expect(await send({ type: 'Update', physicalId, manifest: stream(name, [referenceTag('live', 'redis:8')]) })).toEqual({ physicalId });
    expect((await read(name)).body.spec.tags).toMatchObject([{ from: { name: 'redis:8' } }]);
  });

  it('of another name is another one, and the old one goes after it', async () => {
    const [before, after] = [newName(), newName()];
    const { send } = createCustomResource(functions);
    const { physicalId } = await send({ type: 'Create', manifest: stream(before) });
    const updated = await send({ type: 'Update', physicalId, manifest: stream(after) });
    expect(updated).toEqual({ physicalId: `default/ImageStream/${after}` });
    expect(await send({ type: 'Delete', physicalId, manifest: stream(before) })).toEqual({ physicalId });
    expect([(await read(before)).code, (await read(after)).code]).toEqual([404, 200]);
  });

  it('is deleted, and that it is gone already is as good', async () => {
    const name = newName();
    const { send } = createCustomResource(functions);
    const { physicalId } = await send({ type: 'Create', manifest: stream(name) });
    for (const _ of [1, 2]) expect(await send({ type: 'Delete', physicalId, manifest: stream(name) })).toEqual({ physicalId });
    expect((await read(name)).code).toBe(404);
  });

  it('that was deleted by somebody is made again', async () => {
    const name = newName();
    const { send } = createCustomResource(functions);
    const { physicalId } = await send({ type: 'Create', manifest: stream(name) });
    await functions.send('DELETE', `${API}/${name}`);
    expect(await send({ type: 'Update', physicalId, manifest: stream(name) })).toEqual({ physicalId });
    expect((await read(name)).code).toBe(200);
  });
});

describe('a stream of somebody else', () => {
  const others = async (name: string) => {
    await functions.send('POST', API, { body: stream(name, [referenceTag('live', 'theirs:1')]) });
    return (await read(name)).body.metadata.uid as string;
  };

  it.each<'Create' | 'Update'>(['Create', 'Update'])(
    'is left by a %s, and by the rollback that deletes what was not made',
    async (type) => {
      const name = newName();
      const uid = await others(name);
      const { send } = createCustomResource(functions);
      const answer = await send({ type, physicalId: type === 'Update' ? 'x' : undefined, manifest: stream(name) });
      expect(answer.failure).toBe(`ImageStream default/${name} exists already and was not declared by this stack`);
      await send({ type: 'Delete', physicalId: answer.physicalId, manifest: stream(name) });
      expect((await read(name)).body).toMatchObject({ metadata: { uid }, spec: { tags: [{ from: { name: 'theirs:1' } }] } });
    },
  );

  it('is that of another stack', async () => {
    const name = newName();
    const { send } = createCustomResource(functions);
    await send({ type: 'Create', manifest: stream(name), stack: `${STACK}2` });
    expect((await send({ type: 'Create', manifest: stream(name) })).failure).toContain('exists already');
  });

  it('is taken over when asked for, and stays when the stack goes', async () => {
    const name = newName();
    const uid = await others(name);
    const { send } = createCustomResource(functions);
    const request = { manifest: stream(name), properties: { Adopt: 'true' } };
    const { physicalId, failure } = await send({ type: 'Create', ...request });
    expect(failure).toBeUndefined();
    await send({ type: 'Delete', physicalId, ...request });
    expect((await read(name)).body).toMatchObject({ metadata: { uid }, spec: { tags: [{ from: { name: 'redis:7' } }] } });
  });

  it('is not that of a resource that got another logical id', async () => {
    const name = newName();
    const { send } = createCustomResource(functions);
    const { physicalId } = await send({ type: 'Create', manifest: stream(name), logicalId: 'Old' });
    expect(await send({ type: 'Create', manifest: stream(name), logicalId: 'New' })).toEqual({ physicalId });
    expect(await send({ type: 'Delete', manifest: stream(name), logicalId: 'Old', physicalId })).toEqual({ physicalId });
    expect((await read(name)).code).toBe(200);
  });
});

describe('a trigger that is declared', () => {
  it('is made, changed and deleted', async () => {
    const name = newName();
    const { send } = createCustomResource(functions);
    const trigger = (batch: string) => ({
      apiVersion: 'delivery.image-streams.io/v1',
      kind: 'ImageTrigger',
      metadata: { namespace: 'default', name },
      spec: {
        images: [{ from: { kind: 'ImageStreamTag', name: 'web:live' } }],
        target: { sqs: { queueArn: 'arn:aws:sqs:eu-central-1:111122223333:q', roleArn: 'arn:aws:iam::111122223333:role/image-streams/x' } },
        policy: { batch },
      },
    });
    const { physicalId, failure } = await send({ type: 'Create', manifest: trigger('30s') });
    expect([physicalId, failure]).toEqual([`default/ImageTrigger/${name}`, undefined]);
    await send({ type: 'Update', physicalId, manifest: trigger('1m') });
    expect((await functions.send('GET', `${TRIGGERS}/${name}`)).body).toMatchObject({ spec: { policy: { batch: '1m' } } });
    await send({ type: 'Delete', physicalId, manifest: trigger('1m') });
    expect((await functions.send('GET', `${TRIGGERS}/${name}`)).code).toBe(404);
  });
});

it('who may edit the namespace may declare in it', async () => {
  const rbac = 'rbac.authorization.k8s.io';
  const binding = {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'cdk' },
    subjects: [{ kind: 'User', apiGroup: rbac, name: 'declare' }],
    roleRef: { kind: 'ClusterRole', apiGroup: rbac, name: 'edit' },
  };
  await functions.send('POST', '/api/v1/namespaces', { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } } });
  await functions.send('POST', `/apis/${rbac}/v1/namespaces/shop/rolebindings`, { body: binding });
  const { send } = createCustomResource(functions, { groups: [] });
  for (const type of ['Create', 'Update', 'Delete'] as const) {
    const manifest = stream('web', undefined, { namespace: 'shop' });
    expect(await send({ type, physicalId: 'shop/ImageStream/web', manifest })).toEqual({ physicalId: 'shop/ImageStream/web' });
  }
});

describe('what the API refuses', () => {
  it.each<[string, unknown, string]>([
    [
      'a field it has not',
      stream('odd', [{ ...referenceTag('live', 'redis:7'), form: 1 }]),
      '.spec.tags[0].form: field not declared in schema',
    ],
    ['a namespace it has not', { ...stream('x'), metadata: { namespace: 'nowhere', name: 'x' } }, 'namespaces "nowhere" not found'],
    ['a bad name', stream('Upper'), 'ImageStream.image.openshift.io "Upper" is invalid'],
  ])('%s, is the reason of the failure', async (_, manifest, message) => {
    expect((await createCustomResource(functions).send({ type: 'Create', manifest })).failure).toContain(message);
  });

  it.each<[string, unknown]>([
    ['objects of v1/Secret cannot be declared', { ...stream('x'), apiVersion: 'v1', kind: 'Secret' }],
    ['the object has no namespace or no name', { ...stream('x'), metadata: { namespace: '..', name: 'x' } }],
    ['the manifest is no object', []],
  ])('%s: nothing is asked', async (message, manifest) => {
    const { send, requests } = createCustomResource(functions);
    expect(await send({ type: 'Create', manifest })).toEqual({ physicalId: 'Web/r-1', failure: message });
    expect(requests).toEqual([]);
  });
});

it('what was made for a trigger in IAM is waited for', async () => {
  const { send, slept } = createCustomResource(functions);
  const settling = { properties: { SettleSeconds: '15' } };
  const { physicalId } = await send({ type: 'Create', manifest: stream('settled'), ...settling });
  expect(slept()).toBe(15_000);
  await send({ type: 'Delete', manifest: stream('settled'), physicalId, ...settling });
  expect(slept()).toBe(15_000);
});

describe('the first import', () => {
  const waiting = { properties: { WaitSeconds: '60' } };

  it('is not waited for where no tag follows a registry', async () => {
    const { send, slept } = createCustomResource(functions);
    expect(await send({ type: 'Create', manifest: stream(newName()), ...waiting })).not.toHaveProperty('failure');
    expect(slept()).toBe(0);
  });

  it('is waited for', async () => {
    const name = newName();
    let polls = 0;
    const mapping = () => ({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStreamMapping',
      metadata: { namespace: 'default', name },
      image: { metadata: { name: `sha256:${'a'.repeat(64)}` }, dockerImageReference: `quay.io/acme/web@sha256:${'a'.repeat(64)}` },
      tag: 'live',
    });
    const { send, slept } = createCustomResource(functions, {
      onSleep: async () => {
        if (++polls === 3) await functions.send('POST', API.replace('imagestreams', 'imagestreammappings'), { body: mapping() });
      },
    });
    const manifest = stream(name, [importedTag('live', 'quay.io/acme/web:live')]);
    expect(await send({ type: 'Create', manifest, ...waiting })).not.toHaveProperty('failure');
    expect(slept()).toBe(6_000);
  });

  it('that does not come in time is a failure', async () => {
    const name = newName();
    const { send } = createCustomResource(functions);
    const manifest = stream(name, [importedTag('live', 'quay.io/acme/web:live')]);
    expect((await send({ type: 'Create', manifest, ...waiting })).failure).toBe(
      `ImageStream default/${name}: its tags were not imported in 60 seconds`,
    );
  });
});

describe('an API that does not let it', () => {
  it('is asked again while a mapping or binding may be on its way, then its words are the reason', async () => {
    const { send, requests, slept, logs } = createCustomResource(functions, { groups: [] });
    const { failure } = await send({ type: 'Create', manifest: stream('web') });
    expect(failure).toContain('imagestreams.image.openshift.io "web" is forbidden: User "declare" cannot get resource "imagestreams"');
    expect(requests.length).toBeGreaterThan(3);
    expect(slept()).toBeLessThanOrEqual(15_000);
    expect(logs).toMatchObject([{ message: 'not declared', type: 'Create', resource: 'Web' }]);
  });

  it('since the role is mapped to nobody is told so, and nothing of the token', async () => {
    const { send, logs } = createCustomResource(functions, { groups: null });
    const answer = await send({ type: 'Create', manifest: stream('web') });
    expect(answer).toEqual({ physicalId: 'Web/r-1', failure: 'ImageStream default/web: the API answered 401' });
    expect(JSON.stringify([answer, logs])).not.toMatch(/k8s-aws|Signature|AKID|aHR0/);
  });

  it.each<[string, number | Error]>([
    ['busy', 503],
    ['out of reach', new Error('api.invalid does not answer (ECONNREFUSED)')],
  ])('since it is %s is asked again', async (_, fault) => {
    let faults = 3;
    const { send } = createCustomResource(functions, { fault: () => (faults-- > 0 ? fault : undefined) });
    expect(await send({ type: 'Create', manifest: stream(newName()) })).not.toHaveProperty('failure');
    const { send: sendAgain, slept } = createCustomResource(functions, { fault: () => fault });
    expect((await sendAgain({ type: 'Create', manifest: stream(newName()) })).failure).toMatch(/answer/);
    expect(slept()).toBeLessThanOrEqual(90_000);
  });
});

describe('a creation that failed is rolled back, whatever it failed for:', () => {
  const bad = { ...stream('x'), metadata: { namespace: '..', name: 'x' } };
  it.each<[string, unknown, Parameters<typeof createCustomResource>[1]]>([
    ['the role is mapped to nobody', stream('web'), { groups: null }],
    ['it may not declare', stream('web'), { groups: [] }],
    ['the API is out of reach', stream('web'), { fault: () => new Error('api.invalid does not answer (ENOTFOUND)') }],
    ['the object has no name', bad, {}],
  ])('%s', async (_, manifest, options) => {
    const { send } = createCustomResource(functions, options);
    const { physicalId, failure } = await send({ type: 'Create', manifest });
    expect(failure).toBeDefined();
    expect(await send({ type: 'Delete', physicalId, manifest })).toEqual({ physicalId });
  });

  it('but an object that was made is not forgotten', async () => {
    const { send } = createCustomResource(functions, { groups: null });
    expect(await send({ type: 'Delete', physicalId: 'default/ImageStream/web', manifest: stream('web') })).toHaveProperty('failure');
  });
});
