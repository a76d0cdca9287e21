/** What a cluster of EKS finds out about a bearer token: who signed it, if it was signed for this cluster. */
import { stsHosts } from '../../functions/identity/sts-hosts.ts';
import { readStsRequest } from '../../functions/identity/sts-request.ts';
import { createFakeSts, type Credentials } from '../support/sts.ts';

export interface ExpectedSigner {
  /** Name. */
  readonly cluster: string;
  readonly region: string;
  readonly signer: Credentials;
}

/** STS knows nobody but `signer`, as `arn:aws:iam::1:<access key>`. null when it does not take the signature. Throws for what is no such token. */
export async function arnOfSigner(token: string, { cluster, region, signer }: ExpectedSigner): Promise<string | null> {
  const request = readStsRequest(token, { hosts: stsHosts(region), now: Date.now() });
  if (!('host' in request)) throw new Error(JSON.stringify(request));
  const { accessKeyId, secretAccessKey } = signer;
  const arn = `arn:aws:iam::1:${accessKeyId}`;
  const sts = createFakeSts({ [accessKeyId]: { secretAccessKey, arn, userId: 'A' } });
  const url = new URL(`https://${request.host}/?${request.query}`);
  const { status, body } = await sts.get({ url, headers: { 'x-k8s-aws-id': cluster }, timeout: 1_000, maxBytes: 10_000 });
  return status === 200 && body.toString().includes(arn) ? arn : null;
}
