/** A registry client for tests: may call loopback, waits shortly, and is closed with the test. */
import { expect, onTestFinished } from 'vitest';
import { createRegistryClient, type ConnectedRegistryClient, type RegistryClientOptions } from '../../functions/registry/client.ts';
import { RegistryError } from '../../functions/registry/errors.ts';
import { startFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from './fake-registry.ts';

export function connectForTest(options: Partial<RegistryClientOptions> = {}): ConnectedRegistryClient {
  const client = createRegistryClient({
    allowPrivateAddresses: true,
    random: () => 0,
    ...options,
    limits: { retryDelay: 4, ...options.limits },
  });
  onTestFinished(() => client.close());
  return client;
}

export async function fakeRegistryForTest(options: FakeRegistryOptions = {}): Promise<FakeRegistry> {
  const registry = await startFakeRegistry(options);
  onTestFinished(() => registry.close());
  return registry;
}

/** The RegistryError a call is expected to fail with. */
export async function failureOf(promise: Promise<unknown>): Promise<RegistryError> {
  const error = await promise.then(
    () => expect.fail('was expected to fail'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RegistryError);
  return error as RegistryError;
}
