import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGE_STREAM_CREATE } from './cases/image-stream-create.ts';
import { IMAGE_STREAM_TAGS } from './cases/image-stream-tags.ts';
import { TAG_CHANGED } from './cases/tag-changed.ts';
import { TAG_SOURCES } from './cases/tag-sources.ts';
import { runCase } from './run-case.ts';
import { type ConformanceServer, startConformanceServer } from './server.ts';

const SUBJECTS = {
  'image streams: create': IMAGE_STREAM_CREATE,
  'image stream tags': IMAGE_STREAM_TAGS,
  'spec tags: what counts as changed': TAG_CHANGED,
  'spec tags: where they point': TAG_SOURCES,
};

let server: ConformanceServer;
beforeAll(async () => {
  server = await startConformanceServer();
});
afterAll(() => server.stop());

describe.each(Object.entries(SUBJECTS))('%s', (_subject, cases) => {
  it.each(cases.map((each) => [each.name, each.upstream, each] as const))('%s [%s]', async (_name, _upstream, each) => {
    await runCase(server, each);
  });
});

it('asks what upstream asks', () => {
  const cases = Object.values(SUBJECTS).flat();
  const names = cases.map(({ name }) => name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(cases.length).toBeGreaterThanOrEqual(1);
});
