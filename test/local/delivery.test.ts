import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BusEvent, LocalRuntime } from '../../lib/local/index.ts';
import { fetchFrom } from './http.ts';
import { receiveAll } from './sqs.ts';
import { startToy } from './toy-stack.ts';

let runtime: LocalRuntime;
let client: DynamoDBClient;
beforeAll(async () => {
  runtime = await startToy();
  client = new DynamoDBClient({
    endpoint: runtime.awsEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
});
afterAll(async () => {
  client.destroy();
  await runtime.stop();
});
beforeEach(() => {
  runtime.faults.clear();
  runtime.stats.reset();
});

const write = (id: string, kind = 'wanted') =>
  fetchFrom(runtime, '/items', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ id, kind }) });
async function seen(prefix: string): Promise<Record<string, number>> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: 'Table' }));
  const rows = Items.filter(({ pk, sk }) => sk?.S === 'seen' && pk?.S?.startsWith(prefix));
  return Object.fromEntries(rows.map(({ pk, times }) => [pk?.S ?? '', Number(times?.N)]));
}

describe('from a write to the bus', () => {
  it('delivers what the filters want, in order', async () => {
    const events: BusEvent[] = [];
    const end = runtime.onEvent((event) => events.push(event));
    for (const id of ['a1', 'a2', 'a3']) await write(id);
    await write('a4', 'unwanted');
    await runtime.settled();
    end();
    expect(events.map(({ detail }) => detail['id'])).toEqual(['a1', 'a2', 'a3']);
    expect(events[0]).toMatchObject({ version: '0', source: 'toy', 'detail-type': 'Seen', account: '000000000000', region: 'us-east-1' });
    expect(Object.keys(await seen('a')).sort()).toEqual(['a1', 'a2', 'a3']);
  });

  it('counts calls by function, with their capacity', async () => {
    await write('b1');
    await runtime.settled();
    expect(runtime.stats.functions).toMatchObject({
      write: { invocations: 1, calls: { PutItem: { calls: 1, refused: 0, capacityUnits: 2 } } },
      forward: { calls: { SendMessage: { calls: 1 } } },
      publish: { calls: { PutEvents: { calls: 1 } } },
    });
  });

  it('gives a poisoned record up after its retries and goes on', async () => {
    await Promise.all([write('c1'), write('poison1'), write('c2')]);
    await runtime.settled();
    expect(await seen('c')).toEqual({ c1: 1, c2: 1 });
    const [parked] = await receiveAll(runtime, 'Failures');
    expect(parked).toMatchObject({
      requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
      DDBStreamBatchInfo: { batchSize: 1 },
    });
  });

  it('gives a failed asynchronous invocation to its destination', async () => {
    await write('fail');
    await runtime.settled();
    const [failed] = await receiveAll(runtime, 'Failures');
    expect(failed).toMatchObject({ requestPayload: { detail: { id: 'fail' } }, responsePayload: { errorMessage: 'on purpose' } });
  });
});

describe('crashes', () => {
  const steps = [
    ['forward', 'SendMessage'],
    ['publish', 'PutEvents'],
  ] as const;
  it.each(steps.flatMap((step) => (['kill-before', 'kill-after', 'lost-answer'] as const).map((kind) => [...step, kind] as const)))(
    'of %s at %s (%s) lose nothing',
    async (name, operation, kind) => {
      const prefix = `${name}-${kind}-`;
      runtime.faults.add({ kind, function: name, operation, call: 2 });
      for (const id of [1, 2, 3]) await write(prefix + id);
      await runtime.settled();
      expect(Object.keys(await seen(prefix)).sort()).toEqual([1, 2, 3].map((id) => prefix + id));
    },
  );

  it('of every sandbox lose nothing either', async () => {
    const writes = ['k1', 'k2', 'k3', 'k4'].map((id) => write(id));
    await runtime.kill('forward');
    await Promise.all(writes);
    await runtime.kill('publish');
    await runtime.settled();
    expect(Object.keys(await seen('k')).sort()).toEqual(['k1', 'k2', 'k3', 'k4']);
  });
});

describe('faults', () => {
  it('refuse as the services do', async () => {
    runtime.faults.add({ kind: 'throttle', operation: 'Scan', times: 1 });
    await expect(client.send(new ScanCommand({ TableName: 'Table' }))).rejects.toMatchObject({
      name: 'ProvisionedThroughputExceededException',
    });
    await expect(client.send(new ScanCommand({ TableName: 'Table' }))).resolves.toBeDefined();
    runtime.faults.add({ kind: 'conflict', function: 'write' });
    expect((await write('never')).status).toBe(500);
    expect(runtime.stats.functions['write']?.calls['PutItem']).toMatchObject({ calls: 1, refused: 1 });
  });

  it('drop the answer of a call that was executed', async () => {
    runtime.faults.add({ kind: 'lost-answer', operation: 'PutItem', call: 1 });
    expect((await write('lost')).status).toBe(201); // the SDK sent it again
    expect(runtime.stats.functions['write']?.calls['PutItem']?.calls).toBe(2);
  });

  it('show a stale index and leave the table alone', async () => {
    await write('s1', 'stale');
    const query = new QueryCommand({
      TableName: 'Table',
      IndexName: 'by-kind',
      KeyConditionExpression: 'kind = :k',
      ExpressionAttributeValues: { ':k': { S: 'stale' } },
    });
    expect((await client.send(query)).Items).toHaveLength(1);
    runtime.faults.add({ kind: 'stale-index', times: 1 });
    expect((await client.send(query)).Items).toEqual([]);
    expect((await client.send(query)).Items).toHaveLength(1);
  });

  it('delay', async () => {
    runtime.faults.add({ kind: 'delay', delayMs: 150, times: 1 });
    const start = Date.now();
    await client.send(new ScanCommand({ TableName: 'Table' }));
    expect(Date.now() - start).toBeGreaterThanOrEqual(145);
  });
});

describe('control API', () => {
  const control = (path: string, init?: RequestInit) => fetch(runtime.awsEndpoint + path, init);

  it('adds and clears faults, shows and resets statistics', async () => {
    const added = await control('/__faults', { method: 'POST', body: JSON.stringify([{ kind: 'throttle', operation: 'Scan' }]) });
    expect(added.status).toBe(200);
    await expect(client.send(new ScanCommand({ TableName: 'Table' }))).rejects.toThrow();
    await control('/__faults', { method: 'DELETE' });
    await client.send(new ScanCommand({ TableName: 'Table' }));
    expect(await (await control('/__stats')).json()).toMatchObject({ external: { calls: { Scan: { calls: 2, refused: 1 } } } });
    await control('/__reset', { method: 'POST' });
    expect(await (await control('/__stats')).json()).toEqual({});
  });

  it.each([
    ['/__faults', { method: 'POST', body: '{"kind":"meteor"}' }, 400],
    ['/__faults', { method: 'POST', body: 'no' }, 400],
    ['/__faults', { method: 'POST', body: '{"kind":"delay","speed":1}' }, 400],
    ['/__events', { method: 'POST', body: '{"source":"mine","detail-type":"x","detail":{}}' }, 400],
    ['/__unknown', {}, 404],
    ['/__stats', { headers: { origin: 'https://evil.example' } }, 403],
  ])('%s %j → %i', async (path, init, status) => {
    expect((await control(path, init)).status).toBe(status);
  });

  it('takes events of services, which nobody else may put on a bus', async () => {
    const events: BusEvent[] = [];
    const end = runtime.onEvent((event) => events.push(event));
    const said = { source: 'aws.codebuild', 'detail-type': 'CodeBuild Build State Change', account: '111122223333', detail: { a: 1 } };
    const response = await control('/__events', { method: 'POST', body: JSON.stringify(said) });
    const put = { Source: 'aws.codebuild', DetailType: 'x', Detail: '{}' };
    const refused = await fetch(runtime.awsEndpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSEvents.PutEvents' },
      body: JSON.stringify({ Entries: [put] }),
    });
    end();
    expect(await response.json()).toMatchObject({ version: '0', region: 'us-east-1', resources: [], ...said });
    expect(events).toMatchObject([said]);
    expect(await refused.json()).toMatchObject({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'NotAuthorizedForSourceException' }] });
  });

  it('streams events', async () => {
    const response = await control('/__events');
    const reader = response.body?.getReader();
    await write('e1');
    const text = Buffer.from((await reader?.read())?.value ?? []).toString();
    expect(JSON.parse(text)).toMatchObject({ detail: { id: 'e1' } });
    await reader?.cancel();
    await runtime.settled();
  });
});
