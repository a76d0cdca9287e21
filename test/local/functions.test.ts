import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type LocalOptions, type LocalRuntime, startLocal, type Template } from '../../lib/local/index.ts';
import { FIXTURES, startToy, toyFunction } from './toy-stack.ts';

let runtime: LocalRuntime | undefined;
afterEach(() => runtime?.stop());

/** Starts a stack of one function; the result invokes it. */
async function startOnly(
  fn: Template['Resources'][string],
  options: Partial<LocalOptions> = {},
): Promise<(name: string, event: unknown) => Promise<unknown>> {
  const started = await startLocal({ template: { Resources: { Echo: fn } }, project: FIXTURES, ...options });
  runtime = started;
  return (name, event) => started.invoke(name, event);
}
const slow = (ms: number) => ({ rawPath: '/slow', rawQueryString: String(ms) });

describe('a function', () => {
  it('is killed when its time is up, and starts anew', async () => {
    const invoke = await startOnly(toyFunction('echo', {}, { Timeout: 1 }));
    await expect(invoke('echo', slow(5000))).rejects.toMatchObject({
      errorType: 'Sandbox.Timedout',
      message: expect.stringContaining('1.00 seconds'),
    });
    await expect(invoke('echo', slow(0))).resolves.toMatchObject({ statusCode: 200 });
  });

  it('reports what its handler threw', async () => {
    const invoke = await startOnly(toyFunction('echo'));
    await expect(invoke('Echo', { rawPath: '/throw' })).rejects.toMatchObject({ errorType: 'RangeError', message: 'on purpose' });
    await expect(invoke('Echo', { rawPath: '/crash' })).rejects.toMatchObject({ errorType: 'Runtime.ExitError' });
  });

  it('that has no handler fails its invocations, not the start', async () => {
    const invoke = await startOnly(toyFunction('echo', {}, { Handler: 'index.absent' }));
    await expect(invoke('echo', {})).rejects.toThrow('exports no function absent');
  });

  it('has one invocation at a time in a sandbox, and no more sandboxes than it may', async () => {
    const invoke = await startOnly(toyFunction('echo', {}, { ReservedConcurrentExecutions: 1 }), { prewarm: true });
    const start = Date.now();
    await Promise.all([invoke('echo', slow(150)), invoke('echo', slow(150))]);
    expect(Date.now() - start).toBeGreaterThanOrEqual(295);
  });

  it('dies with its memory, alone', async () => {
    const invoke = await startOnly(toyFunction('hoard', {}, { MemorySize: 128 }));
    await expect(invoke('hoard', {})).rejects.toMatchObject({ errorType: 'Runtime.ExitError', message: expect.stringContaining('memory') });
  });

  it('gets the environment that tests add', async () => {
    const invoke = await startOnly(toyFunction('echo', { GREETING: 'hello' }), { environment: { GREETING: 'bye' } });
    const answer = (await invoke('echo', { rawPath: '/' })) as { body: string };
    expect(JSON.parse(answer.body)).toMatchObject({ environment: { greeting: 'bye' } });
  });
});

describe('a bundle', () => {
  it('runs as CommonJS, from the folder the deployment would upload', async () => {
    const bundles = mkdtempSync(join(tmpdir(), 'bundles-'));
    try {
      mkdirSync(join(bundles, 'asset.abc'));
      writeFileSync(join(bundles, 'asset.abc', 'index.js'), 'exports.handler = async (event) => ({ got: event, type: typeof require });');
      const invoke = await startOnly(toyFunction('nowhere', {}, { Code: { S3Key: 'abc.zip' } }), { bundles });
      expect(await invoke('nowhere', { a: 1 })).toEqual({ got: { a: 1 }, type: 'function' });
      await runtime?.stop();
      await expect(startOnly(toyFunction('nowhere', {}, { Code: { S3Key: 'def.zip' } }), { bundles })).rejects.toThrow(
        'Echo has no bundle',
      );
    } finally {
      rmSync(bundles, { recursive: true });
    }
  });
});

describe('chaos', () => {
  it('shuffles and repeats what the bus delivers, and loses nothing', async () => {
    runtime = await startToy({ chaos: true });
    const ids = Array.from({ length: 30 }, (_, index) => `id${index}`);
    const order: unknown[] = [];
    runtime.onEvent((event) => order.push(event.detail['id']));
    await runtime.invoke('publish', { Records: ids.slice(0, 10).map((body) => ({ body })) });
    await runtime.invoke('publish', { Records: ids.slice(10, 20).map((body) => ({ body })) });
    await runtime.invoke('publish', { Records: ids.slice(20).map((body) => ({ body })) });
    await runtime.settled();
    expect(order).toEqual(ids);
    expect(runtime.stats.functions['record']?.invocations).toBeGreaterThan(30); // none of 30 repeated: one run in 190,000
  });
});
