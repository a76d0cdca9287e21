/** Real clients as they were recorded (test/fixtures/oc/README.md): every request is answered today as it was when the client accepted the answer. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryRegistry, type MemoryRegistry } from '../importing/fakes/memory-registry.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { essenceOf, type RecordedRequest, type Recording } from '../support/oc-recording.ts';
import { type RecordingServer, startRecordingServer } from '../support/recording-server.ts';

const FOLDER = new URL('../fixtures/oc/', import.meta.url);
const HOST = 'registry.example.com';
const recordings = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => [file, JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Recording] as const);

let table: TestTable;

beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());

/** What the registry held when the clients were recorded; answers placeholders and the digests for them. */
function fill(registry: MemoryRegistry): ReadonlyMap<string, string> {
  const digests = new Map<string, string>();
  const images = ['python:3.6.0', 'python:3.7.0', 'python:3.8', 'centos/python-35-centos7:latest', 'openshift/python:3.8'];
  for (const name of [...images, 'team/app:v1', 'team/app:v2', 'team/app:latest'].map((image) => `${HOST}/${image}`)) {
    digests.set(`{{digest of ${name}}}`, registry.pushImage(name));
  }
  const multi = `${HOST}/team/multi:latest`;
  const { index, children } = registry.pushIndex(multi, ['linux/amd64', 'linux/arm64', 'linux/s390x']);
  digests.set(`{{digest of ${multi}}}`, index);
  for (const [platform, digest] of Object.entries(children)) digests.set(`{{digest of ${multi} ${platform}}}`, digest);
  return digests;
}

/** The request with what only the server knows: digests, and the version a client has read just before. */
async function complete(server: RecordingServer, request: RecordedRequest, digests: ReadonlyMap<string, string>): Promise<RecordedRequest> {
  const [, namespace = ''] = /\/namespaces\/([^/]+)\//.exec(request.path) ?? [];
  const { name = '' } = (request.body as { metadata?: { name?: string } } | undefined)?.metadata ?? {};
  const [, named = name] = /\/imagestreams\/([^/?]+)/.exec(request.path) ?? [];
  let text = JSON.stringify(request);
  for (const [placeholder, digest] of digests) text = text.replaceAll(placeholder, digest);
  if (!text.includes('{{resourceVersion}}')) return JSON.parse(text) as RecordedRequest;
  if (!request.path.includes('/image.openshift.io/')) return JSON.parse(await identified(server, request, text)) as RecordedRequest;
  return JSON.parse(text.replaceAll('{{resourceVersion}}', await server.resourceVersion(namespace, named))) as RecordedRequest;
}

/** With uid and version of what was read from the same path. */
async function identified(server: RecordingServer, { path, accept }: RecordedRequest, text: string): Promise<string> {
  const [named = ''] = path.split('?');
  const { body } = await server.send({ method: 'GET', path: named, ...(accept === undefined ? {} : { accept }) });
  const { metadata } = JSON.parse(body.toString()) as { metadata: { uid: string; resourceVersion: string } };
  return text.replaceAll('{{uid}}', metadata.uid).replaceAll('{{resourceVersion}}', metadata.resourceVersion);
}

function readAnswer(body: Buffer, headers: Readonly<Record<string, unknown>>): unknown {
  const type = String(headers['content-type']);
  if (type.includes('protobuf')) return { text: 'protobuf' };
  return type.startsWith('text/plain') ? { text: body.toString() } : essenceOf(JSON.parse(body.toString()));
}

describe.each(recordings)('%s', (_, { client, commands }) => {
  it(`is answered as ${client} was`, async () => {
    const registry = createMemoryRegistry();
    const digests = fill(registry);
    const server = startRecordingServer(table, await table.addTable(), registry);
    for (const { command, requests } of commands) {
      for (const recorded of requests) {
        const request = await complete(server, recorded, digests);
        const { status, headers, body } = await server.send(request);
        const answer = { command, request: `${request.method} ${request.path}`, status, answer: readAnswer(body, headers) };
        expect(answer).toEqual({ ...answer, status: request.status, answer: request.answer });
      }
      await server.importDue();
    }
  });
});
