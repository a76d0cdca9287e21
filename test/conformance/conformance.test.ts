import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Case } from './case.ts';
import { closeRegistries } from './registry.ts';
import { runCase } from './run-case.ts';
import { type ConformanceServer, startConformanceServer } from './server.ts';

const DIRECTORY = new URL('cases/', import.meta.url);

const subjects = await Promise.all(
  readdirSync(DIRECTORY).map(async (file) => {
    const tables = Object.values((await import(new URL(file, DIRECTORY).href)) as Record<string, readonly Case[]>);
    return [file.replace('.ts', ''), tables.flat()] as const;
  }),
);

let server: ConformanceServer;
beforeAll(async () => {
  server = await startConformanceServer();
});
afterAll(async () => {
  await server.stop();
  await closeRegistries();
});

describe.each(subjects)('%s', (_subject, cases) => {
  it.each(cases.map((each) => [each.name, each.upstream, each] as const))('%s [%s]', async (_name, _upstream, each) => {
    await runCase(server, each);
  });
});

it('every case has a name of its own', () => {
  const names = subjects.flatMap(([, cases]) => cases.map(({ name }) => name));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
