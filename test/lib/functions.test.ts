import { describe, expect, it } from 'vitest';
import { ENV } from '../../functions/runtime/environment.ts';
import { synthesizeTemplate } from '../../lib/app.ts';
import { functionNamed, functionsOf, ofType, targetOf, template } from './template.ts';

const FUNCTIONS = [
  'access',
  'admission',
  'authorize',
  'discovery',
  'fire-triggers',
  'imports',
  'mappings',
  'match-triggers',
  'publish-changes',
  'queue-imports',
  'run-imports',
  'schedule-imports',
  'settle-deliveries',
  'streams',
  'sweep-streams',
  'sweep-triggers',
  'tags',
  'triggers',
];

it('deploys the functions of design.md §2', () => {
  expect(
    functionsOf()
      .map(({ entry }) => entry)
      .sort(),
  ).toEqual(FUNCTIONS);
});

describe.each(functionsOf())('$entry', ({ properties }) => {
  it('runs on Node 24 on arm64, traced', () => {
    expect(properties).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      TracingConfig: { Mode: 'Active' },
      Handler: 'index.handler',
    });
  });

  it('has a log group that expires', () => {
    expect(template.Resources[targetOf(properties['LoggingConfig'].LogGroup)]).toMatchObject({
      Type: 'AWS::Logs::LogGroup',
      Properties: { RetentionInDays: 30 },
    });
  });

  it('has a role of its own', () => {
    expect(
      ofType('AWS::Lambda::Function').filter((other) => targetOf(other.properties['Role']) === targetOf(properties['Role'])),
    ).toHaveLength(1);
  });
});

it('every log group expires', () => {
  for (const { properties } of ofType('AWS::Logs::LogGroup')) expect(properties['RetentionInDays']).toBe(30);
});

describe('environment', () => {
  const { stateTable, secretsTable, importQueueUrl, sweepQueueUrl, triggerQueueUrl, publishFailureQueueUrl, eventBusName } = ENV;
  const { importInterval, allowPrivateAddresses, importPlatform, internalRegistry, externalRegistry, allowedRegistries } = ENV;
  const own = [stateTable, importInterval];
  const importing = [...own, allowPrivateAddresses, importPlatform];
  const secrets = [secretsTable, ENV.secretsKey];
  const registries = [internalRegistry, externalRegistry];
  const writing = [...registries, allowedRegistries];
  const withRegistries = synthesizeTemplate({
    internalRegistry: 'registry.internal:5000',
    externalRegistry: 'registry.example.com',
    allowedRegistriesForImport: ['quay.io', '*.example.com'],
  });

  it.each<[string, string[]]>([
    ['discovery', []],
    ['streams', [...own, ...writing]],
    ['tags', [...own, ...writing]],
    ['mappings', [...own, ...writing]],
    ['imports', [...importing, ENV.importRate, ...writing, ...secrets]],
    ['access', [...own, ...registries, ...secrets, ENV.tokenKey]],
    ['triggers', [stateTable, ...secrets, allowPrivateAddresses]],
    ['admission', [stateTable, ...registries]],
    ['authorize', [stateTable, ENV.clusterName, allowPrivateAddresses]],
    ['queue-imports', [importQueueUrl, sweepQueueUrl]],
    ['sweep-streams', [stateTable, secretsTable]],
    ['schedule-imports', [stateTable, ...registries, importQueueUrl]],
    ['run-imports', [...importing, ...writing, ...secrets]],
    ['publish-changes', [stateTable, eventBusName, publishFailureQueueUrl, ...registries]],
    ['match-triggers', [stateTable, triggerQueueUrl, ...registries]],
    ['fire-triggers', [stateTable, ...secrets, triggerQueueUrl, allowPrivateAddresses, ...registries]],
    ['sweep-triggers', [stateTable, triggerQueueUrl, ...registries]],
    ['settle-deliveries', [...own, ...writing]],
  ])('of %s', (entry, expected) => {
    const variables = (from: typeof template) =>
      Object.keys((functionNamed(entry, from).properties['Environment']?.Variables ?? {}) as object).sort();
    expect(variables(withRegistries)).toEqual([...expected].sort());
    expect(variables(template)).toEqual(expected.filter((name) => !(writing as string[]).includes(name)).sort());
  });

  it('carries the settings', () => {
    const from = synthesizeTemplate({ importInterval: '1m', allowPrivateAddresses: true, importPlatform: 'linux/arm64' });
    expect(functionNamed('streams', withRegistries).properties['Environment'].Variables).toMatchObject({
      [internalRegistry]: 'registry.internal:5000',
      [externalRegistry]: 'registry.example.com',
      [allowedRegistries]: 'quay.io,*.example.com',
    });
    expect(functionNamed('run-imports', from).properties['Environment'].Variables).toMatchObject({
      [importInterval]: '1m',
      [allowPrivateAddresses]: 'true',
      [importPlatform]: 'linux/arm64',
    });
  });
});
