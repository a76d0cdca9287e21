/** A project from its request to its end: what was in it goes with it. */
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';

const PROJECTS = '/apis/project.openshift.io/v1';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

/** Keys of everything stored for a namespace, in any table, but for the tombstones of what was deleted. */
async function storedOf(namespace: string): Promise<string[]> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: stack.runtime.awsEndpoint, region: 'us-east-1', credentials });
  try {
    const { TableNames = [] } = await client.send(new ListTablesCommand({}));
    const scans = await Promise.all(TableNames.map((table) => client.send(new ScanCommand({ TableName: table, ConsistentRead: true }))));
    const items = scans.flatMap(({ Items = [] }) => Items.map((item) => unmarshall(item)));
    const isOf = ({ pk, sk }: Record<string, unknown>) =>
      /^(NS|ST)#/.test(String(pk)) && `${String(pk)}#${String(sk)}#`.includes(`#${namespace}#`);
    return items.filter((item) => isOf(item) && item['deleted'] !== true).map(({ pk, sk }) => `${String(pk)} ${String(sk)}`);
  } finally {
    client.destroy();
  }
}

async function fill(namespace: string): Promise<void> {
  const { kubectl } = stack;
  const tags = [{ name: 'live', reference: true, from: { kind: 'DockerImage', name: 'quay.io/a/b:1' } }];
  const stream = { kind: 'ImageStream', metadata: { name: 'app' }, spec: { tags } };
  expect((await stack.request('POST', `${IMAGE_API}/namespaces/${namespace}/imagestreams`, stream)).code).toBe(201);
  await kubectl.run(['-n', namespace, 'create', 'secret', 'generic', 'plain', '--from-literal=a=b']);
  await kubectl.run(['-n', namespace, 'create', 'serviceaccount', 'robot']);
  const spec = { images: [{ from: { name: 'app:live' } }], paused: true, target: { webhook: { url: 'https://hooks.example.com/x' } } };
  const trigger = { kind: 'ImageTrigger', metadata: { name: 'hook' }, spec };
  expect((await stack.request('POST', `/apis/delivery.image-streams.io/v1/namespaces/${namespace}/imagetriggers`, trigger)).code).toBe(201);
}

const code = async (path: string) => (await stack.request('GET', path)).code;

describe('a project', () => {
  it('leaves nothing behind, and its name can be used again', async () => {
    expect((await stack.request('POST', `${PROJECTS}/projectrequests`, { kind: 'ProjectRequest', metadata: { name: 'shop' } })).code).toBe(
      201,
    );
    await fill('shop');
    const before = await storedOf('shop');
    for (const part of ['SECRET#plain', 'SA#robot', 'BINDING#admin', 'TR#hook', 'TRIGGER#hook', 'IS#app'])
      expect(before.join('\n')).toContain(part);

    expect(await stack.request('DELETE', `${PROJECTS}/projects/shop`)).toMatchObject({
      code: 200,
      body: { kind: 'Status', status: 'Success' },
    });
    await eventually(async () => expect(await code(`${PROJECTS}/projects/shop`)).toBe(404));
    await eventually(async () => expect(await storedOf('shop')).toEqual([]));
    await eventually(() =>
      expect(stack.events.at(-1)).toMatchObject({
        'detail-type': 'Image Stream Tag Deleted',
        detail: { namespace: 'shop', stream: 'app', tag: 'live', actor: 'admin' },
      }),
    );

    await stack.request('POST', `${PROJECTS}/projectrequests`, { kind: 'ProjectRequest', metadata: { name: 'shop' } });
    expect((await stack.request('GET', `${IMAGE_API}/namespaces/shop/imagestreams`)).body).toMatchObject({ items: [] });
    await fill('shop');
    expect(await code(`${IMAGE_API}/namespaces/shop/imagestreams/app`)).toBe(200);
  });

  it('takes the tokens of its accounts along', async () => {
    const { kubectl } = stack;
    await kubectl.run(['create', 'namespace', 'brief']);
    const path = '/api/v1/namespaces/brief/serviceaccounts/default/token';
    const { status } = (await stack.request('POST', path, { spec: {} })).body as { status: { token: string } };
    const whoAmI = () => stack.request('GET', '/apis/user.openshift.io/v1/users/~', undefined, { authorization: `Bearer ${status.token}` });
    expect((await whoAmI()).body).toMatchObject({ metadata: { name: 'system:serviceaccount:brief:default' } });
    await kubectl.run(['delete', 'namespace', 'brief']);
    await kubectl.run(['create', 'namespace', 'brief']);
    // Remembered for ten seconds.
    await eventually(async () => expect((await whoAmI()).code).toBe(401), 20_000);
  });

  it('is tidied by deletecollection', async () => {
    const { kubectl } = stack;
    await kubectl.run(['create', 'namespace', 'tidy']);
    await fill('tidy');
    await kubectl.run(['-n', 'tidy', 'label', 'secret', 'plain', 'keep=no']);
    expect((await stack.request('DELETE', '/api/v1/namespaces/tidy/secrets?labelSelector=keep%3Dyes')).code).toBe(200);
    expect(await code('/api/v1/namespaces/tidy/secrets/plain')).toBe(200);
    expect((await stack.request('DELETE', '/api/v1/namespaces/tidy/secrets?labelSelector=keep%3Dno')).code).toBe(200);
    expect(await code('/api/v1/namespaces/tidy/secrets/plain')).toBe(404);
    expect((await stack.request('DELETE', '/api/v1/namespaces/tidy/serviceaccounts')).code).toBe(200);
    expect(await kubectl.run(['-n', 'tidy', 'get', 'sa', '-o', 'name'])).toBe(
      ['builder', 'default', 'deployer'].map((name) => `serviceaccount/${name}\n`).join(''),
    );
    expect((await stack.request('DELETE', '/api/v1/namespaces')).code).toBe(405);
  });
});
