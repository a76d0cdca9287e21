import * as eks from '@aws-sdk/client-eks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stsHosts } from '../../../../functions/identity/sts-hosts.ts';
import { readStsRequest } from '../../../../functions/identity/sts-request.ts';
import { createEksToken } from '../../../../functions/runtime/eks-token.ts';
import type { KubernetesTarget } from '../../../../functions/triggers/kubernetes/target-spec.ts';
import { type AwsEmulator, AwsError, startAwsEmulator } from '../../../support/aws/emulator.ts';
import { type KubernetesApi, startKubernetesApi } from '../../../support/kubernetes-api/server.ts';
import { createFakeSts } from '../../../support/sts.ts';
import { deliveredImage, deliveryTo } from '../aws/aws-delivery.ts';
import { imagesOf, NEW, OLD, oldWorkload, setUp } from './kubernetes-target.ts';

const NOW = Date.parse('2026-08-01T10:00:00Z');
const REGION = 'eu-central-1';
const ARN = `arn:aws:eks:${REGION}:111122223333:cluster/prod`;
const OBJECT = { object: { kind: 'Deployment', namespace: 'shop', name: 'web' } };

let aws: AwsEmulator;
let cluster: KubernetesApi;
let described: object;
let seen = 0;
beforeAll(async () => {
  [aws, cluster] = await Promise.all([startAwsEmulator({ eks }), startKubernetesApi()]);
  aws.answer('eks', 'DescribeCluster', () => ({ cluster: described }));
});
afterAll(() => Promise.all([aws.close(), cluster.close()]));
beforeEach(() => {
  aws.clearFaults();
  cluster.reset();
  cluster.put(oldWorkload('Deployment'));
  seen = aws.calls.length;
  described = {
    arn: ARN,
    status: 'ACTIVE',
    endpoint: cluster.url,
    certificateAuthority: { data: Buffer.from(cluster.ca).toString('base64') },
  };
});

function deliver(target: Partial<KubernetesTarget> = {}) {
  const createEksClient = ({ region }: { region: string }) => new eks.EKSClient({ ...aws.client, region, maxAttempts: 1 });
  const made = setUp(cluster, { createEksClient });
  const spec = { eksClusterArn: ARN, ...OBJECT, ...target };
  const images = [deliveredImage({ container: 'web' })];
  return { asked: made.asked, outcome: made.target.deliver(deliveryTo<KubernetesTarget>(spec, { images })) };
}

/** STS, who knows the credentials of the emulator's clients: the ARN of whoever signed the token, as a cluster named `name` would ask. */
async function callerOf(token: string, name: string): Promise<string> {
  const request = readStsRequest(token, { hosts: stsHosts(REGION), now: NOW });
  if (!('host' in request)) throw new Error(JSON.stringify(request));
  const sts = createFakeSts({ AKIATEST: { secretAccessKey: 'secret', arn: 'arn:aws:iam::1:role/fire', userId: 'A' } });
  const url = new URL(`https://${request.host}/?${request.query}`);
  const { status, body } = await sts.get({ url, headers: { 'x-k8s-aws-id': name }, timeout: 1, maxBytes: 1 });
  return `${status} ${body.toString()}`;
}

describe('a cluster of EKS', () => {
  it('is called where EKS says, with a token that is good for this cluster', async () => {
    let token = '';
    cluster.accepts = (given) => (token = given) !== '';
    const roleArn = 'arn:aws:iam::444455556666:role/deploy';
    const { asked, outcome } = deliver({ roleArn });
    expect(await outcome).toMatchObject({ kind: 'delivered' });
    expect(imagesOf(cluster.read('Deployment', 'web'))['web']).toBe(NEW);
    expect(asked).toEqual([{ arn: ARN, field: 'eksClusterArn', roleArn }]);
    expect(aws.calls.slice(seen)).toMatchObject([{ operation: 'DescribeCluster', region: REGION, input: { name: 'prod' } }]);
    expect(await callerOf(token, 'prod')).toContain('200 ');
    expect(await callerOf(token, 'prod')).toContain('role/fire');
    expect(await callerOf(token, 'other')).toContain('SignatureDoesNotMatch');
    expect(aws.problems).toEqual([]);
  });

  it('that does not know the role is tried again', async () => {
    expect(await deliver().outcome).toMatchObject({ kind: 'retry', reason: 'Unauthorized' });
    expect(imagesOf(cluster.read('Deployment', 'web'))['web']).toBe(OLD);
  });

  it.each<[string, number, 'retry' | 'refused']>([
    ['ResourceNotFoundException', 404, 'refused'],
    ['AccessDeniedException', 403, 'refused'],
    ['ServerException', 500, 'retry'],
    ['ThrottlingException', 429, 'retry'],
  ])('of which EKS says %s is %s', async (name, status, kind) => {
    aws.fault({ operation: 'DescribeCluster' }, new AwsError(name, 'no', status));
    expect(await deliver().outcome).toMatchObject({ kind, message: expect.stringContaining('EKS does not tell where the cluster is') });
    expect(cluster.requests).toEqual([]);
  });

  it('is not mistaken for the one of the same name in the account of the role', async () => {
    described = { ...described, arn: ARN.replace('111122223333', '444455556666') };
    expect(await deliver().outcome).toMatchObject({ kind: 'refused', reason: 'AnotherCluster' });
    expect(cluster.requests).toEqual([]);
  });

  it('that is being made is waited for', async () => {
    described = { status: 'CREATING' };
    expect(await deliver().outcome).toMatchObject({
      kind: 'retry',
      reason: 'ClusterNotReady',
      message: expect.stringContaining('CREATING'),
    });
  });

  it('is not called as somebody whom nobody allowed', async () => {
    const refusal = { kind: 'refused', reason: 'TargetNotAllowed', message: 'm' } as const;
    const { target } = setUp(cluster, { openSession: async () => ({ ok: false, refusal }) });
    expect(await target.deliver(deliveryTo<KubernetesTarget>({ eksClusterArn: ARN, ...OBJECT }))).toEqual(refusal);
  });
});

describe('tokens of EKS', () => {
  const credentials = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret', sessionToken: 'a/b+c==' };

  it('carry the session of temporary credentials, for a minute', async () => {
    const token = await createEksToken({ cluster: 'prod', region: REGION, credentials, now: NOW });
    const url = new URL(Buffer.from(token?.slice('k8s-aws-v1.'.length) ?? '', 'base64url').toString());
    expect(url.host).toBe('sts.eu-central-1.amazonaws.com');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      'X-Amz-Expires': '60',
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
      'X-Amz-Security-Token': 'a/b+c==',
      'X-Amz-Date': '20260801T100000Z',
    });
    expect(await callerOf(token ?? '', 'prod')).toContain('200 ');
    expect(token).not.toContain('=');
  });

  it.each([
    ['cn-north-1', 'sts.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'sts.us-gov-west-1.amazonaws.com'],
  ])('of %s are for %s', async (region, host) => {
    const token = await createEksToken({ cluster: 'prod', region, credentials, now: NOW });
    expect(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()).toContain(`https://${host}/?`);
  });

  it('are none in a Region that nobody knows', async () => {
    expect(await createEksToken({ cluster: 'prod', region: 'not-a-region', credentials, now: NOW })).toBeNull();
  });
});
