/** Everybody who can log in, with kubectl; and nobody else, on every route. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import { OPEN_ROUTES, resourceRoutes } from '../../lib/http-routes.ts';
import { createKubectl, type Kubectl } from '../support/kubectl.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';
import type { SignToken } from '../support/oidc-provider.ts';
import { type OidcServer, startOidcServer } from '../support/oidc-server.ts';
import { iamToken } from '../support/sts.ts';

let issuer: OidcServer;
let sign: SignToken;
let stack: LocalStack;
let kubectl: Kubectl;
let directory: string;
const lines: string[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'logins-'));
  issuer = await startOidcServer();
  sign = await issuer.rotate('one', 'ES256');
  const settings = {
    issuer: issuer.issuer,
    audiences: ['image-streams'],
    usernamePrefix: 'id:',
    groupsClaim: 'groups',
    groupsPrefix: 'id:',
  };
  const admins = { oidcSubjects: [{ issuer: issuer.issuer, subject: 'root' }] };
  stack = await startLocalStack({ oidcIssuers: [settings], oidcCa: issuer.ca, admins }, { log: (_, line) => lines.push(line) });
  ({ kubectl } = stack);
});
afterAll(async () => {
  await stack.stop();
  await issuer.stop();
  rmSync(directory, { recursive: true });
});

const whoami = async (...args: string[]) => {
  const { status } = await kubectl.json<{ status: { userInfo: { username: string; groups: string[] } } }>([...args, 'auth', 'whoami']);
  return [status.userInfo.username, ...status.userInfo.groups];
};
const cannot = async (...args: string[]) => (await kubectl.attempt(args)).stdout.trim();

describe('the kubeconfig', () => {
  it('has an admin and a developer', async () => {
    expect(await whoami()).toEqual(['admin', 'system:masters', 'system:authenticated', 'system:authenticated:oauth']);
    expect(await whoami('--context', 'developer')).toEqual(['developer', 'system:authenticated', 'system:authenticated:oauth']);
    expect(await cannot('--context', 'developer', 'auth', 'can-i', 'create', 'iamidentitymappings')).toBe('no');
    expect(await cannot('--context', 'developer', 'auth', 'can-i', 'get', 'secrets')).toBe('no');
  });
});

describe('a token that is made for somebody', () => {
  const make = (...args: string[]) => promisify(execFile)(process.execPath, ['bin/create-token.ts', ...args]);

  it('logs in as who it was made for', async () => {
    const state = dirname(stack.runtime.kubeconfig);
    const { stdout } = await make('--user', 'carol', '--group', 'release', '--days', '1', '--local', '--state', state);
    expect(await whoami('--token', stdout.trim())).toEqual(['carol', 'release', 'system:authenticated', 'system:authenticated:oauth']);
  });

  it('is not made where nothing serves, or without a user', async () => {
    await expect(make('--user', 'carol', '--local', '--state', directory)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('npm start') as unknown,
    });
    await expect(make('--help')).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('usage: npm run token') as unknown });
  });
});

describe('a JWT of a provider', () => {
  it('logs in by flag', async () => {
    expect(await whoami('--token', await sign())).toEqual(['id:alice', 'id:dev', 'system:authenticated', 'system:authenticated:oauth']);
  });

  it('logs in by a plugin, as aws eks get-token is one', async () => {
    const kubeconfig = parse(readFileSync(stack.runtime.kubeconfig, 'utf8')) as { users: { name: string; user: object }[] };
    const credential = {
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      kind: 'ExecCredential',
      status: { token: await sign({ sub: 'bob' }) },
    };
    const script = join(directory, 'plugin.mjs');
    writeFileSync(script, `console.log(${JSON.stringify(JSON.stringify(credential))})`);
    const exec = { apiVersion: credential.apiVersion, command: process.execPath, args: [script], interactiveMode: 'Never' };
    const file = join(directory, 'kubeconfig');
    writeFileSync(file, stringify({ ...kubeconfig, users: [{ name: 'admin', user: { exec } }] }), { mode: 0o600 });
    const other = createKubectl(file);
    expect((await other.run(['auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'])).trim()).toBe('id:bob');
    other.close();
  });

  it('is of an admin where the settings say so', async () => {
    const token = await sign({ sub: 'root' });
    expect(await whoami('--token', token)).toContain('system:masters');
    expect(await cannot('--token', token, 'auth', 'can-i', 'create', 'iamidentitymappings')).toBe('yes');
  });

  it('asked for the keys once, and for nothing else', () => {
    expect(new Set(issuer.asked)).toEqual(new Set(['/.well-known/openid-configuration', '/keys']));
  });
});

describe('mappings of IAM principals', () => {
  const mapping = (spec: object, name = 'developers') => ({
    apiVersion: 'access.image-streams.io/v1',
    kind: 'IAMIdentityMapping',
    metadata: { name },
    spec,
  });
  const spec = { arn: 'arn:aws:iam::111122223333:role/developers', username: 'dev:{{SessionName}}', groups: ['developers'] };

  it('are applied, shown, explained and deleted', async () => {
    expect(await kubectl.run(['apply', '-f', '-'], mapping(spec))).toBe('iamidentitymapping.access.image-streams.io/developers created\n');
    expect(await kubectl.run(['apply', '-f', '-'], mapping(spec))).toContain('unchanged');
    expect(await kubectl.run(['apply', '-f', '-'], mapping({ ...spec, groups: ['ops'] }))).toContain('configured');
    expect(await kubectl.run(['get', 'iim'])).toMatch(/^NAME +ARN +USERNAME +GROUPS +AGE\ndevelopers +arn:\S+ +dev:\S+ +ops +\d+s\n$/);
    expect(await kubectl.run(['explain', 'iim.spec.arn'])).toContain('ARN of a role');
    expect(await kubectl.run(['delete', 'iim', 'developers'])).toContain('deleted');
    expect(await kubectl.run(['get', 'iim'])).toBe('');
  });

  it('give nobody what is of Kubernetes', async () => {
    const { code, stderr } = await kubectl.attempt(['create', '-f', '-'], mapping({ ...spec, groups: ['system:masters'] }));
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('spec.groups[0]: Invalid value: "system:masters": must not begin with system:'),
    ]);
  });

  it('are written by admins alone', async () => {
    const { code, stderr } = await kubectl.attempt(['--context', 'developer', 'create', '-f', '-'], mapping(spec, 'mine'));
    expect([code, stderr]).toEqual([1, expect.stringContaining('Forbidden')]);
  });
});

describe('somebody who is not known', () => {
  const paths = (routes: readonly { readonly path: string }[]) =>
    [...new Set(routes.map(({ path }) => path.replace('{proxy+}', 'x').replace(/\{\w+\}/g, 'default')))].filter((path) =>
      path.startsWith('/'),
    );
  const ask = (path: string, authorization: string) => stack.request('GET', path, undefined, { authorization });

  it('is told so by every route that is not open', async () => {
    const protectedPaths = paths(resourceRoutes(RESOURCE_TABLE));
    expect(protectedPaths.length).toBeGreaterThan(40);
    for (const path of protectedPaths) {
      const { code, body } = await ask(path, 'Bearer nobody');
      expect([path, code, body]).toEqual([path, 401, expect.objectContaining({ kind: 'Status', reason: 'Unauthorized', code: 401 })]);
    }
  });

  it('may read what is open', async () => {
    for (const path of ['/', '/version', '/healthz', '/api', '/apis', '/api/v1', '/openapi/v2']) {
      expect(OPEN_ROUTES.some((route) => path.startsWith(route.path.replace('/{proxy+}', '')))).toBe(true);
      expect([path, (await ask(path, 'Bearer nobody')).code]).toEqual([path, 200]);
    }
  });

  it('cannot make us call a machine, and is told to nobody', async () => {
    let connections = 0;
    const listener: Server = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', now: Date.now() };
    const hosts = [
      `127.0.0.1:${port}`,
      `sts.amazonaws.com@127.0.0.1:${port}`,
      `sts.amazonaws.com:x@localhost:${port}`,
      'sts.not-a-region.amazonaws.com',
    ];
    const asked = issuer.asked.length;
    const tokens = [
      ...hosts.map((host) => iamToken({ ...keys, host })),
      iamToken({ ...keys, now: Date.now() - 900_000 }),
      await sign({ iss: `https://127.0.0.1:${port}` }),
      await sign({ aud: 'vault' }),
      `${(await sign()).slice(0, -20)}`,
    ];
    for (const token of tokens) expect((await ask('/api/v1/namespaces', `Bearer ${token}`)).code).toBe(401);
    expect([connections, issuer.asked.length - asked]).toEqual([0, 0]);
    const log = lines.join('\n');
    expect(tokens.filter((token) => token.split('.').some((part) => part.length > 20 && log.includes(part)))).toEqual([]);
    expect(log).toContain('AWS token: it is for another host than STS');
    await new Promise((resolve) => listener.close(resolve));
  });
});
