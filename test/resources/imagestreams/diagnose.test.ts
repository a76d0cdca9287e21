import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { blockRule } from '../../../functions/image/blocked-registries.ts';
import { DEFAULT_IMPORT_POLICY } from '../../../functions/importing/import-policy.ts';
import { parseAllowedRegistries, registryRule } from '../../../functions/image/allowed-registries.ts';
import type { TagReference } from '../../../functions/image/types.ts';
import type { DiagnoseSource, SourceDiagnosis } from '../../../functions/importing/diagnosis.ts';
import { createDiagnoseHandlers } from '../../../functions/resources/imagestreams/diagnose.ts';
import { createStreamHandlers } from '../../../functions/resources/imagestreams/handlers.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { createImageApi, dockerImage, imageStream, request } from '../../support/image-api.ts';

const FOUND: SourceDiagnosis = { steps: [{ step: 'Registry', outcome: 'Passed', message: 'there' }], credentials: [], requests: [] };

let table: TestTable;
let asked: Parameters<DiagnoseSource>[];
let count = 0;
beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());
beforeEach(() => {
  asked = [];
});

async function diagnose(
  tag: Partial<TagReference>,
  { allowed = [], blocked = [], query = '' }: { allowed?: readonly string[]; blocked?: readonly string[]; query?: string } = {},
) {
  const api = createImageApi(table);
  const name = `app${count++}`;
  const streams = createStreamHandlers(api) as Required<ReturnType<typeof createStreamHandlers>>;
  await streams.create(request(), imageStream(name, [{ name: 'latest', ...tag }]));
  const ask: DiagnoseSource = async (...question) => {
    asked.push(question);
    return FOUND;
  };
  const rules = {
    allowedRegistries: registryRule(parseAllowedRegistries(allowed)),
    policy: { ...DEFAULT_IMPORT_POLICY, blocked: blockRule(blocked) },
  };
  const handlers = createDiagnoseHandlers({ ...api, ...rules, diagnose: ask }) as Required<ReturnType<typeof createDiagnoseHandlers>>;
  return handlers.get(request(), name, new URLSearchParams(query));
}

const told = ({ steps }: SourceDiagnosis) => steps.map(({ step, outcome }) => `${step} ${outcome}`);

describe('diagnose', () => {
  it('asks for the source as an import does, and tells where it led', async () => {
    const answer = await diagnose({ ...dockerImage('mysql'), importPolicy: { insecure: true } });
    expect(asked).toEqual([['default', { host: 'registry-1.docker.io', name: 'library/mysql', insecure: true }, 'latest']]);
    expect(answer).toMatchObject({
      kind: 'ImageStreamTagDiagnosis',
      apiVersion: 'image-streams.io/v1',
      metadata: { namespace: 'default' },
      tag: 'latest',
      from: 'mysql',
      time: '2026-11-21T10:00:00Z',
    });
    expect(answer.steps[0]?.message).toBe('docker.io/library/mysql:latest: library/mysql, latest, at registry-1.docker.io, insecure');
    expect(told(answer)).toEqual(['Source Passed', 'AllowList Passed', 'Registry Passed']);
  });

  it('asks nobody whom an import may not ask', async () => {
    const answer = await diagnose(dockerImage('quay.io/x/y:1'), { allowed: ['docker.io'] });
    expect(asked).toEqual([]);
    expect(told(answer)).toEqual(['Source Passed', 'AllowList Failed', 'Address Skipped', 'Credentials Skipped', 'Registry Skipped']);
    expect(answer.steps[1]?.message).toContain('not allowed by whitelist');
  });

  it('asks no registry that is blocked', async () => {
    const answer = await diagnose(dockerImage('quay.io/x/y:1'), { blocked: ['quay.io'] });
    expect(asked).toEqual([]);
    expect(answer.steps[1]).toEqual({ step: 'AllowList', outcome: 'Failed', message: 'registry quay.io blocked' });
  });

  it('says why a tag has no registry to ask', async () => {
    const other = await diagnose({ name: 'follower', from: { kind: 'ImageStreamTag', name: 'latest' } }, { query: 'tag=follower' });
    expect(asked).toEqual([]);
    expect(told(other)).toEqual(['Source Failed', 'AllowList Skipped', 'Address Skipped', 'Credentials Skipped', 'Registry Skipped']);
    expect(other.steps[0]?.message).toBe('the tag follows ImageStreamTag "latest": no registry is asked');
  });

  it('is 404 without the tag', async () => {
    await expect(diagnose(dockerImage('quay.io/x/y:1'), { query: 'tag=none' })).rejects.toMatchObject({ status: { code: 404 } });
  });
});
