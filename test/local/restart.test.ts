import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LocalOptions, type LocalRuntime, StartError } from '../../lib/local/index.ts';
import { fetchFrom } from './http.ts';
import { startToy, toyFunction } from './toy-stack.ts';

let directory: string;
const running: LocalRuntime[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'local-test-'));
});
afterEach(async () => {
  for (const runtime of running.splice(0)) await runtime.stop();
  rmSync(directory, { recursive: true, force: true });
});

async function start(options: Partial<LocalOptions> = {}, resources = {}): Promise<LocalRuntime> {
  const runtime = await startToy({ directory, ...options }, resources);
  running.push(runtime);
  return runtime;
}
const write = (runtime: LocalRuntime, id: string) =>
  fetchFrom(runtime, '/items', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id, kind: 'wanted' }),
  });
async function timesSeen(runtime: LocalRuntime, id: string): Promise<number> {
  const client = new DynamoDBClient({
    endpoint: runtime.awsEndpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 't', secretAccessKey: 't' },
  });
  const { Item } = await client.send(new GetItemCommand({ TableName: 'Table', Key: { pk: { S: id }, sk: { S: 'seen' } } }));
  client.destroy();
  return Number(Item?.['times']?.N ?? 0);
}

describe('a restart', () => {
  it('keeps data, positions, certificate and token, and repeats nothing that was done', async () => {
    const first = await start();
    await write(first, 'a');
    await first.settled();
    await first.stop();
    const second = await start();
    expect([second.token, second.ca]).toEqual([first.token, first.ca]);
    await write(second, 'b');
    await second.settled();
    expect([await timesSeen(second, 'a'), await timesSeen(second, 'b')]).toEqual([1, 1]);
    expect(second.stats.functions['forward']?.invocations).toBe(1);
  });

  it('goes on with what was under way: stream records, messages, invocations', async () => {
    for (const [stuck, id] of [
      ['forward', 'x'],
      ['publish', 'y'],
      ['record', 'z'],
    ] as const) {
      const first = await start();
      first.faults.add({ kind: 'delay', delayMs: 60_000, function: stuck });
      await write(first, id);
      await expect(first.settled(500)).rejects.toThrow('busy');
      await first.stop();
      const second = await start();
      await second.settled();
      expect([stuck, await timesSeen(second, id)]).toEqual([stuck, 1]);
      await second.stop();
    }
  });

  it('writes secrets for the owner alone', async () => {
    const runtime = await start();
    for (const name of ['kubeconfig', 'server.key', 'state.json', 'runtime.json']) {
      if (name !== 'state.json') expect([name, statSync(join(directory, name)).mode & 0o777]).toEqual([name, 0o600]);
    }
    const kubeconfig = readFileSync(runtime.kubeconfig, 'utf8');
    expect(kubeconfig).toContain(`server: ${runtime.url}`);
    expect(kubeconfig).toContain(`token: ${runtime.token}`);
    expect(kubeconfig).toContain('namespace: default');
    expect(Buffer.from(runtime.token, 'base64url')).toHaveLength(32);
  });
});

describe('a start that cannot be', () => {
  const failure = async (options: Partial<LocalOptions> = {}, resources = {}) => {
    const error = await start(options, resources).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(StartError);
    return (error as StartError).message;
  };

  it('names the port that is taken', async () => {
    const other = await startToy();
    running.push(other);
    const port = Number(new URL(other.url).port);
    expect(await failure({ port })).toBe(`port ${port} is taken: choose another with --port`);
  });

  it('names the process that uses the directory', async () => {
    writeFileSync(join(directory, 'runtime.json'), JSON.stringify({ pid: process.ppid, url: 'https://there', awsEndpoint: '' }));
    expect(await failure()).toContain(`in use by process ${process.ppid}`);
  });

  it('names a damaged file', async () => {
    writeFileSync(join(directory, 'state.json'), '{"positions":');
    expect(await failure()).toContain(`${join(directory, 'state.json')} is damaged`);
  });

  it('names a damaged database', async () => {
    await (await start()).stop();
    writeFileSync(join(directory, 'dynamodb', 'dynamodb.sqlite'), 'not a database, for sure not a database');
    expect(await failure()).toContain('dynamodb.sqlite is damaged');
  });

  it('names a table that has changed', async () => {
    await (await start()).stop();
    const keys = [{ AttributeName: 'other', KeyType: 'HASH' }];
    const Properties = {
      KeySchema: keys,
      AttributeDefinitions: [{ AttributeName: 'other', AttributeType: 'S' }],
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
    };
    expect(await failure({}, { Table: { Type: 'AWS::DynamoDB::Table', Properties } })).toContain(
      'table Table of the state directory has other keys',
    );
  });

  it('names a function without code', async () => {
    expect(await failure({}, { Echo: toyFunction('nowhere') })).toBe('function Echo: there is no file nowhere.ts');
  });
});
