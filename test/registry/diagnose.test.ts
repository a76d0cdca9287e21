import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explainCredentials } from '../../functions/access/pulling/explain-credentials.ts';
import type { StoredSecret } from '../../functions/access/ports.ts';
import type { SourceDiagnosis } from '../../functions/importing/diagnosis.ts';
import { createDiagnosis } from '../../functions/registry/diagnose.ts';
import type { FakeRegistry } from '../support/fake-registry.ts';
import type { FakeAuthOptions } from '../support/fake-registry-auth.ts';
import { pullSecret } from '../support/pull-secret.ts';
import { connectForTest, fakeRegistryForTest } from '../support/registry-client.ts';

function diagnose(
  registry: Pick<FakeRegistry, 'repository'>,
  secrets: readonly StoredSecret[] = [],
  allowPrivateAddresses = true,
): Promise<SourceDiagnosis> {
  const client = connectForTest({ allowPrivateAddresses });
  const run = createDiagnosis(client, explainCredentials({ listPullSecrets: async () => secrets }), { now: () => 0 });
  return run('default', registry.repository('team/app'), 'v1');
}

/** What was done, without times. */
const told = ({ requests }: SourceDiagnosis) =>
  requests.map(({ method, url, credentials, authorization, status }) => [
    method,
    new URL(url).pathname,
    credentials,
    authorization,
    status,
  ]);
const steps = (diagnosis: SourceDiagnosis) => diagnosis.steps.map(({ step, outcome, message }) => `${step} ${outcome}: ${message}`);

describe('a diagnosis', () => {
  it('tells of addresses, entries, each request with its challenge, rate limits and what was found', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'bearer', username: 'ann', password: 'right-password' } });
    const { manifest } = registry.pushImage('team/app', 'v1');
    registry.fault({ method: 'HEAD', times: 1 }, (_request, response) => {
      const challenge = `Bearer realm="http://${registry.host}/token",service="fake-service",scope="repository:team/app:pull"`;
      response
        .writeHead(401, {
          'www-authenticate': ['Negotiate', challenge],
          'ratelimit-limit': '100;w=21600',
          'ratelimit-remaining': '7;w=21600',
        })
        .end();
    });
    const diagnosis = await diagnose(registry, [
      pullSecret('old', { [`${registry.host}/team/app`]: ['ann', 'expired-password'] }),
      pullSecret('new', { [registry.host]: ['ann', 'right-password'], 'quay.io': ['q', 'elsewhere-password'] }),
      { ...pullSecret('broken', {}), data: { '.dockerconfigjson': Buffer.from('{').toString('base64') } },
    ]);
    expect(steps(diagnosis)).toEqual([
      `Address Passed: ${registry.host} is at 127.0.0.1`,
      'Credentials Passed: 2 of 4 entries of pull secrets to try, then anonymously',
      `Registry Passed: the source is at ${manifest.digest}`,
    ]);
    expect(diagnosis.credentials).toEqual([
      { secret: 'old', key: `${registry.host}/team/app`, username: 'ann', order: 1, reason: 'matches best' },
      { secret: 'new', key: registry.host, username: 'ann', order: 2, reason: 'matches, tried when those before are refused' },
      { secret: 'new', key: 'quay.io', username: 'q', reason: 'passed over: it is for another host' },
      { secret: 'broken', key: '', username: '', reason: 'passed over: it holds no docker config (it is no JSON object)' },
    ]);
    expect(told(diagnosis)).toEqual([
      ['HEAD', '/v2/team/app/manifests/v1', 'anonymous', 'None', undefined], // https
      ['HEAD', '/v2/team/app/manifests/v1', 'anonymous', 'None', 401],
      ['GET', '/token', `old ${registry.host}/team/app`, 'Basic', 401],
      ['GET', '/token', `new ${registry.host}`, 'Basic', 200],
      ['HEAD', '/v2/team/app/manifests/v1', `new ${registry.host}`, 'Bearer', 200],
    ]);
    expect(diagnosis.requests[1]).toMatchObject({
      challenges: [
        { scheme: 'negotiate' },
        { scheme: 'bearer', realm: `http://${registry.host}/token`, service: 'fake-service', scope: 'repository:team/app:pull' },
      ],
      rateLimit: { limit: 100, remaining: 7, window: 21_600 },
    });
    expect(diagnosis.requests[2]?.message).toBe('incorrect username or password');
    expect(diagnosis.found).toEqual({ digest: manifest.digest, mediaType: manifest.mediaType, size: manifest.size });
  });

  it('says why nothing was found: refused, silent, limited, forbidden', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'basic', username: 'ann', password: 'right-password' } });
    const refused = await diagnose(registry);
    expect(steps(refused).slice(1)).toEqual([
      'Credentials Passed: none of 0 entries of pull secrets matches: asked anonymously',
      'Registry Failed: the registry answered 401 Unauthorized (ERR_REGISTRY_UNAUTHORIZED)',
    ]);
    registry.fault(
      {},
      { status: 429, headers: { 'retry-after': '60' }, body: '{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}' },
    );
    expect((await diagnose(registry)).requests.at(-1)).toMatchObject({ status: 429, retryAfter: 60 });
    const inside = await diagnose(registry, [], false);
    expect(inside.steps[0]).toEqual({
      step: 'Address',
      outcome: 'Failed',
      message: `${registry.host} is at no address; 1 of 1 not called: loopback, private, link-local or reserved`,
    });
    expect(inside.steps[2]?.message).toContain('ERR_REGISTRY_FORBIDDEN_ADDRESS');
    expect(inside.requests.every(({ status }) => status === undefined)).toBe(true);
    const nowhere = await diagnose({ repository: (name) => ({ host: 'no-such-name.invalid', name, insecure: false }) });
    expect(nowhere.steps[0]).toMatchObject({ outcome: 'Failed', message: expect.stringContaining('cannot be resolved') as unknown });
  });

  it('names what is left to helper programs, and sends a registry token as it is', async () => {
    const registry = await fakeRegistryForTest();
    const { manifest } = registry.pushImage('team/app', 'v1');
    registry.fault({}, (request, response) => {
      const isIn = request.headers.authorization === 'Bearer registry.token';
      if (!isIn) return void response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${registry.host}/token"` }).end();
      response.writeHead(200, { 'content-type': manifest.mediaType, 'docker-content-digest': manifest.digest }).end();
    });
    const config = { auths: { [registry.host]: { registrytoken: 'registry.token' }, 'quay.io': {} }, credHelpers: { 'gcr.io': 'gcloud' } };
    const stored = { ...pullSecret('s', {}), data: { '.dockerconfigjson': Buffer.from(JSON.stringify(config)).toString('base64') } };
    const diagnosis = await diagnose(registry, [stored]);
    expect(diagnosis.credentials).toEqual([
      { secret: 's', key: registry.host, username: '', order: 1, reason: 'matches best' },
      { secret: 's', key: 'gcr.io', username: '', reason: 'passed over: credHelpers leaves it to a helper program, and here is none' },
      {
        secret: 's',
        key: 'quay.io',
        username: '',
        reason: 'passed over: it holds no credentials, docker keeps them in a store of its own',
      },
    ]);
    expect(told(diagnosis).slice(1)).toEqual([
      ['HEAD', '/v2/team/app/manifests/v1', 'anonymous', 'None', 401],
      ['HEAD', '/v2/team/app/manifests/v1', `s ${registry.host}`, 'Bearer', 200],
    ]);
    expect(registry.count({ path: '/token' })).toBe(0);
    expect(JSON.stringify(diagnosis)).not.toContain('registry.token');
  });

  it('ends in time with what is known by then, whatever hangs', async () => {
    const registry = await fakeRegistryForTest({ auth: { kind: 'basic', username: 'ann', password: 'right-password' } });
    const asked = Promise.withResolvers<void>();
    registry.fault({}, (request, response) => {
      if (request.headers.authorization === undefined) return void response.writeHead(401, { 'www-authenticate': 'Basic' }).end();
      asked.resolve();
    });
    const client = connectForTest();
    const secrets = [pullSecret('s', { [registry.host]: ['ann', 'right-password'] })];
    const explain = explainCredentials({ listPullSecrets: async () => secrets });
    const run = (from: typeof explain, timeLimit: number) =>
      createDiagnosis(client, from, { now: () => 0, timeLimit })('default', registry.repository('team/app'), 'v1');
    const diagnosis = await run(explain, 400);
    await asked.promise;
    expect(steps(diagnosis).slice(1)).toEqual([
      'Credentials Passed: 1 of 1 entry of pull secrets to try, then anonymously',
      'Registry Failed: no answer after 0.4 s: there are requests under way still, those that are over are told (ERR_REGISTRY_TIMEOUT)',
    ]);
    expect(told(diagnosis).at(-1)).toEqual(['HEAD', '/v2/team/app/manifests/v1', 'anonymous', 'None', 401]);
    const hanging = await run(() => new Promise(() => undefined), 50);
    expect(steps(hanging).slice(1)).toEqual(['Credentials Failed: the pull secrets could not be read in time', 'Registry Skipped: ']);
  });

  it('shows no password and no token, wherever the registry puts them', async () => {
    const secret = fc.stringMatching(/^[\w "\\%+é/]{8,40}$/);
    await fc.assert(
      fc.asyncProperty(secret, secret, fc.boolean(), async (password, identityToken, isIdentity) => {
        const auth = { kind: 'bearer', username: 'ann', password, identityToken } as const;
        await using registry = await startEcho(auth);
        const entry = isIdentity ? { identitytoken: identityToken } : { username: 'ann', password };
        const first = { username: 'ann', password: `wrong ${password}` };
        const config = { auths: { [registry.host]: entry, [`${registry.host}/team`]: first } };
        const stored = { ...pullSecret('s', {}), data: { '.dockerconfigjson': Buffer.from(JSON.stringify(config)).toString('base64') } };
        const diagnosis = await diagnose(registry, [stored]);
        const texts = textsOf(diagnosis);
        for (const hidden of [isIdentity ? identityToken : password, first.password, ...registry.seen]) {
          expect(texts.filter((text) => text.includes(hidden))).toEqual([]);
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** A registry that takes the last candidate, and tells everything it was ever told in challenges and errors. */
async function startEcho(auth: FakeAuthOptions) {
  const registry = await fakeRegistryForTest({ auth });
  const seen = new Set<string>();
  registry.fault({}, (request, response) => {
    void request.toArray().then((chunks) => {
      const credentials = request.headers.authorization?.split(' ')[1];
      if (credentials !== undefined) seen.add(credentials);
      const body = new URLSearchParams(chunks.join('')).get('refresh_token');
      if (body !== null) seen.add(body);
      const isToken = request.url?.startsWith('/token') === true;
      const decoded = credentials === undefined ? '' : Buffer.from(credentials, 'base64').toString();
      const all = JSON.stringify([...seen, decoded, body]);
      if (isToken && body === null && decoded.includes('wrong')) {
        response.writeHead(401).end(JSON.stringify({ message: `no: ${all}` }));
      } else if (isToken) {
        seen.add('issued-token-123');
        response.writeHead(200).end(JSON.stringify({ token: 'issued-token-123' }));
      } else {
        const realm = `http://${registry.host}/token?echo=${encodeURIComponent(all)}`;
        const challenge = `Bearer realm="${realm}",service="${encodeURI([...seen].join(' '))}"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end(JSON.stringify({ errors: [{ code: 'DENIED', message: all }] }));
      }
    });
  });
  return Object.assign(registry, { seen, [Symbol.asyncDispose]: () => registry.close() });
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
