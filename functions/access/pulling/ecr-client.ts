/** GetAuthorizationToken of ECR, in the registry's Region, as the function's own role or as one it assumes. */
import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { EcrIdentity } from './ecr-access.ts';
import { toEcrFailure } from './ecr-failure.ts';
import type { EcrToken, FetchEcrToken } from './ecr-tokens.ts';

/** How clients reach AWS; a test's emulator has an endpoint of its own. */
export interface AwsClientOptions {
  readonly endpoint?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  readonly region?: string;
}

/** Somebody waits for the import: ms. */
const REQUEST_HANDLER = { connectionTimeout: 2_000, requestTimeout: 3_000, throwOnRequestTimeout: true };
/** The registry client repeats what is temporary, too. */
const MAX_ATTEMPTS = 2;
const SESSION_NAME = 'image-streams';
/** ms: where the answer does not say, of the twelve hours of the documentation. */
const ASSUMED_LIFE = 60 * 60_000;

export function createEcrFetch(options: AwsClientOptions = {}, now: () => number = Date.now): FetchEcrToken {
  const common = { maxAttempts: MAX_ATTEMPTS, requestHandler: REQUEST_HANDLER, ...options };

  async function assume({ arn, externalId }: NonNullable<EcrIdentity['role']>): Promise<AwsClientOptions['credentials']> {
    const client = new STSClient(common);
    const command = new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: SESSION_NAME, ExternalId: externalId });
    try {
      const { Credentials: made } = await client.send(command);
      if (!made?.AccessKeyId || !made.SecretAccessKey) throw new Error('no credentials');
      return { accessKeyId: made.AccessKeyId, secretAccessKey: made.SecretAccessKey, sessionToken: made.SessionToken };
    } catch (error) {
      throw toEcrFailure(error, `sts:AssumeRole of the role set for account ${accountOf(arn)}`);
    } finally {
      client.destroy();
    }
  }

  return async ({ region, role }) => {
    const credentials = role === undefined ? {} : { credentials: await assume(role) };
    const client = new ECRClient({ ...common, region, ...credentials });
    const who = role === undefined ? '' : ` as the role set for account ${accountOf(role.arn)}`;
    try {
      const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
      return readToken(authorizationData?.[0], now());
    } catch (error) {
      throw toEcrFailure(error, `ecr:GetAuthorizationToken in ${region}${who}`);
    } finally {
      client.destroy();
    }
  };
}

/** `arn:aws:iam::ACCOUNT:role/NAME`. */
function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** `authorizationToken` is base64 of `AWS:password`. */
function readToken(data: { readonly authorizationToken?: string; readonly expiresAt?: Date } | undefined, now: number): EcrToken {
  const pair = Buffer.from(data?.authorizationToken ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 1) throw new Error('no token');
  const credentials = { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
  return { credentials, expiresAt: data?.expiresAt?.getTime() ?? now + ASSUMED_LIFE };
}
