/** Nothing secret that comes with a request gets into a log: not in the clear, not in base64, not URL-encoded. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type HttpFunctions, loadHttpFunctions } from '../support/http-functions.ts';
import { logged } from './logged.ts';

/** Made up for each run; with characters that every encoding changes. */
const plant = (what: string) => `${what}+/&?~${randomBytes(9).toString('hex')}`;
const PLANTED = {
  bearer: plant('bearer'),
  query: plant('query'),
  opaque: plant('opaque'),
  stringData: plant('stringData'),
  password: plant('password'),
  registryPassword: plant('registryPassword'),
  patched: plant('patched'),
  applied: plant('applied'),
  wrongType: plant('wrongType'),
  garbage: plant('garbage'),
  inReference: plant('inReference').replaceAll(/[+/&?~]/g, '-'),
  inProtobuf: plant('inProtobuf'),
};

let functions: HttpFunctions;
let lines: readonly Record<string, unknown>[];
const codes: number[] = [];

beforeAll(async () => {
  functions = await loadHttpFunctions();
  lines = await logged(sendEverything);
});
afterAll(() => functions.stop());

const base64 = (text: string) => Buffer.from(text).toString('base64');
const APPLY = { 'content-type': 'application/apply-patch+yaml' };
const MERGE = { 'content-type': 'application/merge-patch+json' };
const PROTOBUF = { 'content-type': 'application/vnd.kubernetes.protobuf' };
const DOCKER_CONFIG = {
  auths: {
    'registry.invalid': { username: 'robot', password: PLANTED.registryPassword, auth: base64(`robot:${PLANTED.registryPassword}`) },
  },
};
const secret = (name: string, fields: object) => ({ kind: 'Secret', apiVersion: 'v1', metadata: { name }, ...fields });
const image = (name: string) => ({ from: { kind: 'DockerImage', name }, to: { name: 'latest' } });

async function sendEverything(): Promise<void> {
  const secrets = '/api/v1/namespaces/default/secrets';
  const streams = '/apis/image.openshift.io/v1/namespaces/default';
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const url = `${path}${path.includes('?') ? '&' : '?'}access_token=${encodeURIComponent(PLANTED.query)}`;
    const { code } = await functions.send(method, url, { body, headers: { authorization: `Bearer ${PLANTED.bearer}`, ...headers } });
    codes.push(code);
  };
  await send('GET', '/version');
  await send('GET', '/oauth/authorize');
  await send('POST', secrets, secret('opaque', { data: { a: base64(PLANTED.opaque) }, stringData: { b: PLANTED.stringData } }));
  await send(
    'POST',
    secrets,
    secret('login', { type: 'kubernetes.io/basic-auth', stringData: { username: 'a', password: PLANTED.password } }),
  );
  await send(
    'POST',
    secrets,
    secret('pull', { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': base64(JSON.stringify(DOCKER_CONFIG)) } }),
  );
  await send(
    'POST',
    secrets,
    secret('broken', { type: 'kubernetes.io/dockerconfigjson', stringData: { '.dockerconfigjson': PLANTED.registryPassword } }),
  );
  await send('PATCH', `${secrets}/opaque`, { stringData: { c: PLANTED.patched } }, MERGE);
  await send('PATCH', `${secrets}/applied?fieldManager=me`, secret('applied', { stringData: { c: PLANTED.applied } }), APPLY);
  await send('POST', secrets, secret('wrong', { data: PLANTED.wrongType, stringData: { a: [PLANTED.wrongType] } }));
  await send('POST', secrets, `{"kind": "Secret", "data": ${PLANTED.garbage}`);
  await send('POST', secrets, Buffer.from(`k8s\0\u000a\u00ff${PLANTED.inProtobuf}`), PROTOBUF);
  await send('GET', `${secrets}/opaque`);
  await send('GET', secrets, undefined, { 'impersonate-user': 'root', 'user-agent': `curl Bearer ${PLANTED.bearer}` });
  await send('GET', `${streams}/imagestreams/app/secrets`);
  await send('POST', `${streams}/imagestreamimports`, {
    metadata: { name: 'app' },
    spec: { import: true, images: [image('registry.invalid/team/app')] },
  });
  await send('POST', `${streams}/imagestreamimports`, {
    metadata: { name: 'app' },
    spec: { import: true, images: [image(`robot:${PLANTED.inReference}@registry.invalid/app`)] },
  });
  await send('GET', `${streams}/imagestreams/app/diagnose?tag=latest`);
  await send('POST', '/api/v1/namespaces/default/serviceaccounts/default/token', { spec: { audiences: [] } });
  await send('DELETE', `${secrets}/opaque`);
}

it('tells of every request in one line', () => {
  expect(lines.filter(({ audit }) => audit !== undefined)).toHaveLength(codes.length);
  expect(codes.filter((code) => code < 300).length).toBeGreaterThan(8);
  expect(codes.filter((code) => code >= 400).length).toBeGreaterThan(4);
});

it.each(Object.entries(PLANTED))('keeps %s to itself', (_what, planted) => {
  const text = JSON.stringify(lines);
  const forms = [planted, base64(planted), base64(planted).slice(0, -4), encodeURIComponent(planted), planted.slice(-18)];
  // Inside something that was encoded as a whole the text begins at any of three places.
  for (const before of ['x', 'xx', 'xxx']) forms.push(base64(before + planted).slice(4, -4));
  expect(forms.filter((form) => text.includes(form))).toEqual([]);
});
