import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import {
  dockerImage,
  ImageStream,
  ImageStreams,
  ImageStreamsClient,
  imageStreamTag,
  type ImageStreamProps,
  ImageTrigger,
  type ImageTriggerProps,
  ImageTriggerTarget,
  TargetRole,
} from '../../../lib/index.ts';
import type { Properties } from '../template.ts';
import { consumerApp } from './consumer-app.ts';

const API = { apiUrl: 'https://api.example.com', triggerRoleArn: 'arn:aws:iam::111122223333:role/fire' };
const QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:moves';

function setUp(attributes: Partial<typeof API> = API) {
  const stack = new Stack(consumerApp(), 'Shop');
  const imageStreams = ImageStreams.fromAttributes(stack, 'Images', { apiUrl: API.apiUrl, ...attributes });
  const client = new ImageStreamsClient(stack, 'Client', { imageStreams });
  return { stack, imageStreams, client, queue: Queue.fromQueueArn(stack, 'Queue', QUEUE) };
}

function trigger(more: Partial<ImageTriggerProps> = {}) {
  const made = setUp();
  const target = ImageTriggerTarget.queue(made.queue);
  const images = [{ stream: 'web', tag: 'live' }];
  const found = new ImageTrigger(made.stack, 'Tell', { client: made.client, namespace: 'shop', name: 'tell', images, target, ...more });
  return { ...made, ...declared(made.stack, 'ImageTrigger'), trigger: found };
}

function stream(more: Partial<ImageStreamProps> = {}) {
  const made = setUp();
  const found = new ImageStream(made.stack, 'Web', { client: made.client, namespace: 'shop', name: 'web', ...more });
  return { ...declared(made.stack, 'ImageStream'), stream: found };
}

function declared(stack: Stack, kind: string) {
  const template = Template.fromStack(stack);
  const [resource] = Object.values(template.findResources(`Custom::${kind}`));
  const { Manifest: text, ServiceToken: _, ...properties } = resource?.['Properties'] as Properties;
  const parts = (text['Fn::Join']?.[1] ?? [text]) as unknown[];
  const manifest = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : '<token>')).join('')) as Properties;
  return { template, resource, manifest, properties };
}

describe('a stream', () => {
  it('says what is asked for, and nothing else', () => {
    const { manifest, properties, resource } = stream({
      labels: { team: 'a' },
      lookupPolicyLocal: true,
      tags: {
        latest: { from: dockerImage('quay.io/acme/web'), scheduled: true, insecure: true, importMode: 'PreserveOriginal' },
        other: { from: imageStreamTag('web:1', 'platform'), referencePolicy: 'Local', annotations: { a: 'b' } },
        name: { from: dockerImage('redis:7'), reference: true },
        pushed: {},
      },
    });
    expect(manifest).toEqual({
      apiVersion: 'image.openshift.io/v1',
      kind: 'ImageStream',
      metadata: { namespace: 'shop', name: 'web', labels: { team: 'a' } },
      spec: {
        lookupPolicy: { local: true },
        tags: [
          {
            name: 'latest',
            from: { kind: 'DockerImage', name: 'quay.io/acme/web' },
            importPolicy: { scheduled: true, insecure: true, importMode: 'PreserveOriginal' },
          },
          {
            name: 'other',
            from: { kind: 'ImageStreamTag', name: 'web:1', namespace: 'platform' },
            annotations: { a: 'b' },
            referencePolicy: { type: 'Local' },
          },
          { name: 'name', from: { kind: 'DockerImage', name: 'redis:7' }, reference: true },
          { name: 'pushed' },
        ],
      },
    });
    expect(properties).toEqual({ ServiceTimeout: '720' });
    expect([resource?.['DeletionPolicy'], resource?.['UpdateReplacePolicy']]).toEqual(['RetainExceptOnCreate', 'Retain']);
  });

  it('may go with the stack, be waited for, and be taken over', () => {
    const { properties, resource } = stream({ removalPolicy: RemovalPolicy.DESTROY, waitForImport: Duration.minutes(1), adopt: true });
    expect(resource?.['DeletionPolicy']).toBe('Delete');
    expect(properties).toEqual({ ServiceTimeout: '720', WaitSeconds: '60', Adopt: 'true' });
  });
});

describe('a trigger', () => {
  it('acts as a role of its own, which trusts the deployment for this namespace only', () => {
    const { template, manifest, properties, resource } = trigger({ paused: true, policy: { minInterval: '10m' } });
    expect(manifest['spec']).toEqual({
      images: [{ from: { kind: 'ImageStreamTag', name: 'web:live' } }],
      target: { sqs: { queueArn: QUEUE, roleArn: '<token>' } },
      paused: true,
      policy: { minInterval: '10m' },
    });
    expect(resource?.['DeletionPolicy']).toBe('Delete');
    expect(properties).toEqual({ ServiceTimeout: '720', SettleSeconds: '15' });
    template.hasResourceProperties('AWS::IAM::Role', {
      Path: '/image-streams/shop/',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRole',
            Principal: { AWS: API.triggerRoleArn },
            Condition: { StringEquals: { 'sts:ExternalId': 'image-streams/shop' } },
          },
        ],
      },
      Policies: [
        {
          PolicyDocument: {
            Statement: [{ Effect: 'Allow', Action: ['sqs:GetQueueUrl', 'sqs:SendMessage'], Resource: QUEUE }],
          },
        },
      ],
    });
  });

  it('may share a role with others', () => {
    const { stack, imageStreams, client, queue } = setUp();
    const target = ImageTriggerTarget.queue(queue);
    const role = new TargetRole(stack, 'Role', { imageStreams, namespace: 'shop', targets: [target] });
    const images = [{ stream: 'web', tag: 'live' }];
    for (const name of ['a', 'b'])
      expect(new ImageTrigger(stack, name, { client, namespace: 'shop', name, images, target, role }).role).toBe(role);
    Template.fromStack(stack).resourcePropertiesCountIs('AWS::IAM::Role', { Path: '/image-streams/shop/' }, 1);
  });

  it('may have a role of another account', () => {
    const { stack } = setUp();
    const role = Role.fromRoleArn(stack, 'Role', 'arn:aws:iam::444455556666:role/image-streams/shop/team');
    expect(trigger({ role }).manifest['spec'].target).toEqual({ sqs: { queueArn: QUEUE, roleArn: role.roleArn } });
  });

  it('may act as the deployment', () => {
    const { template, manifest, properties } = trigger({ role: 'deployment' });
    expect(manifest['spec'].target).toEqual({ sqs: { queueArn: QUEUE } });
    expect(properties).not.toHaveProperty('SettleSeconds');
    template.resourcePropertiesCountIs('AWS::IAM::Role', { Path: Match.anyValue() }, 0);
  });

  it('of a webhook needs no role', () => {
    const target = ImageTriggerTarget.webhook('https://hooks.example.com/x', { signingSecretRef: { name: 'hook', key: 'secret' } });
    const { manifest, trigger: made } = trigger({ target });
    expect(manifest['spec'].target).toEqual({
      webhook: { url: 'https://hooks.example.com/x', signingSecretRef: { name: 'hook', key: 'secret' } },
    });
    expect(made.role).toBeUndefined();
  });

  it('follows tags of other namespaces, for containers and fields', () => {
    const images = [
      { stream: 'web', tag: 'live', namespace: 'shop', container: 'web' },
      { stream: 'proxy', tag: '1', namespace: 'platform', fieldPath: 'spec.x' },
    ];
    expect(trigger({ images }).manifest['spec'].images).toEqual([
      { from: { kind: 'ImageStreamTag', name: 'web:live' }, container: 'web' },
      { from: { kind: 'ImageStreamTag', name: 'proxy:1', namespace: 'platform' }, fieldPath: 'spec.x' },
    ]);
  });
});

describe('what a deployment that is imported has to say', () => {
  it('is the role that fires triggers, where a role has to trust it', () => {
    const { stack, imageStreams } = setUp({ triggerRoleArn: undefined });
    expect(() => new TargetRole(stack, 'Role', { imageStreams, namespace: 'shop', targets: [] })).toThrow('triggerRoleArn');
  });

  it.each(['http://api.example.com', 'https://api.example.com/', 'https://me@api.example.com', 'api'])(
    'is no such address: %s',
    (apiUrl) => {
      expect(() => setUp({ apiUrl })).toThrow('apiUrl must be like');
    },
  );
});

it('objects of a deployment of the same app are declared once its API is there', () => {
  const stack = new Stack(consumerApp(), 'Shop');
  const imageStreams = new ImageStreams(stack, 'Images');
  const client = new ImageStreamsClient(stack, 'Client', { imageStreams });
  new ImageStream(stack, 'Web', { client, namespace: 'shop', name: 'web' });
  const [api = ''] = Object.keys(Template.fromStack(stack).findResources('AWS::ApiGatewayV2::Api'));
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
    Environment: { Variables: Match.objectLike({ API_URL: { 'Fn::GetAtt': [api, 'ApiEndpoint'] }, CLUSTER_NAME: 'image-streams' }) },
  });
});
