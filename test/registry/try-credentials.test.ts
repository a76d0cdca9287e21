import { describe, expect, it } from 'vitest';
import { RegistryError, type RegistryErrorCode } from '../../functions/registry/errors.ts';
import { createCredentialTrial } from '../../functions/registry/try-credentials.ts';
import type { CredentialsFor } from '../../functions/registry/types.ts';

const repository = { host: 'quay.io', name: 'team/app', insecure: false };
const pair = (username: string) => ({ username, password: 'p' });
const candidates =
  (...names: string[]): CredentialsFor =>
  async () => ({ candidates: names.map(pair) });

/** A registry that answers each user with an error code, or lets it in; `tried` tells who came. */
function registryWith(answers: Readonly<Record<string, RegistryErrorCode | 'in'>>, credentialsFor?: CredentialsFor) {
  const tried: string[] = [];
  const trial = createCredentialTrial(credentialsFor);
  const ask = () =>
    trial.run(repository, async (read) => {
      const user = (await read())?.username ?? 'nobody';
      tried.push(user);
      const answer = answers[user] ?? 'ERR_REGISTRY_UNAUTHORIZED';
      if (answer === 'in') return user;
      throw new RegistryError(answer, `${user} refused`);
    });
  return { tried, ask };
}

describe('createCredentialTrial', () => {
  it('is content with the first that is let in', async () => {
    const { tried, ask } = registryWith({ a: 'in' }, candidates('a', 'b'));
    expect(await ask()).toBe('a');
    expect(tried).toEqual(['a']);
  });

  it.each(['ERR_REGISTRY_UNAUTHORIZED', 'ERR_REGISTRY_DENIED', 'ERR_REGISTRY_BAD_CREDENTIALS'] as const)(
    'goes on after %s, at last without credentials, and remembers who was let in',
    async (code) => {
      const { tried, ask } = registryWith({ a: code, b: code, nobody: 'in' }, candidates('a', 'b'));
      expect(await ask()).toBe('nobody');
      expect(await ask()).toBe('nobody');
      expect(tried).toEqual(['a', 'b', 'nobody', 'nobody']);
    },
  );

  it('tells the first refusal when nobody is let in', async () => {
    const { tried, ask } = registryWith({ nobody: 'ERR_REGISTRY_NOT_FOUND' }, candidates('a', 'b'));
    await expect(ask()).rejects.toMatchObject({ code: 'ERR_REGISTRY_UNAUTHORIZED', message: 'a refused' });
    expect(tried).toEqual(['a', 'b', 'nobody']);
  });

  it('does not go on after another error', async () => {
    const { tried, ask } = registryWith({ b: 'ERR_REGISTRY_NOT_FOUND' }, candidates('a', 'b', 'c'));
    await expect(ask()).rejects.toMatchObject({ code: 'ERR_REGISTRY_NOT_FOUND' });
    expect(tried).toEqual(['a', 'b']);
  });

  it('does not go on when no credentials were wanted', async () => {
    const trial = createCredentialTrial(candidates('a'));
    let sent = 0;
    const refuse = async () => {
      sent++;
      throw new RegistryError('ERR_REGISTRY_DENIED', 'blocked');
    };
    await expect(trial.run(repository, refuse)).rejects.toMatchObject({ message: 'blocked' });
    expect(sent).toBe(1);
  });

  it('asks once without credentials when there are none', async () => {
    const { tried, ask } = registryWith({}, undefined);
    await expect(ask()).rejects.toMatchObject({ code: 'ERR_REGISTRY_UNAUTHORIZED' });
    expect(tried).toEqual(['nobody']);
  });

  it('gives up after a few', async () => {
    const { tried, ask } = registryWith({}, candidates(...'abcdefghij'));
    await expect(ask()).rejects.toThrow('a refused');
    expect(tried).toEqual(['a', 'b', 'c', 'd', 'e', 'nobody']);
  });

  it('explains a refusal by what could not be read', async () => {
    const { ask } = registryWith({}, async () => ({ candidates: [pair('a')], problem: 'secret "x" is broken' }));
    await expect(ask()).rejects.toMatchObject({
      code: 'ERR_REGISTRY_INVALID_RESPONSE',
      message: 'secret "x" is broken; without it: a refused',
    });
    const lucky = registryWith({ a: 'in' }, async () => ({ candidates: [pair('a')], problem: 'secret "x" is broken' }));
    expect(await lucky.ask()).toBe('a');
  });

  it('fails as a registry does when credentials cannot be read', async () => {
    const { ask } = registryWith({}, () => Promise.reject(new Error('KMS is down: hunter2')));
    await expect(ask()).rejects.toMatchObject({ name: 'RegistryError', message: 'the credentials of the registry cannot be read' });
  });
});
