/** An image that is deleted from its registry: the daily look tells so on every tag that points to it, and takes it back when the image is pushed again. */
import { DeleteItemCommand, DynamoDBClient, ListTablesCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStream, ImageStreamTag } from '../../functions/image/types.ts';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { type RealRegistry, startRealRegistry } from '../support/real-registry.ts';

let stack: LocalStack;
let registry: RealRegistry;
let client: DynamoDBClient;

beforeAll(async () => {
  registry = await startRealRegistry();
  stack = await startLocalStack({}, { schedules: false });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new DynamoDBClient({ endpoint: stack.runtime.awsEndpoint, region: 'us-east-1', credentials });
});
afterAll(async () => {
  client.destroy();
  await stack.stop();
  await registry.close();
});

const STREAMS = `${IMAGE_API}/namespaces/default/imagestreams`;
const getStream = async () => (await stack.request('GET', `${STREAMS}/app`)).body as ImageStream;
const conditionOf = async (tag: string) => (await getStream()).status.tags?.find((each) => each.tag === tag)?.conditions;
const events = (type: string) => stack.events.filter((event) => event['detail-type'] === type);

/** What the minute does a day later: as if no image had been looked for yet. */
async function look(): Promise<void> {
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  for (const TableName of TableNames) {
    const query = { TableName, KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)' };
    const values = { ':pk': { S: 'CLUSTER' }, ':sk': { S: 'IMAGECHECK#' } };
    const { Items = [] } = await client.send(new QueryCommand({ ...query, ExpressionAttributeValues: values }));
    for (const { pk, sk } of Items) if (pk && sk) await client.send(new DeleteItemCommand({ TableName, Key: { pk, sk } }));
  }
  await stack.runtime.invoke('schedule-imports', {});
  await stack.runtime.settled();
}

describe('an image that leaves its registry', () => {
  it('is told of on the tags that point to it', async () => {
    const { manifest } = await registry.pushImage('team/app', 'v1');
    await registry.pushImage('team/app', 'v2');
    const tags = ['v1', 'v2'].map((name) => ({
      name,
      from: { kind: 'DockerImage', name: `${registry.host}/team/app:${name}` },
      importPolicy: { insecure: true },
    }));
    const object = { kind: 'ImageStream', apiVersion: 'image.openshift.io/v1', metadata: { name: 'app' }, spec: { tags } };
    expect((await stack.request('POST', STREAMS, object)).code).toBe(201);
    await eventually(async () => expect((await getStream()).status.tags).toHaveLength(2));
    const before = await getStream();
    await look();
    expect(await getStream()).toEqual(before);

    await registry.deleteManifest('team/app', manifest.digest);
    await look();
    const lost = await getStream();
    const message = expect.stringContaining(
      `the registry no longer has ${registry.host}/team/app@${manifest.digest}: manifest unknown`,
    ) as unknown;
    expect(await conditionOf('v1')).toMatchObject([{ type: 'ImageAvailable', status: 'False', reason: 'NotFound', message }]);
    expect(await conditionOf('v2')).toBeUndefined();
    expect(lost.metadata.generation).toBe(before.metadata.generation);
    expect(lost.status.tags?.[0]?.items).toEqual(before.status.tags?.[0]?.items);
    const told = await stack.kubectl.attempt(['get', '--raw', `${IMAGE_API}/namespaces/default/imagestreamtags/app:v1`]);
    expect((JSON.parse(told.stdout) as ImageStreamTag).conditions).toMatchObject([{ type: 'ImageAvailable', status: 'False' }]);
    expect((await stack.kubectl.attempt(['describe', 'imagestream', 'app'])).stdout).toContain('the registry no longer has');
    expect(events('Image Stream Tag Image Missing')).toMatchObject([{ detail: { tag: 'v1', image: manifest.digest } }]);
    const schedule = (await stack.request('GET', `${STREAMS}/app/schedule?tag=v1`)).body as object;
    expect(schedule).toMatchObject({ scheduled: false, image: { lastCheck: expect.any(String), missing: { since: expect.any(String) } } });
  });

  it('costs no write while nothing changes', async () => {
    const before = await getStream();
    stack.runtime.stats.reset();
    await look();
    expect(await getStream()).toEqual(before);
    // Pull secrets are, and whether the registry is left alone; no stream is read, and nothing written.
    expect(Object.keys(stack.runtime.stats.functions['run-imports']?.calls ?? {}).sort()).toEqual(['GetItem', 'Query']);
  });

  it('is no longer told of when it is back', async () => {
    await registry.pushImage('team/app', 'v1');
    await look();
    expect(await conditionOf('v1')).toBeUndefined();
    expect((await getStream()).metadata.annotations).not.toHaveProperty(['image-streams.io/missing-images']);
    expect(events('Image Stream Tag Image Missing')).toHaveLength(1);
  });

  it('is not told of while the registry does not answer', async () => {
    const before = await getStream();
    await registry.close();
    await look();
    expect(await getStream()).toEqual(before);
  });
});
