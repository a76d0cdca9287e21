/** Pull secrets of a namespace, from kubectl to a registry that lets nobody in without a password. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceDiagnosis } from '../../functions/importing/diagnosis.ts';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';
import { REAL_REGISTRY_USER, type RealRegistry, startRealRegistry } from '../support/real-registry.ts';

let stack: LocalStack;
let registry: RealRegistry;
let digest: string;

beforeAll(async () => {
  [stack, registry] = await Promise.all([startLocalStack(), startRealRegistry({ auth: true })]);
  digest = (await registry.pushImage('team/app', 'v1')).manifest.digest;
});

afterAll(async () => {
  await Promise.all([stack?.stop(), registry?.close()]);
});

interface Imported {
  readonly status: {
    readonly images: readonly [
      { readonly status: { status: string; code?: number; message?: string }; readonly image?: { metadata: { name: string } } },
    ];
  };
}

async function importInto(namespace: string): Promise<Imported['status']['images'][0]> {
  const images = [
    { from: { kind: 'DockerImage', name: `${registry.host}/team/app:v1` }, to: { name: 'v1' }, importPolicy: { insecure: true } },
  ];
  const body = {
    kind: 'ImageStreamImport',
    apiVersion: 'image.openshift.io/v1',
    metadata: { name: 'app' },
    spec: { import: true, images },
  };
  const answer = await stack.request('POST', `${IMAGE_API}/namespaces/${namespace}/imagestreamimports`, body);
  expect(answer.code).toBe(201);
  return (answer.body as Imported).status.images[0];
}

function createPullSecret(namespace: string, name: string, password: string): Promise<string> {
  const { username } = REAL_REGISTRY_USER;
  const credentials = [`--docker-server=${registry.host}`, `--docker-username=${username}`, `--docker-password=${password}`];
  return stack.kubectl.run(['create', 'secret', 'docker-registry', name, '-n', namespace, ...credentials]);
}

describe('an import from a registry that wants a password', () => {
  it('is unauthorized before the secret is there, and succeeds after', async () => {
    await stack.kubectl.run(['create', 'namespace', 'shop']);
    const message = `you may not have access to the container image "${registry.host}/team/app:v1"`;
    expect((await importInto('shop')).status).toMatchObject({ status: 'Failure', code: 401, message });
    await createPullSecret('shop', 'pull', REAL_REGISTRY_USER.password);
    const { status, image } = await importInto('shop');
    expect(status).toMatchObject({ status: 'Success' });
    expect(image?.metadata.name).toBe(digest);
    expect(await stack.kubectl.run(['get', 'secrets', '-n', 'shop'])).toMatch(/pull\s+kubernetes.io\/dockerconfigjson\s+1\s/);
  });

  it('takes the next secret when the first is refused', async () => {
    await stack.kubectl.run(['create', 'namespace', 'two']);
    await createPullSecret('two', 'a-wrong', 'nonsense');
    expect((await importInto('two')).status).toMatchObject({ code: 401 });
    await createPullSecret('two', 'b-right', REAL_REGISTRY_USER.password);
    expect((await importInto('two')).status).toMatchObject({ status: 'Success' });
  });

  it('is explained step by step, without passwords', async () => {
    const spec = {
      tags: [{ name: 'v1', from: { kind: 'DockerImage', name: `${registry.host}/team/app:v1` }, importPolicy: { insecure: true } }],
    };
    await stack.request('POST', `${IMAGE_API}/namespaces/two/imagestreams`, { metadata: { name: 'told' }, spec });
    const path = `${IMAGE_API}/namespaces/two/imagestreams/told/diagnose?tag=v1`;
    const text = await stack.kubectl.run(['get', '--raw', path]);
    expect(text).not.toMatch(new RegExp(`nonsense|${REAL_REGISTRY_USER.password}`));
    const { requests, found, credentials } = JSON.parse(text) as SourceDiagnosis;
    expect(credentials.map(({ secret, order }) => [secret, order])).toEqual([
      ['a-wrong', 1],
      ['b-right', 2],
    ]);
    const answers = requests.flatMap(({ credentials, status }) => (status === undefined ? [] : [[credentials, status]]));
    expect(answers).toEqual([
      ['anonymous', 401],
      [`a-wrong ${registry.host}`, 401],
      [`b-right ${registry.host}`, 200],
    ]);
    expect(found?.digest).toBe(digest);
  });

  it('takes the entries that are for it, the longest first, and no others', async () => {
    await stack.kubectl.run(['create', 'namespace', 'matrix']);
    const { host } = registry;
    const port = host.split(':')[1];
    const right = REAL_REGISTRY_USER;
    const wrong = { ...right, password: 'expired' };
    const rows: readonly (readonly [string, Readonly<Record<string, typeof right | typeof wrong>>, boolean])[] = [
      ['host and port', { [host]: right }, true],
      ['host without its port', { '127.0.0.1': right }, false],
      ['host at the port of https', { '127.0.0.1:443': right }, false],
      ['host and path', { [`${host}/team`]: right }, true],
      ['the whole repository', { [`${host}/team/app`]: right }, true],
      ['half a segment', { [`${host}/tea`]: right }, false],
      ['another path', { [`${host}/other`]: right }, false],
      ['wildcards', { [`127.*.0.?:${port}`]: right }, true],
      ['too few labels', { [`*.1:${port}`]: right }, false],
      ['as docker login writes it', { [`https://${host}/v1/`]: right }, true],
      ['several, the longest expired', { [host]: right, [`${host}/team/app`]: wrong, [`${host}/team`]: wrong }, true],
      ['several, all expired', { [host]: wrong, [`${host}/team`]: wrong }, false],
    ];
    for (const [name, auths, isLetIn] of rows) {
      const data = { '.dockerconfigjson': Buffer.from(JSON.stringify({ auths })).toString('base64') };
      const secret = { metadata: { name: 'pull' }, type: 'kubernetes.io/dockerconfigjson', data };
      await stack.request('DELETE', '/api/v1/namespaces/matrix/secrets/pull');
      expect((await stack.request('POST', '/api/v1/namespaces/matrix/secrets', secret)).code).toBe(201);
      expect((await importInto('matrix')).status.code ?? 200, name).toBe(isLetIn ? 200 : 401);
    }
  });

  it('does not lend the secret to another namespace', async () => {
    await stack.kubectl.run(['create', 'namespace', 'other']);
    expect((await importInto('other')).status).toMatchObject({ code: 401 });
  });

  it('names a secret that cannot be read, and nothing that is in it', async () => {
    await stack.kubectl.run(['create', 'namespace', 'broken']);
    const broken = JSON.stringify({ auths: { [registry.host]: { auth: 'bm9jb2xvbg==' } } });
    const type = '--type=kubernetes.io/dockerconfigjson';
    await stack.kubectl.run(['create', 'secret', 'generic', 'bad', type, `--from-literal=.dockerconfigjson=${broken}`, '-n', 'broken']);
    const { status } = await importInto('broken');
    expect(status).toMatchObject({ code: 500, message: expect.stringContaining('secret "bad" holds no docker config') as string });
    expect(JSON.stringify(status)).not.toMatch(/nocolon|bm9jb2xvbg/);
  });

  it('is done in the background for a tag that is written', async () => {
    await stack.kubectl.run(['create', 'namespace', 'queued']);
    await createPullSecret('queued', 'pull', REAL_REGISTRY_USER.password);
    const tags = [{ name: 'v1', from: { kind: 'DockerImage', name: `${registry.host}/team/app:v1` }, importPolicy: { insecure: true } }];
    const metadata = { name: 'app', namespace: 'queued' };
    await stack.kubectl.run(['create', '--validate=false', '-f', '-'], {
      kind: 'ImageStream',
      apiVersion: 'image.openshift.io/v1',
      metadata,
      spec: { tags },
    });
    await eventually(async () => {
      expect(await stack.kubectl.run(['get', 'istag', 'app:v1', '-n', 'queued', '-o', 'jsonpath={.image.metadata.name}'])).toBe(digest);
    });
  });
});

describe('imagestreams/secrets', () => {
  it('shows pull secrets but those that are excluded', async () => {
    const path = `${IMAGE_API}/namespaces/two/imagestreams/app/secrets`;
    const names = async () => {
      const { items } = JSON.parse(await stack.kubectl.run(['get', '--raw', path])) as { items: { metadata: { name: string } }[] };
      return items.map(({ metadata }) => metadata.name);
    };
    await stack.kubectl.run(['create', 'secret', 'generic', 'opaque', '--from-literal=a=b', '-n', 'two']);
    expect(await names()).toEqual(['a-wrong', 'b-right']);
    await stack.kubectl.run(['annotate', 'secret', 'a-wrong', 'openshift.io/image.excludeSecret=true', '-n', 'two']);
    expect(await names()).toEqual(['b-right']);
  });
});
