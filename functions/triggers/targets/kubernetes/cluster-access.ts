/** How the cluster of a target is reached: by what the target says, or by what EKS does. */
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import type { Clock } from '../../../resources/ports.ts';
import { createEksToken } from '../../../runtime/eks-token.ts';
import { type AwsSession, clientsBySession, type OpenSession } from '../aws/aws-session.ts';
import { KUBERNETES_KIND } from '../../kinds/kubernetes.ts';
import { readCaBundle } from '../../kubernetes/ca-bundle.ts';
import type { SecretValues } from '../../ports.ts';
import type { KubernetesTarget } from '../../kubernetes/target-spec.ts';
import { outcomeOfAwsError } from '../aws/aws-outcome.ts';
import type { Delivery, Refusal } from '../target.ts';
import type { ClusterAccess } from './cluster-connection.ts';

export interface AccessDeps {
  readonly secrets: SecretValues;
  readonly openSession: OpenSession;
  readonly createEksClient?: (session: AwsSession) => EksClient;
  readonly clock: Clock;
}

type EksClient = Pick<EKSClient, 'send' | 'config'>;

export type FindAccess = (
  delivery: Delivery<KubernetesTarget>,
) => Promise<{ readonly ok: true; readonly access: ClusterAccess } | { readonly ok: false; readonly refusal: Refusal }>;

export function createFindAccess(deps: AccessDeps): FindAccess {
  const { secrets, openSession, createEksClient = (session: AwsSession): EksClient => new EKSClient(session), clock } = deps;
  const clientFor = clientsBySession(createEksClient);

  return async ({ trigger, target, signal }) => {
    const resource = KUBERNETES_KIND.awsResource?.(target);
    if (resource === undefined) return byToken(secrets, trigger.namespace, target);
    const opened = await openSession(trigger, resource);
    if (!opened.ok) return opened;
    try {
      return await byIam(clientFor(opened.session), resource.arn, opened.session.region, { signal, now: clock() });
    } catch (error) {
      return { ok: false, refusal: outcomeOfAwsError(error, 'EKS does not tell where the cluster is') };
    }
  };
}

async function byToken(
  secrets: SecretValues,
  namespace: string,
  { server = '', caBundle, tokenSecretRef: ref }: KubernetesTarget,
): ReturnType<FindAccess> {
  const value = ref === undefined ? null : await secrets.readSecretValue(namespace, ref.name, ref.key);
  if (value === null) return refused('NoToken', 'the Secret with the token of the cluster, or its key, is not there');
  const token = Buffer.from(value).toString('utf8').trim();
  if (!/^[\x21-\x7e]+$/.test(token)) return refused('InvalidToken', 'the Secret holds no token of a cluster');
  if (caBundle === undefined) return { ok: true, access: { server, token } };
  const ca = readCaBundle(caBundle);
  return ca === null
    ? refused('InvalidCaBundle', 'the CA bundle of the cluster cannot be read')
    : { ok: true, access: { server, ca, token } };
}

async function byIam(
  client: EksClient,
  arn: string,
  region: string,
  { signal, now }: { readonly signal: AbortSignal; readonly now: number },
): ReturnType<FindAccess> {
  const name = arn.slice(arn.indexOf('/') + 1);
  const { cluster } = await client.send(new DescribeClusterCommand({ name }), { abortSignal: signal });
  if (cluster?.arn !== undefined && cluster.arn !== arn)
    return refused(
      'AnotherCluster',
      'whoever the target is acted on as has another cluster of this name: the role must be of the account of the cluster',
    );
  const ca = readCaBundle(cluster?.certificateAuthority?.data ?? '');
  if (cluster?.endpoint === undefined || ca === null) {
    const message = `the cluster is ${cluster?.status ?? 'unknown'} and has no API server`;
    return { ok: false, refusal: { kind: 'retry', reason: 'ClusterNotReady', message } };
  }
  const token = await createEksToken({ cluster: name, region, credentials: client.config.credentials, now });
  if (token === null) return refused('UnknownRegion', 'the Region of the cluster is unknown');
  return { ok: true, access: { server: cluster.endpoint, ca, token } };
}

function refused(reason: string, message: string): Awaited<ReturnType<FindAccess>> {
  return { ok: false, refusal: { kind: 'refused', reason, message } };
}
