/** Secrets that are planted in every way clients have, used in every way there is, and looked for in everything the stack keeps, says and sends. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { type AttributeValue, DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodingsOf } from '../support/encodings.ts';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { REAL_REGISTRY_USER, type RealRegistry, startRealRegistry } from '../support/real-registry.ts';

const TRIGGERS = '/apis/delivery.image-streams.io/v1/namespaces/shop/imagetriggers';
const whsec = (bytes: string) => `whsec_${Buffer.from(bytes).toString('base64')}`;

/** By what they are, so that a failure says what leaked. */
const planted: Record<string, string> = {
  'password of the registry': REAL_REGISTRY_USER.password,
  'password that is wrong': 'wr0ng/p+ssword~planted',
  'value of an applied Secret': 'applied/valu3+planted?',
  'stringData of an applied Secret': 'str1ng{data}"planted"',
  'value of a Secret applied by the server': 's3rver side planted',
  'value of a Secret that is refused': 'refus3d-planted-value!',
  'value of a Secret that is deleted': 'del3ted-planted-value',
  'value of a Secret that is replaced': 'r3placed-planted-value',
  'signing secret that is given': whsec('given signing secret, planted'),
  'signing secret that is applied': whsec('applied signing secret, planted'),
  'signing secret that takes over': whsec('rotated signing secret, planted'),
  'bearer token of nobody': 'planted-bearer-token-of-nobody',
};

/** What the stack keeps, says and sends, by where. */
const seen: Record<string, string[]> = { log: [], messages: [], answers: [], webhooks: [], events: [], tables: [] };

let stack: LocalStack;
let registry: RealRegistry;
let receiver: Server;

beforeAll(async () => {
  [stack, registry] = await Promise.all([
    startLocalStack({}, { log: (name, line) => seen['log']?.push(`${name} ${line}`) }),
    startRealRegistry({ auth: true }),
  ]);
  stack.runtime.onMessage((body) => seen['messages']?.push(body));
  await registry.pushImage('team/app', 'v1');
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      seen['webhooks']?.push(JSON.stringify(request.headers) + body);
      response.writeHead(request.url === '/refuse' ? 410 : 204).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  receiver?.close();
  await Promise.all([stack?.stop(), registry?.close()]);
});

/** A request as the admin, whose answer must not hold a secret. */
async function ask(method: string, path: string, body?: unknown, headers?: Record<string, string>) {
  const answer = await stack.request(method, path, body, headers);
  seen['answers']?.push(JSON.stringify(answer.body));
  return answer;
}

const kubectl = (args: readonly string[], input?: unknown) => stack.kubectl.run(['-n', 'shop', ...args], input);
const value = (text: string | undefined) => Buffer.from(text ?? '').toString('base64');
const secretOf = (name: string, more: object) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'shop' }, ...more });

function pullSecret(name: string, password: string | undefined) {
  const auth = value(`${REAL_REGISTRY_USER.username}:${password ?? ''}`);
  const config = JSON.stringify({ auths: { [registry.host]: { username: REAL_REGISTRY_USER.username, password, auth } } });
  return secretOf(name, { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': value(config) } });
}

function trigger(name: string, signingSecret: string | undefined, path = '/hook') {
  const { port } = receiver.address() as AddressInfo;
  const webhook = { url: `http://127.0.0.1:${port}${path}`, ...(signingSecret === undefined ? {} : { signingSecret }) };
  const spec = { images: [{ from: { kind: 'ImageStreamTag', name: 'app:v1' } }], target: { webhook } };
  return { apiVersion: 'delivery.image-streams.io/v1', kind: 'ImageTrigger', metadata: { name, namespace: 'shop' }, spec };
}

async function importApp(expected: 'Success' | 'Failure'): Promise<void> {
  const from = { kind: 'DockerImage', name: `${registry.host}/team/app:v1` };
  const images = [{ from, to: { name: 'v1' }, importPolicy: { insecure: true } }];
  const body = {
    kind: 'ImageStreamImport',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name: 'app' },
    spec: { import: true, images },
  };
  const answer = await ask('POST', `${IMAGE_API}/namespaces/shop/imagestreamimports`, body);
  expect(answer.body).toMatchObject({ status: { images: [{ status: { status: expected } }] } });
}

describe('secrets that are planted', () => {
  it('are used', async () => {
    await stack.kubectl.run(['create', 'namespace', 'shop']);
    await kubectl(['apply', '-f', '-'], pullSecret('a-wrong', planted['password that is wrong']));
    await importApp('Failure');
    await kubectl(['apply', '-f', '-'], pullSecret('b-right', planted['password of the registry']));
    await importApp('Success');
    await ask('GET', `${IMAGE_API}/namespaces/shop/imagestreams/app/diagnose?tag=v1`);

    const applied = { data: { a: value(planted['value of an applied Secret']) } };
    await kubectl(['apply', '-f', '-'], secretOf('applied', applied));
    const stringData = { b: planted['stringData of an applied Secret'] };
    await kubectl(['apply', '-f', '-'], secretOf('applied', { ...applied, stringData }));
    const server = { stringData: { c: planted['value of a Secret applied by the server'] } };
    await kubectl(['apply', '--server-side', '-f', '-'], secretOf('server', server));
    await kubectl(['create', '-f', '-'], secretOf('deleted', { data: { d: value(planted['value of a Secret that is deleted']) } }));
    await kubectl(['delete', 'secret', 'deleted']);
    await kubectl(['create', '-f', '-'], secretOf('replaced', { data: { e: value(planted['value of a Secret that is replaced']) } }));
    await kubectl(['replace', '-f', '-'], secretOf('replaced', { data: { e: value('nothing') } }));
    const refused = planted['value of a Secret that is refused'];
    const secrets = '/api/v1/namespaces/shop/secrets';
    for (const data of [{ f: refused }, { '../f': value(refused) }, { f: { g: refused } }])
      expect((await ask('POST', secrets, secretOf('refused', { data }))).code).toBeGreaterThanOrEqual(400);
    const unfinished = `{"kind":"Secret","apiVersion":"v1","data":{"f":"${value(refused)}"`;
    expect((await ask('POST', secrets, unfinished)).code).toBe(400);
  });

  it('are used to sign', async () => {
    const { 'signing secret that is given': given, 'signing secret that is applied': applied } = planted;
    expect((await ask('POST', TRIGGERS, trigger('given', given))).code).toBe(201);
    await kubectl(['apply', '-f', '-'], trigger('applied', applied));
    const rotated = trigger('given', planted['signing secret that takes over']);
    const patch = { spec: { target: rotated.spec.target } };
    expect((await ask('PATCH', `${TRIGGERS}/given`, patch, { 'content-type': 'application/merge-patch+json' })).code).toBe(200);
    // Shown once, in the answer to the request that made it; from then on as secret as any.
    const made = await stack.request('POST', TRIGGERS, trigger('made', undefined, '/refuse'));
    planted['signing secret that was made'] = (made.body as ReturnType<typeof trigger>).spec.target.webhook.signingSecret ?? '';
    await ask('GET', TRIGGERS);
    seen['answers']?.push(await kubectl(['get', '--raw', `${TRIGGERS}?watch=true&timeoutSeconds=1`]));
    await eventually(async () => {
      expect(JSON.stringify((await ask('GET', `${TRIGGERS}/applied`)).body)).toContain('"Delivered"');
      expect(JSON.stringify((await ask('GET', `${TRIGGERS}/made`)).body)).toContain('"Delivered"');
    });
    expect((await ask('DELETE', `${TRIGGERS}/given`)).code).toBe(200);
  });

  it('are shown to prove who one is', async () => {
    planted['token of the admin'] = stack.runtime.token;
    const token = (await kubectl(['create', 'token', 'builder'])).trim();
    planted['token of a service account'] = token;
    planted['signature of that token'] = token.split('.')[2] ?? '';
    const { 'bearer token of nobody': nobody = '' } = planted;
    for (const [bearer, code] of [
      [token, 403], // known, without a role there
      [nobody, 401],
      [`${token}x`, 401],
    ] as const)
      expect((await ask('GET', `${IMAGE_API}/namespaces/shop/imagestreams`, undefined, { authorization: `Bearer ${bearer}` })).code).toBe(
        code,
      );
    const basic = `Basic ${Buffer.from(`admin:${nobody}`).toString('base64')}`;
    await ask('GET', `${IMAGE_API}/namespaces/shop/imagestreams`, undefined, { authorization: basic });
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token } };
    await ask('GET', `/api/v1/namespaces/shop/secrets/none?token=${encodeURIComponent(nobody)}`);
    await stack.request('POST', '/apis/authentication.k8s.io/v1/tokenreviews', review); // what it answers may name its question
  });

  it('are nowhere in the clear', async () => {
    await stack.runtime.settled();
    seen['events'] = stack.events.map((event) => JSON.stringify(event));
    seen['tables'] = await dumpTables();
    for (const [where, texts] of Object.entries(seen)) expect(texts.length, where).toBeGreaterThan(0);
    expect(seen['tables'].length).toBeGreaterThanOrEqual(20);

    const leaks = Object.entries(planted).flatMap(([what, secret]) => {
      expect(secret.length, what).toBeGreaterThan(12);
      const needles = encodingsOf(secret);
      return Object.entries(seen).flatMap(([where, texts]) => {
        const text = texts.find((candidate) => needles.some((needle) => candidate.includes(needle)));
        return text === undefined ? [] : [`${what} in ${where}: ${text.slice(0, 300)}`];
      });
    });
    expect(leaks).toEqual([]);
  });

  it('would be found in any encoding', () => {
    const encoded = fc.constantFrom<BufferEncoding>('utf8', 'base64', 'base64url', 'hex');
    fc.assert(
      fc.property(
        fc.string({ minLength: 12 }),
        fc.string(),
        fc.string(),
        encoded,
        fc.boolean(),
        (secret, before, after, encoding, isTwice) => {
          const once = Buffer.from(before + secret + after).toString(encoding);
          const text = isTwice && encoding === 'base64' ? Buffer.from(`x${once}y`).toString('base64') : once;
          expect(encodingsOf(secret).some((needle) => text.includes(needle))).toBe(true);
        },
      ),
    );
  });
});

/** Every item of every table as text, binary ones as their bytes, unpacked if they are compressed. */
async function dumpTables(): Promise<string[]> {
  const credentials = { accessKeyId: 'me', secretAccessKey: 'me' };
  const client = new DynamoDBClient({ endpoint: stack.runtime.awsEndpoint, region: 'us-east-1', credentials });
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  expect(TableNames).toHaveLength(2);
  const items: string[] = [];
  for (const TableName of TableNames) {
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey }));
      items.push(...(page.Items ?? []).map((item) => `${TableName} ${textOf(item)}`));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
  }
  client.destroy();
  return items;
}

function textOf(item: Record<string, AttributeValue>): string {
  return JSON.stringify(item, (_, member: unknown) => {
    if (!(member instanceof Uint8Array)) return member;
    const bytes = Buffer.from(member);
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('latin1');
  });
}
