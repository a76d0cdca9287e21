import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { createApp, synthesizeTemplate } from '../../lib/app.ts';
import { resolveSettings } from '../../lib/settings.ts';
import { expanded, functionNamed, functionsOf, template } from './template.ts';

const PARTNER = '210987654321';
const OPEN = '555555555555';
const roleArn = `arn:aws:iam::${PARTNER}:role/pull`;
const settings = { ecrNamespaces: ['shop', 'team-*'], ecrAccounts: { [PARTNER]: { roleArn, externalId: 'x-1' }, [OPEN]: {} } };
const opened = synthesizeTemplate(settings);
const IMPORTERS = ['imports', 'run-imports'];

/** What a function's role may do with services that hand out images and identities. */
function grants(entry: string, from = opened) {
  return functionNamed(entry, from).statements.filter(({ actions }) => actions.some((action) => /^(ecr|sts):/.test(action)));
}

describe('ECR by IAM', () => {
  it('is off unless a setting opens it: no permission, no environment', () => {
    for (const { entry, properties } of functionsOf()) {
      expect(grants(entry, template)).toEqual([]);
      expect(JSON.stringify(properties['Environment'] ?? {})).not.toContain('ECR_');
    }
  });

  it.each(functionsOf(opened))('gives $entry no more than it needs', ({ entry, properties }) => {
    if (!IMPORTERS.includes(entry)) {
      expect(grants(entry)).toEqual([]);
      expect(JSON.stringify(properties['Environment'] ?? {})).not.toContain('ECR_');
      return;
    }
    const repositories = (account: unknown) => ({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ecr:*:', account, ':repository/*'].flat()],
    });
    expect(grants(entry)).toEqual([
      { actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
      {
        actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:ListImages'],
        resources: [
          repositories({ Ref: 'AWS::AccountId' }),
          { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:ecr:*:${OPEN}:repository/*`]] },
        ],
      },
      { actions: ['sts:AssumeRole'], resources: [roleArn] },
    ]);
    expect(properties['Environment'].Variables).toMatchObject({
      ECR_NAMESPACES: 'shop,team-*',
      ECR_ACCOUNT: { Ref: 'AWS::AccountId' },
      ECR_ACCOUNTS: JSON.stringify(settings.ecrAccounts),
    });
  });

  it('assumes no role where none is named', () => {
    const own = synthesizeTemplate({ ecrNamespaces: ['*'] });
    for (const entry of IMPORTERS) {
      expect(grants(entry, own).map(({ actions }) => actions[0])).toEqual(['ecr:GetAuthorizationToken', 'ecr:BatchGetImage']);
      expect(functionNamed(entry, own).properties['Environment'].Variables).not.toHaveProperty('ECR_ACCOUNTS');
    }
  });

  it('stays within the limits of a role and an environment, as many accounts as the setting takes', () => {
    const ids = Array.from({ length: 15 }, (_, index) => String(100_000_000_000 + index));
    const many = synthesizeTemplate({
      ecrNamespaces: ['*'],
      ecrAccounts: Object.fromEntries(ids.map((id) => [id, { roleArn: `arn:aws:iam::${id}:role/pull` }])),
    });
    for (const entry of IMPORTERS) {
      const { properties, statements } = functionNamed(entry, many);
      expect(expanded(statements).length).toBeLessThan(9 * 1024);
      expect(expanded(properties['Environment']).length).toBeLessThan(3 * 1024);
    }
  });

  it('is known to the rules of AwsSolutions', () => {
    const directory = mkdtempSync(join(tmpdir(), 'image-streams-nag-'));
    const { app } = createApp({ bundling: false, outdir: directory, ...settings });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    expect(() => app.synth()).not.toThrow();
    rmSync(directory, { recursive: true, force: true });
  });
});

describe('its settings', () => {
  it.each([
    [{ ecrNamespaces: ['Shop'] }, 'ecrNamespaces must hold entries like'],
    [{ ecrNamespaces: ['a,b'] }, 'ecrNamespaces must hold entries like'],
    [{ ecrAccounts: { [PARTNER]: {} } }, 'ecrAccounts needs ecrNamespaces'],
    [{ ecrNamespaces: ['*'], ecrAccounts: { partner: {} } }, 'must be named by the 12 digits of an account'],
    [{ ecrNamespaces: ['*'], ecrAccounts: { [PARTNER]: { roleArn: 'pull' } } }, `ecrAccounts["${PARTNER}"].roleArn must look like`],
    [{ ecrNamespaces: ['*'], ecrAccounts: { [PARTNER]: { roleArn: 'arn:aws:iam::210987654321:role/*' } } }, 'roleArn must look like'],
    [{ ecrNamespaces: ['*'], ecrAccounts: { [PARTNER]: { externalId: 'x-1' } } }, 'externalId needs a roleArn'],
    [{ ecrNamespaces: ['*'], ecrAccounts: { [PARTNER]: { roleArn, externalId: 'a b' } } }, 'externalId is none that STS takes'],
    [{ ecrNamespaces: ['*'], ecrAccounts: { [PARTNER]: { roleArn, externalId: 'x'.repeat(1200) } } }, 'must not be longer than 1200 bytes'],
  ])('%j is refused', (props, message) => {
    expect(() => resolveSettings(props)).toThrow(message);
  });
});
