/** Who may log in: the settings of it checked, and handed to the function that asks. */
import { Token } from 'aws-cdk-lib';
import { readPrincipal } from '../functions/identity/iam-arn.ts';
import { nameProblem } from '../functions/identity/reserved-names.ts';
import type { Admins, OidcIssuer } from '../functions/identity/types.ts';
import { ENV } from '../functions/runtime/environment.ts';
import { readCertificates } from './certificates.ts';
import type { Settings } from './settings.ts';
import type { FunctionEnvironment } from './settings-environment.ts';

type LoginSettings = Pick<Settings, 'clusterName' | 'oidcIssuers' | 'oidcCa' | 'admins'>;

/** An environment of Lambda holds 4 KB; what else is in it takes some hundred bytes. */
const MOST_BYTES = 2_600;
const CLUSTER_NAME = /^[0-9A-Za-z][0-9A-Za-z_-]{0,99}$/;

const ISSUER_MEMBERS = ['issuer', 'audiences', 'usernameClaim', 'usernamePrefix', 'groupsClaim', 'groupsPrefix', 'requiredClaims'];
const ADMIN_MEMBERS = ['iamArns', 'oidcSubjects'];

/**
 * Values that are known only at deployment (ARNs of roles, URLs of user pools in the same app) are taken as they are.
 * @throws Error naming the setting
 */
export function checkLogin(settings: LoginSettings): void {
  const { clusterName, oidcIssuers = [], oidcCa, admins = {} } = settings;
  if (!CLUSTER_NAME.test(clusterName)) {
    throw new Error(`clusterName must consist of letters, digits, - and _, not ${JSON.stringify(clusterName)}`);
  }
  if (!isList(oidcIssuers)) throw new Error('oidcIssuers must be a list');
  for (const issuer of oidcIssuers) checkIssuer(issuer);
  const names = oidcIssuers.map(({ issuer }) => issuer);
  if (new Set(names).size < names.length) throw new Error('oidcIssuers must name an issuer once');
  if (oidcCa !== undefined) readCertificates('oidcCa', oidcCa);
  checkAdmins(admins, names);
  const bytes = Buffer.byteLength(Object.values(loginEnvironment(settings)).join(''));
  if (bytes > MOST_BYTES) throw new Error(`oidcIssuers, oidcCa and admins take ${bytes} bytes together: at most ${MOST_BYTES}`);
}

/** For the function that says who is asking. */
export function loginEnvironment({ clusterName, oidcIssuers = [], oidcCa, admins = {} }: LoginSettings): FunctionEnvironment {
  return {
    [ENV.clusterName]: clusterName,
    ...(oidcIssuers.length > 0 && { [ENV.oidcIssuers]: JSON.stringify(oidcIssuers) }),
    ...(oidcCa !== undefined && { [ENV.oidcCa]: readCertificates('oidcCa', oidcCa) }),
    ...(Object.keys(admins).length > 0 && { [ENV.admins]: JSON.stringify(admins) }),
  };
}

function checkIssuer(settings: OidcIssuer): void {
  checkMembers('oidcIssuers', settings, ISSUER_MEMBERS);
  const { issuer, audiences, usernameClaim, usernamePrefix, groupsClaim, groupsPrefix, requiredClaims = {} } = settings;
  if (!isIssuer(issuer)) throw new Error(`oidcIssuers: issuer must be an https URL, not ${JSON.stringify(issuer)}`);
  const where = `oidcIssuers: of ${issuer}`;
  // Nobody in particular would be everybody: providers like GitHub sign for all their users.
  if (!isTexts(audiences) || audiences.length === 0) throw new Error(`${where} audiences must be a list of at least one`);
  for (const claim of [usernameClaim, groupsClaim]) {
    if (claim !== undefined && !isText(claim)) throw new Error(`${where} usernameClaim and groupsClaim must name claims`);
  }
  for (const prefix of [usernamePrefix, groupsPrefix]) {
    const problem = prefix === undefined || prefix === '' ? null : typeof prefix === 'string' ? nameProblem(prefix) : 'must be text';
    if (problem !== null) throw new Error(`${where} usernamePrefix and groupsPrefix ${problem}`);
  }
  if (!isMembers(requiredClaims) || !isTexts(Object.values(requiredClaims)))
    throw new Error(`${where} requiredClaims must be texts by claim`);
}

function checkAdmins(admins: Admins, issuers: readonly string[]): void {
  checkMembers('admins', admins, ADMIN_MEMBERS);
  const { iamArns = [], oidcSubjects = [] } = admins;
  if (!isList(iamArns) || !isList(oidcSubjects)) throw new Error('admins must hold lists');
  for (const arn of iamArns) {
    if (!Token.isUnresolved(arn) && (typeof arn !== 'string' || readPrincipal(arn) === null)) {
      throw new Error(`admins must name IAM roles and users like arn:aws:iam::111122223333:role/platform, not ${JSON.stringify(arn)}`);
    }
  }
  for (const subject of oidcSubjects) {
    checkMembers('admins', subject, ['issuer', 'subject']);
    if (!isText(subject.subject) || !issuers.includes(subject.issuer)) {
      throw new Error(`admins must name subjects of an issuer among oidcIssuers, not ${JSON.stringify(subject)}`);
    }
  }
}

/** OpenID Connect Discovery §2: neither query nor fragment. Its discovery document lies below it. */
function isIssuer(issuer: unknown): boolean {
  if (Token.isUnresolved(issuer)) return true;
  return typeof issuer === 'string' && /^https:\/\/[^\s?#@]+$/.test(issuer) && URL.canParse(issuer);
}

/** A misspelled member would be one that is not there. */
function checkMembers(name: string, value: object, known: readonly string[]): void {
  if (!isMembers(value)) throw new Error(`${name} must hold objects`);
  const unknown = Object.keys(value).find((member) => !known.includes(member));
  if (unknown !== undefined) throw new Error(`${name}: there is no ${unknown}; there are ${known.join(', ')}`);
}

function isMembers(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Types are those of TypeScript; cdk.json knows none. */
function isList(value: unknown): boolean {
  return Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
