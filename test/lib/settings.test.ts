import { App, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { createApp, synthesizeTemplate } from '../../lib/app.ts';
import { settingsFromContext } from '../../lib/context-settings.ts';
import { IMPORT_INTERVALS } from '../../functions/image/import-interval.ts';
import { type ImageStreamsProps, resolveSettings } from '../../lib/settings.ts';
import { functionNamed, ofType } from './template.ts';

describe('resolveSettings', () => {
  it('has defaults', () => {
    expect(resolveSettings({ internalRegistry: undefined })).toEqual({
      importInterval: '15m',
      allowPrivateAddresses: false,
      importPlatform: 'linux/amd64',
      sealingKeys: 1,
      removalPolicy: RemovalPolicy.RETAIN,
      logRetention: RetentionDays.ONE_MONTH,
      throttle: { rate: 500, burst: 1000 },
      importRate: { perMinute: 60, burst: 120 },
      clusterName: 'image-streams',
    });
  });

  it('does not let an undefined setting hide its default', () => {
    expect(resolveSettings({ importInterval: undefined }).importInterval).toBe('15m');
  });

  it.each(IMPORT_INTERVALS)('takes the interval %s', (importInterval) => {
    expect(resolveSettings({ importInterval }).importInterval).toBe(importInterval);
  });

  it.each(['3m', '60s', '', '15M', '24h', 15])('refuses the interval %j', (importInterval) => {
    expect(() => resolveSettings({ importInterval } as unknown as ImageStreamsProps)).toThrow('importInterval must be one of 1m, 2m,');
  });

  it.each(['amd64', 'linux/', 'linux/amd64/v2/x', 'Linux/amd64'])('refuses the platform %j', (importPlatform) => {
    expect(() => resolveSettings({ importPlatform })).toThrow('importPlatform must look like');
  });
});

describe('the rate of imports', () => {
  it.each([
    { perMinute: 0, burst: 1 },
    { perMinute: 1, burst: -1 },
    { perMinute: 1.5, burst: 1 },
  ])('is not %j', (importRate) => {
    expect(() => resolveSettings({ importRate })).toThrow('importRate must have whole numbers above 0');
  });

  it('reaches the function that imports', () => {
    const { properties } = functionNamed('imports', synthesizeTemplate({ importRate: { perMinute: 5, burst: 7 } }));
    expect(properties['Environment']?.Variables).toMatchObject({ IMPORT_RATE: '5/7' });
  });
});

describe('hosts of registries', () => {
  it.each(['registry.example.com', 'registry:5000', 'localhost', '127.0.0.1:5000', 'R.example.com:443'])('take %j', (host) => {
    expect(resolveSettings({ internalRegistry: host, externalRegistry: host })).toMatchObject({ internalRegistry: host });
  });

  it.each(['registry', '', 'https://r.io', 'r.io/path', 'r.io:', 'r.io:x', 'r..io', '-r.io', 'r.io:1:2', '[::1]:5000'])(
    'refuse %j',
    (host) => {
      expect(() => resolveSettings({ internalRegistry: host })).toThrow('internalRegistry must look like');
      expect(() => resolveSettings({ externalRegistry: host })).toThrow('externalRegistry must look like');
    },
  );

  it.each(['*', '*:*', 'quay.io', '*.example.com:50?0', '10.0.0.1:80'])('may be allowed as %j', (glob) => {
    expect(resolveSettings({ allowedRegistriesForImport: [glob] })).toMatchObject({ allowedRegistriesForImport: [glob] });
  });

  it.each(['', 'quay.io/team', 'a:1:2', 'https://quay.io', 'a b', 'a,b'])('may not be allowed as %j', (glob) => {
    expect(() => resolveSettings({ allowedRegistriesForImport: ['quay.io', glob] })).toThrow('allowedRegistriesForImport must hold');
  });
});

describe('what may be imported', () => {
  it.each(['quay.io', '*.example.com', 'registry:5000'])('leaves out %j', (glob) => {
    expect(resolveSettings({ blockedRegistries: [glob] })).toMatchObject({ blockedRegistries: [glob] });
  });

  it.each(['', 'quay.io/team', 'a,b'])('cannot leave out %j', (glob) => {
    expect(() => resolveSettings({ blockedRegistries: [glob] })).toThrow('blockedRegistries must hold');
  });

  it.each([-1, 1, 500])('is %i tags of a repository', (most) => {
    expect(resolveSettings({ maxImagesBulkImportedPerRepository: most })).toMatchObject({ maxImagesBulkImportedPerRepository: most });
  });

  it.each([0, -2, 1.5])('is not %d tags of a repository', (most) => {
    expect(() => resolveSettings({ maxImagesBulkImportedPerRepository: most })).toThrow('maxImagesBulkImportedPerRepository must be');
  });

  it('reaches the functions that import, and no other', () => {
    const template = synthesizeTemplate({ blockedRegistries: ['quay.io', 'ghcr.io'], maxImagesBulkImportedPerRepository: -1 });
    const told = ofType('AWS::Lambda::Function', template).flatMap(({ properties }) => {
      const { Description, Environment } = properties as { Description: string; Environment?: { Variables: Record<string, unknown> } };
      const { BLOCKED_REGISTRIES: blocked, MAX_IMAGES_BULK_IMPORTED_PER_REPOSITORY: most } = Environment?.Variables ?? {};
      return blocked === undefined ? [] : [[Description, blocked, most]];
    });
    expect(told.sort()).toEqual([
      ['Compares tags with their registries and imports what moved', 'quay.io,ghcr.io', '-1'],
      ['Imports from container registries, answered at once', 'quay.io,ghcr.io', '-1'],
    ]);
  });
});

describe('the number of sealing keys', () => {
  it.each([0, 11, 1.5, NaN])('is not %j', (sealingKeys) => {
    expect(() => resolveSettings({ sealingKeys })).toThrow('sealingKeys must be a number from 1 to 10');
  });
});

describe('a private authority', () => {
  it.each(['', 'none', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'])('is no %j', (registryCa) => {
    expect(() => resolveSettings({ registryCa })).toThrow('registryCa');
  });

  it('reaches the functions that call registries, and no other', async () => {
    const { cert } = await generate([{ name: 'commonName', value: 'ca' }], { algorithm: 'sha256', keySize: 2048 });
    const template = synthesizeTemplate({ registryCa: `of the company\n${cert}` });
    const told = ofType('AWS::Lambda::Function', template).flatMap(({ properties }) => {
      const { Description, Environment } = properties as { Description: string; Environment?: { Variables: Record<string, unknown> } };
      const value = Environment?.Variables['REGISTRY_CA'];
      return value === undefined ? [] : [[Description, value]];
    });
    expect(told.map(([description]) => description).sort()).toEqual([
      'Compares tags with their registries and imports what moved',
      'Imports from container registries, answered at once',
    ]);
    expect(new Set(told.map(([, value]) => value))).toEqual(new Set([`${cert.replaceAll('\r', '').trim()}\n`]));
    expect(() => resolveSettings({ registryCa: cert.repeat(3) })).toThrow('registryCa must not be longer');
  });

  it('is read from a file', () => {
    expect(() => settingsFromContext(new App({ context: { registryCaFile: '/no/such.pem' } }).node)).toThrow(
      'context value registryCaFile=',
    );
  });
});

describe('settingsFromContext', () => {
  const read = (context: Record<string, unknown>) => settingsFromContext(new App({ context }).node);

  it('reads what the command line gives, always strings', () => {
    expect(
      read({
        importInterval: '1m',
        allowPrivateAddresses: 'true',
        importPlatform: 'linux/arm64/v8',
        internalRegistry: 'registry.internal:5000',
        externalRegistry: 'registry.example.com',
        allowedRegistriesForImport: 'quay.io, *.example.com:5000',
        blockedRegistries: 'docker.io',
        maxImagesBulkImportedPerRepository: '100',
        sealingKeys: '2',
        ecrNamespaces: 'shop, team-*',
        ecrAccounts: '{"210987654321":{"roleArn":"arn:aws:iam::210987654321:role/pull"}}',
        triggerTargets: '{"shop":["arn:aws:sqs:eu-central-1:111122223333:deploy"]}',
        triggerRoles: 'arn:aws:iam::*:role/a, arn:aws:iam::*:role/b',
        eventBusName: 'image-streams',
        removalPolicy: 'destroy',
        logRetentionDays: '7',
      }),
    ).toEqual({
      importInterval: '1m',
      allowPrivateAddresses: true,
      importPlatform: 'linux/arm64/v8',
      internalRegistry: 'registry.internal:5000',
      externalRegistry: 'registry.example.com',
      allowedRegistriesForImport: ['quay.io', '*.example.com:5000'],
      blockedRegistries: ['docker.io'],
      maxImagesBulkImportedPerRepository: 100,
      sealingKeys: 2,
      ecrNamespaces: ['shop', 'team-*'],
      ecrAccounts: { '210987654321': { roleArn: 'arn:aws:iam::210987654321:role/pull' } },
      triggerTargets: { shop: ['arn:aws:sqs:eu-central-1:111122223333:deploy'] },
      triggerRoles: ['arn:aws:iam::*:role/a', 'arn:aws:iam::*:role/b'],
      eventBusName: 'image-streams',
      removalPolicy: RemovalPolicy.DESTROY,
      logRetention: RetentionDays.ONE_WEEK,
    });
  });

  it('reads what cdk.json gives', () => {
    const context = { allowPrivateAddresses: false, logRetentionDays: 30, allowedRegistriesForImport: ['quay.io'] };
    expect(read(context)).toMatchObject({ allowPrivateAddresses: false, logRetention: 30, allowedRegistriesForImport: ['quay.io'] });
  });

  it('leaves absent ones undefined', () => {
    expect(Object.values(read({})).filter((value) => value !== undefined)).toEqual([]);
  });

  it.each([
    ['importInterval', '7m'],
    ['allowPrivateAddresses', 'yes'],
    ['sealingKeys', 'two'],
    ['removalPolicy', 'keep'],
    ['logRetentionDays', '29'],
    ['importPlatform', 5],
    ['allowedRegistriesForImport', [5]],
    ['allowedRegistriesForImport', 5],
    ['triggerTargets', '{'],
    ['triggerTargets', { shop: 'arn' }],
    ['triggerRoles', [5]],
    ['ecrNamespaces', 5],
    ['ecrAccounts', '210987654321'],
    ['ecrAccounts', '{'],
    ['ecrAccounts', ['210987654321']],
    ['ecrAccounts', { '210987654321': 'role' }],
  ])('refuses %s=%j by name', (name, value) => {
    expect(() => read({ [name]: value })).toThrow(`context value ${name}=`);
  });
});

describe('createApp', () => {
  it('lets settings win over context', () => {
    const { app, stack } = createApp({ bundling: false, eventBusName: 'mine' });
    expect(app.synth().getStackByName(stack.stackName).template).toMatchObject({
      Resources: expect.objectContaining({
        [ofType('AWS::Events::EventBus')[0]?.id ?? '']: expect.objectContaining({ Properties: expect.objectContaining({ Name: 'mine' }) }),
      }),
    });
  });

  it('names nothing by itself that could collide with a second deployment', () => {
    const named = Object.values(synthesizeTemplate().Resources).filter(({ Properties }) =>
      ['TableName', 'QueueName', 'FunctionName', 'RoleName', 'LogGroupName', 'TopicName'].some(
        (name) => typeof Properties?.[name] === 'string',
      ),
    );
    expect(named).toEqual([]);
    expect(ofType('AWS::Events::EventBus')[0]?.properties['Name']).toMatch(/^ImageStreams-Backend-Changes-Bus-[0-9A-F]{8}$/);
  });

  it('takes deletion protection off where data may go', () => {
    const template = synthesizeTemplate({ removalPolicy: RemovalPolicy.DESTROY });
    for (const { properties, resource } of ofType('AWS::DynamoDB::Table', template)) {
      expect(properties['DeletionProtectionEnabled']).toBe(false);
      expect(resource.DeletionPolicy).toBe('Delete');
    }
  });

  it('says where to find it', () => {
    expect(Object.keys(synthesizeTemplate().Outputs ?? {}).sort()).toEqual([
      'ApiUrl',
      'ClusterName',
      'EventBusArn',
      'EventBusName',
      'StateTableName',
      'TriggerRoleArn',
    ]);
  });
});
