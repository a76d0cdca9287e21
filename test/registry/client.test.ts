import { describe, expect, it } from 'vitest';
import { digestOf, MEDIA_TYPES } from '../support/oci-image.ts';
import type { FakeRegistryOptions } from '../support/fake-registry.ts';
import { connectForTest as connect, failureOf, fakeRegistryForTest as start } from '../support/registry-client.ts';

const codeOf = async (promise: Promise<unknown>) => (await failureOf(promise)).code;

describe('reading images', () => {
  it('reads manifests by tag and digest, configs, and lists tags, with one request each', async () => {
    const registry = await start();
    const image = registry.pushImage('team/app', 'v1', { format: 'docker' });
    const index = registry.pushIndex('team/app', 'latest', ['amd64', 'arm64']);
    const repository = registry.repository('team/app');
    const client = connect();

    expect(await client.headManifest(repository, 'v1')).toEqual({
      digest: image.manifest.digest,
      mediaType: MEDIA_TYPES.docker.manifest,
      size: image.manifest.size,
    });
    expect((await client.headManifest(repository, 'latest')).digest).toBe(index.digest);
    const manifest = await client.getManifest(repository, 'latest');
    expect(manifest).toMatchObject({ digest: index.digest, mediaType: MEDIA_TYPES.oci.index, size: index.size });
    expect(digestOf(manifest.bytes)).toBe(index.digest);
    expect((await client.getManifest(repository, index.images[1]?.manifest.digest ?? '')).digest).toBe(index.images[1]?.manifest.digest);
    expect(Buffer.from(await client.getBlob(repository, image.config.digest, 1e6))).toEqual(Buffer.from(image.config.bytes));
    expect(await client.listTags(repository)).toEqual(['v1', 'latest']);
    expect(registry.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'HEAD /v2/team/app/manifests/v1',
      'HEAD /v2/team/app/manifests/latest',
      'GET /v2/team/app/manifests/latest',
      `GET /v2/team/app/manifests/${index.images[1]?.manifest.digest}`,
      `GET /v2/team/app/blobs/${image.config.digest}`,
      'GET /v2/team/app/tags/list?n=1000',
    ]);
  });

  it('gets the manifest when a HEAD does not tell the digest, or is not known', async () => {
    const registry = await start({ digestHeader: false });
    const { manifest } = registry.pushImage('app', 'v1');
    const client = connect();
    const { digest, mediaType, size } = manifest;
    expect(await client.headManifest(registry.repository('app'), 'v1')).toEqual({ digest, mediaType, size });
    registry.fault({ method: 'HEAD' }, { status: 405 });
    expect((await client.headManifest(registry.repository('app'), 'v1')).digest).toBe(digest);
    expect(registry.count()).toBe(4);
  });

  describe('of a registry whose HEAD does not tell', () => {
    const DIGEST = digestOf(Buffer.from('known'));

    /** Everything a GET sends as If-None-Match; it is answered with `status` when there is one. */
    async function asked(known: string | undefined, status = 200, headers: Record<string, string> = {}) {
      const registry = await start({ digestHeader: false });
      const { manifest } = registry.pushImage('app', 'v1');
      const sent: unknown[] = [];
      registry.fault({ method: 'GET' }, (request, response) => {
        sent.push(request.headers['if-none-match']);
        if (status === 200) response.writeHead(200, { 'content-type': manifest.mediaType }).end(manifest.bytes);
        else response.writeHead(status, headers).end();
      });
      const answer = connect().headManifest(registry.repository('app'), 'v1', known);
      return { answer, sent, manifest };
    }

    it('fetches nothing when it has what is known', async () => {
      const { answer, sent } = await asked(DIGEST, 304);
      expect(await answer).toEqual({ digest: DIGEST, mediaType: '', size: 0 });
      expect(sent).toEqual([`"${DIGEST}"`]);
    });

    it('takes what is new', async () => {
      const { answer, manifest } = await asked(DIGEST);
      expect((await answer).digest).toBe(manifest.digest);
    });

    it.each([undefined, '', 'latest', 'sha256:beef', `${DIGEST}"\r\nx-injected: y`])('says nothing of %j', async (known) => {
      const { answer, sent, manifest } = await asked(known);
      expect((await answer).digest).toBe(manifest.digest);
      expect(sent).toEqual([undefined]);
    });

    it('believes no 304 that names another digest, or that nobody asked for', async () => {
      const other = await asked(DIGEST, 304, { 'docker-content-digest': digestOf(Buffer.from('other')) });
      expect(await codeOf(other.answer)).toBe('ERR_REGISTRY_DIGEST_MISMATCH');
      const unasked = await asked(undefined, 304);
      expect(await codeOf(unasked.answer)).toBe('ERR_REGISTRY_INVALID_RESPONSE');
      const registry = await start();
      registry.fault({}, { status: 304 });
      expect(await codeOf(connect().getManifest(registry.repository('app'), 'v1'))).toBe('ERR_REGISTRY_INVALID_RESPONSE');
      expect(await codeOf(connect().headManifest(registry.repository('app'), 'v1', DIGEST))).toBe('ERR_REGISTRY_INVALID_RESPONSE');
    });
  });

  it('tells what does not exist', async () => {
    const registry = await start();
    registry.pushImage('app', 'v1');
    const client = connect();
    const app = registry.repository('app');
    expect(await codeOf(client.getManifest(app, 'v2'))).toBe('ERR_REGISTRY_NOT_FOUND');
    expect(await codeOf(client.headManifest(app, 'v2'))).toBe('ERR_REGISTRY_NOT_FOUND');
    expect(await codeOf(client.getManifest(registry.repository('other'), 'v1'))).toBe('ERR_REGISTRY_REPOSITORY_NOT_FOUND');
    expect(await codeOf(client.listTags(registry.repository('other')))).toBe('ERR_REGISTRY_REPOSITORY_NOT_FOUND');
    expect(await codeOf(client.getBlob(app, digestOf(Buffer.from('x')), 10))).toBe('ERR_REGISTRY_NOT_FOUND');
    expect(registry.count()).toBe(5);
  });

  it.each([
    ['a/../../admin', 'v1'],
    ['..', 'v1'],
    ['a//b', 'v1'],
    ['a?b', 'v1'],
    ['a%2fb', 'v1'],
    ['', 'v1'],
    ['app', '..'],
    ['app', 'v1/../../x'],
    ['app', 'v1?x=y'],
    ['app', ''],
    ['app', `v${'1'.repeat(128)}`],
  ])('asks nobody about repository %j, reference %j', async (name, reference) => {
    const registry = await start();
    expect(await codeOf(connect().getManifest(registry.repository(name), reference))).toMatch(/NOT_FOUND$/);
    expect(registry.count()).toBe(0);
  });

  it.each(['', 'user@host', 'host/path', 'host:port', 'a b', 'host?x', '[::1'])('refuses the registry name %j', async (host) => {
    expect(await codeOf(connect().getManifest({ host, name: 'app', insecure: true }, 'v1'))).toBe('ERR_REGISTRY_UNREACHABLE');
  });

  it('refuses content that is not what its digest says', async () => {
    const registry = await start();
    const { config, manifest } = registry.pushImage('app', 'v1');
    registry.fault({ path: '/blobs/' }, { status: 200, body: 'something else' });
    registry.fault({ path: '/manifests/' }, { status: 200, headers: { 'content-type': manifest.mediaType }, body: '{"config":{}}' });
    const client = connect();
    expect(await codeOf(client.getBlob(registry.repository('app'), config.digest, 1e6))).toBe('ERR_REGISTRY_DIGEST_MISMATCH');
    expect(await codeOf(client.getManifest(registry.repository('app'), manifest.digest))).toBe('ERR_REGISTRY_DIGEST_MISMATCH');
  });
});

describe('pages of tags', () => {
  async function withTags(count: number, options: FakeRegistryOptions = {}) {
    const registry = await start(options);
    const { manifest } = registry.pushImage('app', 't0');
    for (let tag = 1; tag < count; tag += 1) registry.tag('app', `t${tag}`, manifest.digest);
    return registry;
  }

  it('follows pages to the end', async () => {
    const registry = await withTags(25, { pageSize: 10 });
    expect(await connect().listTags(registry.repository('app'))).toHaveLength(25);
    expect(registry.count()).toBe(3);
  });

  it('asks for what follows a full page that has no link, and takes a repeated one for the end', async () => {
    const registry = await withTags(5);
    const listing = /[?]n=2(?:&last=(.*))?$/;
    registry.fault({ path: listing }, (request, response) => {
      const all = ['t0', 't1', 't2', 't3', 't4'];
      const after = listing.exec(request.url ?? '')?.[1];
      const start = after === undefined ? 0 : all.indexOf(after) + 1;
      response.end(JSON.stringify({ tags: all.slice(start, start + 2) }));
    });
    expect(await connect({ limits: { pageSize: 2 } }).listTags(registry.repository('app'))).toEqual(['t0', 't1', 't2', 't3', 't4']);
    expect(registry.count()).toBe(3);
    registry.clearRequests();
    registry.fault({}, { status: 200, body: '{"tags":["a","b"]}' });
    expect(await connect({ limits: { pageSize: 2 } }).listTags(registry.repository('app'))).toEqual(['a', 'b']);
    expect(registry.count()).toBe(2);
  });

  it('asks again without a page size when it is refused, as Quay does', async () => {
    const registry = await withTags(5, { pageSize: 2 });
    registry.fault({ path: 'n=1000' }, { status: 400 });
    expect(await connect().listTags(registry.repository('app'))).toEqual(['t0', 't1', 't2', 't3', 't4']);
  });

  it.each(['<http://elsewhere.example:1/v2/app/tags/list?last=t1&n=2>; rel=next', '<list?last=t1&n=2>; foo="a"; rel="prev next"'])(
    'stays on its registry whatever the link says: %s',
    async (link) => {
      const registry = await withTags(4);
      registry.fault({ path: 'n=1000' }, { status: 200, headers: { link }, body: '{"tags":["t0","t1"]}' });
      expect(await connect().listTags(registry.repository('app'))).toEqual(['t0', 't1', 't2', 't3']);
    },
  );

  it.each([
    ['null', '{"tags":null}', []],
    ['nothing', '{"name":"app"}', []],
    ['members that are no strings', '{"tags":["a",null,7,{},"b","a"]}', ['a', 'b']],
  ])('reads %s', async (_name, body, tags) => {
    const registry = await start();
    registry.fault({}, { status: 200, body });
    expect(await connect().listTags(registry.repository('app'))).toEqual(tags);
  });

  it('ends lists that have no end', async () => {
    const registry = await start();
    const client = connect({ limits: { pages: 5, tags: 100 } });
    registry.fault({}, { status: 200, headers: { link: '</x?last=a>; rel="next"' }, body: '{"tags":["a"]}' });
    expect(await codeOf(client.listTags(registry.repository('app')))).toBe('ERR_REGISTRY_INVALID_RESPONSE');
    let page = 0;
    registry.fault({}, (_request, response) => void response.setHeader('link', `<?last=${page++}>; rel="next"`).end('{"tags":["a"]}'));
    expect(await codeOf(client.listTags(registry.repository('app')))).toBe('ERR_REGISTRY_TOO_LARGE');
    expect(page).toBe(5);
    const many = JSON.stringify({ tags: Array.from({ length: 101 }, (_, tag) => `t${tag}`) });
    registry.fault({}, { status: 200, headers: { link: '<?last=z>; rel="next"' }, body: many });
    expect(await codeOf(client.listTags(registry.repository('app')))).toBe('ERR_REGISTRY_TOO_LARGE');
    registry.fault({}, { status: 200, body: '<html>' });
    expect(await codeOf(client.listTags(registry.repository('app')))).toBe('ERR_REGISTRY_INVALID_RESPONSE');
  });
});

describe('retries', () => {
  it.each([500, 502, 503, 504, 429])('repeats after %i at most twice', async (status) => {
    const registry = await start();
    registry.pushImage('app', 'v1');
    registry.fault({ times: 2 }, { status });
    await connect().headManifest(registry.repository('app'), 'v1');
    expect(registry.count()).toBe(3);
    registry.fault({}, { status });
    expect(await codeOf(connect().headManifest(registry.repository('app'), 'v1'))).toMatch(/UNAVAILABLE|RATE_LIMITED/);
    expect(registry.count()).toBe(6);
  });

  it.each([400, 401, 403, 404, 418, 501])('does not repeat after %i', async (status) => {
    const registry = await start();
    registry.fault({}, { status });
    await codeOf(connect().getManifest(registry.repository('app'), 'v1'));
    expect(registry.count()).toBe(1);
  });

  it('repeats when the connection breaks', async () => {
    const registry = await start();
    registry.pushImage('app', 'v1');
    registry.fault({ times: 1 }, 'reset');
    registry.fault({ times: 1 }, (_request, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{');
      setTimeout(() => response.destroy(), 5);
    });
    await connect().getManifest(registry.repository('app'), 'v1');
    expect(registry.count()).toBe(3);
  });

  it('waits for a short Retry-After and tells a long one', async () => {
    const registry = await start();
    registry.pushImage('app', 'v1');
    registry.fault({ times: 1 }, { status: 429, headers: { 'retry-after': '1' } });
    const started = performance.now();
    await connect().headManifest(registry.repository('app'), 'v1');
    expect(performance.now() - started).toBeGreaterThanOrEqual(995);
    registry.fault({}, { status: 429, headers: { 'retry-after': '60' } });
    registry.clearRequests();
    await expect(connect().headManifest(registry.repository('app'), 'v1')).rejects.toMatchObject({
      code: 'ERR_REGISTRY_RATE_LIMITED',
      retryAfter: 60,
    });
    expect(registry.count()).toBe(1);
  });

  it('gives up when the caller does', async () => {
    const registry = await start();
    const caller = new AbortController();
    registry.fault({}, () => caller.abort());
    const client = connect().forCaller({ signal: caller.signal });
    expect(await codeOf(client.headManifest(registry.repository('app'), 'v1'))).toBe('ERR_REGISTRY_TIMEOUT');
    expect(registry.count()).toBe(1);
  });
});

describe('connections', () => {
  it('reuses connections and opens no more than allowed', async () => {
    const registry = await start({ latency: 5 });
    registry.pushImage('app', 'v1');
    const ports = new Set<number | undefined>();
    let open = 0;
    let most = 0;
    registry.fault({}, (request, response) => {
      ports.add(request.socket.remotePort);
      most = Math.max(most, ++open);
      setTimeout(() => {
        open -= 1;
        response.writeHead(200, { 'docker-content-digest': digestOf(Buffer.from('x')), 'content-length': 1 }).end();
      }, 2);
    });
    const client = connect({ limits: { connectionsPerHost: 4 } });
    await Promise.all(Array.from({ length: 40 }, () => client.headManifest(registry.repository('app'), 'v1')));
    await client.headManifest(registry.repository('app'), 'v1');
    expect(most).toBe(4);
    expect(ports.size).toBe(4);
  });

  it('repeats at once what failed on a connection the registry had closed meanwhile', async () => {
    const registry = await start();
    registry.pushImage('app', 'v1');
    const client = connect({ limits: { retryDelay: 60_000 } });
    await client.headManifest(registry.repository('app'), 'v1');
    registry.fault({ times: 1 }, 'reset');
    await client.headManifest(registry.repository('app'), 'v1');
    expect(registry.count()).toBe(3);
  });

  it('asks a new host alone first, and does not queue behind a failure', async () => {
    const registry = await start({ latency: 20 });
    registry.pushImage('app', 'v1');
    const client = connect();
    const heads = () => Array.from({ length: 8 }, () => client.headManifest(registry.repository('app'), 'v1'));
    const all = Promise.all(heads());
    await expect.poll(() => registry.count(), { interval: 1 }).toBe(1);
    await all;
    expect(registry.count()).toBe(8);

    const silent = await start();
    silent.fault({}, 'hang');
    const impatient = connect({ limits: { headersTimeout: 100, retries: 0 } });
    const started = performance.now();
    await Promise.allSettled(Array.from({ length: 20 }, () => impatient.headManifest(silent.repository('app'), 'v1')));
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});
