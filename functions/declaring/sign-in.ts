/** Tokens as `aws eks get-token` makes them: a GetCallerIdentity that is signed and not sent (docs/access.md, "With AWS credentials"). */
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { CLUSTER_HEADER, IAM_TOKEN_PREFIX } from '../identity/sts-request.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SignInOptions {
  /** Asked for each token: those of a role change. */
  readonly credentials: () => Credentials;
  readonly region: string;
  /** Regional: `sts.REGION.SUFFIX`. */
  readonly stsHost: string;
  /** The deployment's; good for no other. */
  readonly clusterName: string;
  readonly clock: () => number;
}

/** Seconds, as the AWS CLI writes it. STS takes a signature for 15 minutes, whatever stands there. */
const EXPIRES = 60;

/** Answers a token per call. */
export function createSignIn({ credentials, region, stsHost, clusterName, clock }: SignInOptions): () => Promise<string> {
  return async () => {
    const signer = new SignatureV4({ service: 'sts', region, credentials: credentials(), sha256: Sha256 });
    const request = {
      method: 'GET',
      protocol: 'https:',
      hostname: stsHost,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: stsHost, [CLUSTER_HEADER]: clusterName },
    };
    const { query = {} } = await signer.presign(request, { expiresIn: EXPIRES, signingDate: new Date(clock()) });
    const text = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
    return IAM_TOKEN_PREFIX + Buffer.from(`https://${stsHost}/?${text.join('&')}`).toString('base64url');
  };
}
