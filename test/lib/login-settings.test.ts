import { App, Fn, Token } from 'aws-cdk-lib';
import { generate } from 'selfsigned';
import { describe, expect, it } from 'vitest';
import { synthesizeTemplate } from '../../lib/app.ts';
import { settingsFromContext } from '../../lib/context-settings.ts';
import { type ImageStreamsProps, resolveSettings } from '../../lib/settings.ts';
import { functionNamed } from './template.ts';

const GITHUB = {
  issuer: 'https://token.actions.githubusercontent.com',
  audiences: ['image-streams'],
  usernamePrefix: 'github:',
  requiredClaims: { repository_owner: 'acme' },
};
const COGNITO = {
  issuer: 'https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_example',
  audiences: ['1example23456789'],
  usernameClaim: 'email',
  groupsClaim: 'cognito:groups',
  groupsPrefix: 'cognito:',
};
const ADMINS = {
  iamArns: ['arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/Platform'],
  oidcSubjects: [{ issuer: GITHUB.issuer, subject: 'repo:acme/platform:ref:refs/heads/main' }],
};

const variablesOf = (settings: ImageStreamsProps, entry = 'authorize') =>
  functionNamed(entry, synthesizeTemplate(settings)).properties['Environment'].Variables as Record<string, string>;

describe('who may log in', () => {
  it('reaches the function that asks, and no other', async () => {
    const { cert } = await generate([{ name: 'commonName', value: 'ca' }], { keyType: 'ec', algorithm: 'sha256' });
    const settings = { clusterName: 'shop', oidcIssuers: [GITHUB, COGNITO], oidcCa: cert, admins: ADMINS, allowPrivateAddresses: true };
    const { OIDC_ISSUERS = '', ADMINS: admins = '', ...rest } = variablesOf(settings);
    expect([JSON.parse(OIDC_ISSUERS), JSON.parse(admins)]).toEqual([[GITHUB, COGNITO], ADMINS]);
    expect(rest).toMatchObject({
      CLUSTER_NAME: 'shop',
      OIDC_CA: expect.stringContaining('BEGIN') as string,
      ALLOW_PRIVATE_ADDRESSES: 'true',
    });
    expect(Object.keys(variablesOf(settings, 'access')).filter((name) => /OIDC|ADMINS|CLUSTER/.test(name))).toEqual([]);
  });

  it('fits into the environment of the function, or is refused', () => {
    const many = (count: number) => Array.from({ length: count }, (_, index) => ({ ...COGNITO, issuer: `${COGNITO.issuer}${index}` }));
    const bytes = (variables: object) => Buffer.byteLength(Object.entries(variables).flat().join(''));
    expect(bytes(variablesOf({ oidcIssuers: [GITHUB, ...many(10)], admins: ADMINS }))).toBeLessThan(3 * 1024);
    expect(() => resolveSettings({ oidcIssuers: many(20) })).toThrow(
      /^oidcIssuers, oidcCa and admins take \d+ bytes together: at most 2600$/,
    );
  });

  it('may be what the same app makes', () => {
    const made = (logicalId: string, attribute: string) => Token.asString(Fn.getAtt(logicalId, attribute));
    const settings = { oidcIssuers: [{ ...COGNITO, issuer: made('Pool', 'ProviderURL') }], admins: { iamArns: [made('Ops', 'Arn')] } };
    const { OIDC_ISSUERS, ADMINS: admins } = variablesOf(settings);
    expect(JSON.stringify(OIDC_ISSUERS)).toMatch(/issuer.*Pool.*ProviderURL.*audiences/);
    expect(JSON.stringify(admins)).toMatch(/iamArns.*Ops.*Arn/);
  });

  it.each<[string, unknown, string]>([
    ['clusterName', '', 'clusterName must consist of'],
    ['clusterName', 'a b', 'clusterName must consist of'],
    ['clusterName', 'x'.repeat(101), 'clusterName must consist of'],
    ['oidcIssuers', {}, 'oidcIssuers must be a list'],
    ['oidcIssuers', ['https://id.example.com'], 'oidcIssuers must hold objects'],
    ['oidcIssuers', [{ ...GITHUB, audience: 'x' }], 'oidcIssuers: there is no audience; there are issuer, audiences,'],
    ['oidcIssuers', [{ ...GITHUB, issuer: 'http://id.example.com' }], 'issuer must be an https URL'],
    ['oidcIssuers', [{ ...GITHUB, issuer: 'https://user@id.example.com' }], 'issuer must be an https URL'],
    ['oidcIssuers', [{ ...GITHUB, issuer: 'https://id.example.com/?x' }], 'issuer must be an https URL'],
    ['oidcIssuers', [GITHUB, GITHUB], 'oidcIssuers must name an issuer once'],
    ['oidcIssuers', [{ ...GITHUB, audiences: [] }], 'audiences must be a list of at least one'],
    ['oidcIssuers', [{ ...GITHUB, audiences: undefined }], 'audiences must be a list of at least one'],
    ['oidcIssuers', [{ ...GITHUB, audiences: [''] }], 'audiences must be a list of at least one'],
    ['oidcIssuers', [{ ...GITHUB, usernameClaim: '' }], 'must name claims'],
    ['oidcIssuers', [{ ...GITHUB, usernamePrefix: 'system:' }], 'must not begin with system:'],
    ['oidcIssuers', [{ ...GITHUB, groupsPrefix: 'system:x' }], 'must not begin with system:'],
    ['oidcIssuers', [{ ...GITHUB, requiredClaims: { a: 5 } }], 'requiredClaims must be texts by claim'],
    ['oidcCa', 'none', 'oidcCa must hold certificates as PEM'],
    ['admins', { roles: [] }, 'admins: there is no roles; there are iamArns, oidcSubjects'],
    ['admins', { iamArns: 'x' }, 'admins must hold lists'],
    ['admins', { iamArns: ['arn:aws:iam::111122223333:role/*'] }, 'admins must name IAM roles and users like'],
    ['admins', { iamArns: ['arn:aws:sts::111122223333:assumed-role/Ops/me'] }, 'admins must name IAM roles and users like'],
    [
      'admins',
      { oidcSubjects: [{ issuer: 'https://other.example', subject: 'x' }] },
      'admins must name subjects of an issuer among oidcIssuers',
    ],
  ])('refuses %s %j', (name, value, message) => {
    expect(() => resolveSettings({ [name]: value })).toThrow(message);
  });
});

describe('from context', () => {
  const read = (context: Record<string, unknown>) => settingsFromContext(new App({ context }).node);

  it('is JSON on the command line, and in cdk.json', () => {
    const expected = { clusterName: 'shop', oidcIssuers: [GITHUB], admins: ADMINS };
    expect(read({ clusterName: 'shop', oidcIssuers: JSON.stringify([GITHUB]), admins: JSON.stringify(ADMINS) })).toMatchObject(expected);
    expect(read({ clusterName: 'shop', oidcIssuers: [GITHUB], admins: ADMINS })).toMatchObject(expected);
  });

  it('is refused by name when it is none', () => {
    expect(() => read({ admins: '{' })).toThrow('context value admins=');
    expect(() => read({ oidcCaFile: '/no/such.pem' })).toThrow('context value oidcCaFile=');
  });
});
