/** Bearer tokens of EKS, which this API takes, too: a GetCallerIdentity signed in advance, as `aws eks get-token` makes them (aws-iam-authenticator `pkg/token`). */
import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { stsHost } from '../identity/sts-hosts.ts';
import { CLUSTER_HEADER, IAM_TOKEN_PREFIX } from '../identity/sts-request.ts';

/** Seconds; STS takes it for 15 minutes whatever it says. */
const EXPIRES_IN = 60;

export interface EksTokenRequest {
  /** Name of the cluster: signed, so that the token is good for no other. */
  readonly cluster: string;
  readonly region: string;
  readonly credentials: ConstructorParameters<typeof SignatureV4>[0]['credentials'];
  /** ms. */
  readonly now: number;
}

/** null for a Region in which nobody knows an STS. */
export async function createEksToken({ cluster, region, credentials, now }: EksTokenRequest): Promise<string | null> {
  const hostname = stsHost(region);
  if (hostname === null) return null;
  const signer = new SignatureV4({ credentials, region, service: 'sts', sha256: Sha256 });
  const request = {
    method: 'GET',
    protocol: 'https:',
    hostname,
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host: hostname, [CLUSTER_HEADER]: cluster },
  };
  const { query = {} } = await signer.presign(request, { expiresIn: EXPIRES_IN, signingDate: new Date(now) });
  const pairs = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  return IAM_TOKEN_PREFIX + Buffer.from(`https://${hostname}/?${pairs.join('&')}`).toString('base64url');
}
