/** Whether the settings of ECR by IAM are such that IAM and the functions understand them. */
import type { Settings } from './settings.ts';

const NAMESPACE_GLOB = /^[a-z0-9*?-]{1,63}$/;
const ACCOUNT = /^\d{12}$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/;
/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;
/** A function's environment has 4 KB for everything, a role's policies have 10 KB. */
const MAX_BYTES = 1_200;

/** @throws Error naming the setting */
export function checkEcrSettings({ ecrNamespaces = [], ecrAccounts = {} }: Pick<Settings, 'ecrNamespaces' | 'ecrAccounts'>): void {
  for (const glob of ecrNamespaces) {
    if (!NAMESPACE_GLOB.test(glob)) throw new Error(`ecrNamespaces must hold entries like shop or team-*, not ${JSON.stringify(glob)}`);
  }
  const accounts = Object.entries(ecrAccounts);
  if (accounts.length > 0 && ecrNamespaces.length === 0) throw new Error('ecrAccounts needs ecrNamespaces: nobody would pull from them');
  for (const [account, { roleArn, externalId }] of accounts) {
    const where = `ecrAccounts[${JSON.stringify(account)}]`;
    if (!ACCOUNT.test(account)) throw new Error(`${where} must be named by the 12 digits of an account`);
    if (roleArn !== undefined && !ROLE_ARN.test(roleArn)) {
      throw new Error(`${where}.roleArn must look like arn:aws:iam::210987654321:role/pull, not ${JSON.stringify(roleArn)}`);
    }
    if (externalId === undefined) continue;
    if (roleArn === undefined) throw new Error(`${where}.externalId needs a roleArn`);
    if (!EXTERNAL_ID.test(externalId)) throw new Error(`${where}.externalId is none that STS takes`);
  }
  const bytes = JSON.stringify(ecrAccounts).length + ecrNamespaces.join().length;
  if (bytes > MAX_BYTES) throw new Error(`ecrNamespaces and ecrAccounts must not be longer than ${MAX_BYTES} bytes together, not ${bytes}`);
}
