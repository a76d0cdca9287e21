/** From an import of a namespace to ECR: whose password is used, how often it is fetched, and what people are told. */
import * as ecr from '@aws-sdk/client-ecr';
import * as sts from '@aws-sdk/client-sts';
import { expect, it, onTestFinished } from 'vitest';
import { createEcrFetch } from '../../functions/access/pulling/ecr-client.ts';
import { createEcrChoice } from '../../functions/access/pulling/ecr-credentials.ts';
import { createEcrTokens } from '../../functions/access/pulling/ecr-tokens.ts';
import { explainCredentials } from '../../functions/access/pulling/explain-credentials.ts';
import type { StoredSecret } from '../../functions/access/ports.ts';
import { openPullCredentials } from '../../functions/access/pulling/pull-credentials.ts';
import { parseReference } from '../../functions/image/reference.ts';
import { fullName, imageFailure } from '../../functions/importing/import-status.ts';
import { openSession } from '../../functions/importing/registry-session.ts';
import { basicAuthorization } from '../../functions/registry/credentials.ts';
import { createDiagnosis } from '../../functions/registry/diagnose.ts';
import { AwsError, startAwsEmulator } from '../support/aws/emulator.ts';
import { connectAs, repositoryAt } from '../support/dialect.ts';
import { pullSecret } from '../support/pull-secret.ts';
import { failureOf, fakeRegistryForTest } from '../support/registry-client.ts';

const HOST = '123456789012.dkr.ecr.eu-west-1.amazonaws.com';
const PASSWORD = { username: 'AWS', password: 'password-of-iam' };
const SETTINGS = { account: '123456789012', partition: 'aws', namespaces: ['shop*'], accounts: {} } as const;

/** ECR, which lets IAM's password in and says 403 to any other; and AWS, which hands it out. */
async function setUp(secrets: readonly StoredSecret[] = []) {
  const [aws, registry] = await Promise.all([startAwsEmulator({ ecr, sts }), fakeRegistryForTest()]);
  onTestFinished(() => {
    expect(aws.problems).toEqual([]);
    return aws.close();
  });
  const authorizationToken = Buffer.from(`AWS:${PASSWORD.password}`).toString('base64');
  const expiresAt = new Date(Date.now() + 12 * 3_600_000);
  aws.answer('ecr', 'GetAuthorizationToken', () => ({ authorizationData: [{ authorizationToken, expiresAt }] }));
  const images = new Map(Array.from({ length: 100 }, (_, index) => [`v${index}`, registry.pushImage('team/app', `v${index}`).manifest]));
  registry.fault({}, (request, response) => {
    const { authorization } = request.headers;
    const manifest = images.get(request.url?.split('/').at(-1) ?? '');
    const denied = JSON.stringify({
      errors: [{ code: 'DENIED', message: 'Your authorization token has expired. Reauthenticate and try again.' }],
    });
    if (authorization === undefined)
      return void response.writeHead(401, { 'www-authenticate': `Basic realm="https://${HOST}/",service="ecr.amazonaws.com"` }).end();
    if (authorization !== basicAuthorization(PASSWORD))
      return void response.writeHead(403, { 'content-type': 'application/json' }).end(denied);
    response.writeHead(200, { 'content-type': manifest?.mediaType, 'docker-content-digest': manifest?.digest }).end();
  });
  const choose = createEcrChoice(SETTINGS, createEcrTokens(createEcrFetch({ ...aws.client, region: 'eu-west-1' }), Date.now));
  const reader = { listPullSecrets: async () => secrets };
  const client = connectAs({ [HOST]: registry });
  const session = openSession((signal, credentialsFor) => client.forCaller({ signal, credentialsFor }), {
    parallel: 32,
    timeLimit: 20_000,
    credentialsOf: openPullCredentials(reader, choose),
  });
  onTestFinished(() => session.close());
  const head = (namespace: string, tag = 'v1') => session.forNamespace(namespace).registry.headManifest(repositoryAt(HOST), tag);
  const diagnose = createDiagnosis(
    { observed: client.observed, findAddresses: async () => [{ address: '203.0.113.7', isForbidden: false }] },
    explainCredentials(reader, choose),
    { now: Date.now },
  );
  return { aws, registry, head, diagnose: (namespace: string) => diagnose(namespace, repositoryAt(HOST), 'v1') };
}

it('a hundred imports at once fetch one token; equal sources of namespaces with the same identity are asked for once', async () => {
  const { aws, registry, head } = await setUp();
  await Promise.all(Array.from({ length: 100 }, (_, index) => head('shop', `v${index}`)));
  expect(aws.calls.map(({ operation }) => operation)).toEqual(['GetAuthorizationToken']);
  const asked = registry.requests.length;
  expect(asked).toBeLessThan(100 + 32);
  await Promise.all(Array.from({ length: 100 }, (_, index) => head('shop-two', `v${index}`)));
  expect(registry.requests).toHaveLength(asked);
  expect(aws.calls).toHaveLength(1);
});

it('a namespace that is not named gets no token, whoever fetched one before', async () => {
  const { aws, registry, head } = await setUp();
  await head('shop');
  registry.clearRequests();
  expect(await failureOf(head('other'))).toMatchObject({ code: 'ERR_REGISTRY_UNAUTHORIZED', hint: undefined });
  expect(registry.requests.every(({ authorization }) => authorization === '')).toBe(true);
  expect(aws.calls).toHaveLength(1);
});

it('a secret comes first: one that has expired lets IAM follow, one that is good needs no token', async () => {
  const expired = await setUp([pullSecret('old', { [HOST]: ['AWS', 'expired'] })]);
  await expired.head('shop');
  expect(expired.registry.requests.map(({ authorization }) => authorization)).toEqual([
    '',
    basicAuthorization({ username: 'AWS', password: 'expired' }),
    basicAuthorization(PASSWORD),
  ]);
  const good = await setUp([pullSecret('good', { [HOST]: ['AWS', PASSWORD.password] })]);
  await good.head('shop');
  expect(good.aws.calls).toEqual([]);
});

it('what IAM refuses is told with the image, as Unauthorized', async () => {
  const { aws, head } = await setUp([pullSecret('old', { [HOST]: ['AWS', 'expired'] })]);
  aws.fault({}, new AwsError('AccessDeniedException', 'User: arn:aws:sts::123456789012:assumed-role/f is not authorized'));
  const parsed = parseReference(`${HOST}/team/app:v1`);
  const name = parsed.ok ? fullName(parsed.reference) : '';
  expect(imageFailure(await failureOf(head('shop')), name)).toMatchObject({
    code: 401,
    reason: 'Unauthorized',
    message: `you may not have access to the container image "${name}": ecr:GetAuthorizationToken in eu-west-1 was refused (AccessDeniedException)`,
  });
  await failureOf(head('shop', 'v2'));
  expect(aws.calls).toHaveLength(1);
});

it('a service that throttles is temporary', async () => {
  const { aws, head } = await setUp();
  aws.fault({}, new AwsError('ThrottlingException', 'Rate exceeded'));
  expect(await failureOf(head('shop'))).toMatchObject({ code: 'ERR_REGISTRY_RATE_LIMITED' });
});

it('is explained, without the password', async () => {
  const { diagnose } = await setUp([pullSecret('old', { [HOST]: ['AWS', 'expired'] })]);
  const told = await diagnose('shop');
  expect(told.credentials).toEqual([
    { secret: 'old', key: HOST, username: 'AWS', order: 1, reason: 'matches best' },
    { secret: '', key: HOST, username: 'AWS', order: 2, reason: 'IAM role of the function, tried when those before are refused' },
  ]);
  expect(told.steps[1]?.message).toBe('1 of 1 entry of pull secrets to try, then the IAM role of the function, then anonymously');
  expect(told.requests.map(({ credentials, authorization, status }) => [credentials, authorization, status])).toEqual([
    ['anonymous', 'None', 401],
    [`old ${HOST}`, 'Basic', 403],
    ['IAM role of the function', 'Basic', 200],
  ]);
  expect(JSON.stringify(told)).not.toContain(PASSWORD.password);
  const other = await diagnose('other');
  expect(other.credentials[1]).toEqual({
    secret: '',
    key: HOST,
    username: 'AWS',
    reason: 'passed over: no IAM role is used, the setting ecrNamespaces does not name this namespace',
  });
});

it('is explained when IAM refuses', async () => {
  const { aws, diagnose } = await setUp();
  aws.fault({}, new AwsError('AccessDeniedException', 'no'));
  const { steps } = await diagnose('shop');
  expect(steps[1]?.message).toBe('none of 0 entries of pull secrets matches, then the IAM role of the function, then anonymously');
  expect(steps[2]?.message).toBe('ecr:GetAuthorizationToken in eu-west-1 was refused (AccessDeniedException) (ERR_REGISTRY_UNAUTHORIZED)');
});
