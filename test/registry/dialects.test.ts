/** What registries of the wild do otherwise, replayed: each with the source it was learned from in functions/registry/quirks or docs/registries.md. */
import { describe, expect, it } from 'vitest';
import { basicAuthorization } from '../../functions/registry/credentials.ts';
import type { CredentialSource } from '../../functions/registry/types.ts';
import { connectAs, repositoryAt } from '../support/dialect.ts';
import { failureOf, fakeRegistryForTest } from '../support/registry-client.ts';

const ECR = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const json = { 'content-type': 'application/json' };
const error = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });
const tagNames = (count: number) => Array.from({ length: count }, (_, index) => `v${index}`);

describe('ECR', () => {
  const password = (text: string) => ({ username: 'AWS', password: text });
  /** Hands out a new password when the old one is refused. */
  function source() {
    const asked: (string | undefined)[] = [];
    const made: CredentialSource = {
      identity: 'role',
      async obtain(refused) {
        asked.push(refused?.password);
        return password(refused === undefined && asked.length === 1 ? 'expired' : 'renewed');
      },
    };
    return { asked, credentialsFor: async () => ({ candidates: [], last: made }) };
  }

  it.each(['HEAD', 'GET'] as const)('says 403 to a password that has expired: %s is repeated with a new one', async (method) => {
    const registry = await fakeRegistryForTest();
    const { manifest } = registry.pushImage('team/app', 'v1');
    registry.fault({}, (request, response) => {
      const { authorization } = request.headers;
      if (authorization === undefined) {
        const challenge = `Basic realm="https://${ECR}/",service="ecr.amazonaws.com"`;
        return void response.writeHead(401, { 'www-authenticate': challenge, ...json }).end('Not Authorized');
      }
      if (authorization === basicAuthorization(password('renewed'))) {
        const headers = { 'content-type': manifest.mediaType, 'docker-content-digest': manifest.digest };
        return void response.writeHead(200, headers).end(request.method === 'HEAD' ? undefined : manifest.bytes);
      }
      response.writeHead(403, json).end(error('DENIED', 'Your authorization token has expired. Reauthenticate and try again.'));
    });
    const { asked, credentialsFor } = source();
    const client = connectAs({ [ECR]: registry }, { credentialsFor });
    const ask = () => (method === 'HEAD' ? client.headManifest : client.getManifest)(repositoryAt(ECR), 'v1');
    expect((await ask()).digest).toBe(manifest.digest);
    expect(registry.requests.map(({ authorization }) => authorization)).toEqual([
      '',
      basicAuthorization(password('expired')),
      basicAuthorization(password('renewed')),
    ]);
    expect(asked).toEqual([undefined, 'expired']);
  });

  it('says 403 to who may not, and names the action: nothing is asked again', async () => {
    const registry = await fakeRegistryForTest();
    const missing = 'User: arn:aws:sts::123456789012:assumed-role/f/f is not authorized to perform: ecr:BatchGetImage on resource: r';
    registry.fault({}, (request, response) => {
      const isAnonymous = request.headers.authorization === undefined;
      const headers = isAnonymous ? { 'www-authenticate': 'Basic realm="https://x/",service="ecr.amazonaws.com"' } : {};
      response.writeHead(isAnonymous ? 401 : 403, { ...headers, ...json }).end(error('DENIED', missing));
    });
    const { asked, credentialsFor } = source();
    const failure = await failureOf(connectAs({ [ECR]: registry }, { credentialsFor }).getManifest(repositoryAt(ECR), 'v1'));
    expect(failure).toMatchObject({ code: 'ERR_REGISTRY_DENIED', message: `denied: ${missing}` });
    expect(asked).toEqual([undefined]);
  });

  it('redirects blobs to S3, which gets no password', async () => {
    const [registry, s3] = await Promise.all([fakeRegistryForTest(), fakeRegistryForTest()]);
    const { config } = registry.pushImage('team/app', 'v1');
    s3.fault({}, (_request, response) => void response.writeHead(200).end(config.bytes));
    const bucket = 'prod-eu-west-1-starport-layer-bucket.s3.eu-west-1.amazonaws.com';
    registry.fault({ path: '/blobs/' }, (request, response) => {
      if (request.headers.authorization === undefined) return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      response.writeHead(307, { location: `https://${bucket}/layer?X-Amz-Signature=1` }).end();
    });
    const client = connectAs({ [ECR]: registry, [bucket]: s3 }, { credentialsFor: async () => password('p') });
    expect(await client.getBlob(repositoryAt(ECR), config.digest, 100_000)).toEqual(Buffer.from(config.bytes));
    expect(s3.requests.map(({ path, authorization }) => [path, authorization])).toEqual([['/layer?X-Amz-Signature=1', '']]);
  });

  it.each([ECR, 'public.ecr.aws'])('%s ends a list of exactly a page without a Link, and takes no cursor but its own', async (host) => {
    const registry = await fakeRegistryForTest();
    const pages = [tagNames(1500).slice(0, 1000), tagNames(1500).slice(1000)];
    registry.fault({ path: 'tags/list' }, (request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://x');
      const last = searchParams.get('last');
      if (last !== null && last !== 'opaque==')
        return void response.writeHead(405, json).end(error('UNSUPPORTED', "Invalid parameter at 'NextToken'"));
      const link = `<https://${host}/v2/team/app/tags/list?last=opaque%3D%3D&n=1000>; rel="next"`;
      response.writeHead(200, { ...json, ...(last === null ? { link } : {}) }).end(JSON.stringify({ tags: pages[last === null ? 0 : 1] }));
    });
    const client = connectAs({ [host]: registry });
    expect(await client.listTags(repositoryAt(host))).toHaveLength(1500);
    registry.clearRequests();
    registry.fault({ path: 'tags/list' }, { status: 200, headers: json, body: JSON.stringify({ tags: tagNames(1000) }) });
    expect(await client.listTags(repositoryAt(host))).toHaveLength(1000);
    expect(registry.requests).toHaveLength(1);
  });

  it('Public says 400 to a bearer token that has expired', async () => {
    const registry = await fakeRegistryForTest();
    const { manifest } = registry.pushImage('team/app', 'v1');
    let issued = 0;
    registry.fault({}, (request, response) => {
      const [, token] = request.headers.authorization?.split(' ') ?? [];
      if (request.url?.startsWith('/token/') === true)
        return void response.writeHead(200, json).end(JSON.stringify({ token: `t${++issued}` }));
      const challenge = 'Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws"';
      if (token === undefined) return void response.writeHead(401, { 'www-authenticate': challenge }).end();
      if (token === 't1' && issued === 1 && registry.count({ path: '/manifests/' }) > 2)
        return void response.writeHead(400, json).end(error('DENIED', 'Your Authorization Token is invalid.'));
      response.writeHead(200, { 'content-type': manifest.mediaType, 'docker-content-digest': manifest.digest }).end(manifest.bytes);
    });
    const client = connectAs({ 'public.ecr.aws': registry });
    const repository = repositoryAt('public.ecr.aws');
    expect((await client.getManifest(repository, 'v1')).digest).toBe(manifest.digest);
    expect((await client.getManifest(repository, 'v1')).digest).toBe(manifest.digest);
    expect(issued).toBe(2);
  });
});

describe("Google's registries", () => {
  it.each(['europe-west1-docker.pkg.dev', 'gcr.io', 'eu.gcr.io', 'registry.k8s.io'])(
    '%s lists everything at once, manifests included',
    async (host) => {
      const registry = await fakeRegistryForTest();
      const manifest = Object.fromEntries(
        Array.from({ length: 15_000 }, (_, index) => [
          `sha256:${String(index).padStart(64, '0')}`,
          {
            imageSizeBytes: '123456789',
            layerId: '',
            mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
            tag: [`v${index}`],
            timeCreatedMs: '1700000000000',
            timeUploadedMs: '1700000000000',
            padding: 'x'.repeat(80),
          },
        ]),
      );
      const body = JSON.stringify({ child: [], manifest, name: 'team/app', tags: tagNames(15_000) });
      expect(body.length).toBeGreaterThan(4 * 1024 * 1024);
      registry.fault({}, { status: 200, headers: json, body });
      expect(await connectAs({ [host]: registry }).listTags(repositoryAt(host))).toHaveLength(15_000);
      expect(registry.requests).toHaveLength(1);
    },
  );

  it.each(['gcr.io.evil.example', 'evilgcr.io', 'pkg.dev', 'x.y-docker.pkg.dev.evil'])('%s is none of them', async (host) => {
    const registry = await fakeRegistryForTest();
    registry.fault({}, { status: 200, headers: json, body: JSON.stringify({ tags: tagNames(1000) }) });
    await connectAs({ [host]: registry }).listTags(repositoryAt(host));
    expect(registry.requests).toHaveLength(2);
  });
});

describe('registries that need no code of their own', () => {
  it('GHCR: a package that is private or missing is refused by the token service', async () => {
    const registry = await fakeRegistryForTest();
    registry.fault(
      {},
      {
        status: 401,
        headers: { 'www-authenticate': 'Bearer realm="https://ghcr.io/token",service="ghcr.io",scope="repository:team/app:pull"' },
      },
    );
    registry.fault({ path: '/token' }, { status: 403, headers: json, body: error('DENIED', 'requested access to the resource is denied') });
    const failure = await failureOf(connectAs({ 'ghcr.io': registry }).headManifest(repositoryAt('ghcr.io'), 'v1'));
    expect(failure).toMatchObject({ code: 'ERR_REGISTRY_DENIED', message: 'token service: denied' });
    expect(registry.requests.at(-1)?.path).toBe('/token?service=ghcr.io&scope=repository%3Ateam%2Fapp%3Apull');
  });

  it('GitLab: tokens come from another host, without expires_in or issued_at', async () => {
    const [registry, gitlab] = await Promise.all([fakeRegistryForTest(), fakeRegistryForTest()]);
    gitlab.fault({}, { status: 200, headers: json, body: JSON.stringify({ token: 'jwt' }) });
    const { manifest } = registry.pushImage('team/app', 'v1');
    registry.fault({}, (request, response) => {
      const challenge = 'Bearer realm="https://gitlab.com/jwt/auth",service="container_registry",scope="repository:team/app:pull"';
      if (request.headers.authorization !== 'Bearer jwt') return void response.writeHead(401, { 'www-authenticate': challenge }).end();
      response.writeHead(200, { 'content-type': manifest.mediaType, 'docker-content-digest': manifest.digest }).end();
    });
    const client = connectAs({ 'registry.gitlab.com': registry, 'gitlab.com': gitlab });
    for (let times = 0; times < 3; times++) await client.headManifest(repositoryAt('registry.gitlab.com'), 'v1');
    expect(gitlab.requests.map(({ path }) => path.split('?')[0])).toEqual(['/jwt/auth']);
  });

  it('Harbor: relative Links; a policy that forbids the pull is told by GET', async () => {
    const registry = await fakeRegistryForTest();
    registry.fault({ path: 'tags/list' }, (request, response) => {
      const isFirst = request.url?.includes('last=') !== true;
      const link = isFirst ? { link: '</v2/team/app/tags/list?last=v1&n=1000>; rel="next"' } : {};
      response.writeHead(200, { ...json, ...link }).end(JSON.stringify({ name: 'team/app', tags: [isFirst ? 'v1' : 'v2'] }));
    });
    const client = connectAs({ 'harbor.example.com': registry });
    expect(await client.listTags(repositoryAt('harbor.example.com'))).toEqual(['v1', 'v2']);
    const policy = 'current image with "Critical" vulnerabilities cannot be pulled';
    registry.fault({ path: 'manifests' }, { status: 412, headers: json, body: error('PROJECTPOLICYVIOLATION', policy) });
    const failure = await failureOf(client.getManifest(repositoryAt('harbor.example.com'), 'v1'));
    expect(failure.message).toBe(`projectpolicyviolation: ${policy}`);
  });

  it('Artifactory: Links without the virtual repository, cursors that are numbers, no digest for HEAD', async () => {
    const registry = await fakeRegistryForTest();
    registry.fault({ path: 'tags/list' }, (request, response) => {
      if (request.headers.accept?.includes('manifest') === true) return void response.writeHead(406).end();
      const isFirst = request.url?.includes('last=1000') !== true;
      const link = isFirst ? { link: '</v2/app/tags/list?last=1000&n=1000>; rel="next"' } : {};
      response.writeHead(200, { ...json, ...link }).end(JSON.stringify({ tags: isFirst ? tagNames(1000) : ['z'] }));
    });
    const client = connectAs({ 'artifacts.example.com': registry });
    expect(await client.listTags(repositoryAt('artifacts.example.com', 'docker/app'))).toHaveLength(1001);
    expect(registry.requests.map(({ path }) => path)).toEqual([
      '/v2/docker/app/tags/list?n=1000',
      '/v2/docker/app/tags/list?last=1000&n=1000',
    ]);
    const { manifest } = registry.pushImage('docker/app', 'v1');
    registry.fault({ method: 'HEAD' }, { status: 200, headers: { 'content-type': manifest.mediaType } });
    expect((await client.headManifest(repositoryAt('artifacts.example.com', 'docker/app'), 'v1')).digest).toBe(manifest.digest);
  });

  it('whoever refuses a cursor nobody named has told all', async () => {
    const registry = await fakeRegistryForTest();
    registry.fault({ path: 'tags/list?n=1000' }, { status: 200, headers: json, body: JSON.stringify({ tags: tagNames(1000) }) });
    registry.fault({ path: 'last=' }, { status: 405, body: error('UNSUPPORTED', 'Invalid next token provided') });
    expect(await connectAs({ 'other.example.com': registry }).listTags(repositoryAt('other.example.com'))).toHaveLength(1000);
  });
});
