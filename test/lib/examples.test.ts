/** The apps of docs/examples: each synthesizes, and is what its first line says. */
import { rmSync } from 'node:fs';
import type { App, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { compilePattern } from '../../lib/local/event-pattern.ts';
import { EXAMPLE_APPS } from './example-apps.ts';
import type { Properties } from './template.ts';

const FIRE_TRIGGERS = 'arn:aws:iam::111122223333:role/ImageStreams-FireTriggers';
const ARN = (service: string) => `arn:<AWS::Partition>:${service}:<AWS::Region>:<AWS::AccountId>`;
const apps = new Map<string, App>();

beforeAll(async () => {
  // As the CLI hands it over. Functions are not bundled, and what CloudFormation would not like is an error.
  const context = { 'aws:cdk:bundling-stacks': [], '@aws-cdk/core:validateAgainstDefaultRules': true };
  vi.stubEnv('CDK_CONTEXT_JSON', JSON.stringify(context));
  for (const [name, load] of Object.entries(EXAMPLE_APPS)) apps.set(name, (await load()).app);
  vi.unstubAllEnvs();
});

afterAll(() => {
  for (const { outdir } of apps.values()) rmSync(outdir, { recursive: true, force: true });
});

function stackOf(app: string, name: string): { readonly stack: Stack; readonly template: Template } {
  const stack = apps.get(app)?.node.findChild(name) as Stack;
  return { stack, template: Template.fromStack(stack) };
}

/** What the declared objects are, by name. */
function declaredIn(template: Template, kind: string): Map<string, { readonly manifest: string; readonly properties: object }> {
  const found = Object.values(template.findResources(`Custom::${kind}`)) as { Properties: { Manifest: unknown } }[];
  return new Map(
    found.map(({ Properties }) => {
      const manifest = textOf(Properties.Manifest);
      const { metadata } = JSON.parse(manifest) as { metadata: { name: string } };
      return [metadata.name, { manifest, properties: Properties }];
    }),
  );
}

/** With `<LogicalId…>` for what CloudFormation fills in. */
function textOf(value: unknown): string {
  const { 'Fn::Join': join } = value as { 'Fn::Join'?: [string, unknown[]] };
  if (typeof value === 'string') return value;
  if (join === undefined)
    return `<${Object.values(value as object)
      .flat()
      .map(partOf)
      .join('.')}>`;
  return join[1].map(textOf).join(join[0]);
}

function partOf(part: unknown): string {
  return typeof part === 'object' ? textOf(part) : `${part as string | number}`;
}

function specOf(template: Template, kind: string, name: string): unknown {
  return (JSON.parse(declaredIn(template, kind).get(name)?.manifest ?? '') as { spec: unknown }).spec;
}

/** Statements of the roles that triggers act as, resources as text. */
function targetStatements(template: Template): unknown[] {
  const roles = template.findResources('AWS::IAM::Role', { Properties: { Path: '/image-streams/shop/' } });
  return Object.values(roles).flatMap(({ Properties }) => {
    expect(Properties.AssumeRolePolicyDocument.Statement).toEqual([
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { AWS: FIRE_TRIGGERS },
        Condition: { StringEquals: { 'sts:ExternalId': 'image-streams/shop' } },
      },
    ]);
    const [{ PolicyDocument: document }] = Properties.Policies as [Properties];
    return (document.Statement as Properties[]).map(({ Action, Resource, Condition }): unknown[] => [
      [Action].flat(),
      [Resource].flat().map(textOf),
      ...(Condition === undefined ? [] : [Condition]),
    ]);
  });
}

describe.each(Object.keys(EXAMPLE_APPS))('%s', (name) => {
  it('synthesizes without errors and warnings', () => {
    const stacks = apps.get(name)?.node.children as Stack[];
    expect(stacks.length).toBeGreaterThan(0);
    for (const stack of stacks) {
      Template.fromStack(stack);
      expect(Annotations.fromStack(stack).findError('*', Match.anyValue())).toEqual([]);
      expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
    }
  });
});

describe('cdk-declare-streams', () => {
  it('declares the stream, which stays when the stack goes', () => {
    const { template } = stackOf('cdk-declare-streams', 'ShopImages');
    expect(specOf(template, 'ImageStream', 'web')).toEqual({
      tags: [
        { name: 'latest', from: { kind: 'DockerImage', name: 'quay.io/acme/web:latest' }, importPolicy: { scheduled: true } },
        { name: 'live', from: { kind: 'ImageStreamTag', name: 'web:latest' } },
      ],
    });
    template.hasResource('Custom::ImageStream', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: { WaitSeconds: '120', ServiceTimeout: '720' },
    });
  });

  it('declares triggers that act as roles which may do just that', () => {
    const { template } = stackOf('cdk-declare-streams', 'ShopImages');
    expect(specOf(template, 'ImageTrigger', 'tell-queue')).toMatchObject({
      images: [{ from: { kind: 'ImageStreamTag', name: 'web:latest' } }],
      target: {
        sqs: { queueArn: expect.stringMatching(/^<Moves\w+\.Arn>$/), roleArn: expect.stringMatching(/^<TellQueueRole\w+\.Arn>$/) },
      },
      policy: { batch: '30s' },
    });
    expect(specOf(template, 'ImageTrigger', 'parameter-live')).toMatchObject({
      target: { ssm: { parameterArn: 'arn:<AWS::Partition>:ssm:<AWS::Region>:<AWS::AccountId>:parameter/image-streams/shop/web/live' } },
    });
    expect(targetStatements(template)).toEqual([
      [['ssm:GetParameters', 'ssm:PutParameter'], [`${ARN('ssm')}:parameter/image-streams/shop/web/live`]],
      [['sqs:GetQueueUrl', 'sqs:SendMessage'], [expect.stringMatching(/^<Moves\w+\.Arn>$/)]],
    ]);
  });

  it('logs in as a role that may do nothing but that', () => {
    const { template } = stackOf('cdk-declare-streams', 'ShopImages');
    const [role] = Object.values(template.findResources('AWS::IAM::Role', { Properties: { RoleName: 'shop-images' } }));
    const [{ PolicyDocument: document }] = (role as Properties)['Properties'].Policies as [Properties];
    expect((document.Statement as Properties[]).map(({ Action }): unknown => Action)).toEqual([
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
    ]);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          API_URL: 'https://abc123.execute-api.eu-central-1.amazonaws.com',
          CLUSTER_NAME: 'shop',
        },
      },
    });
  });
});

describe('cdk-ecs-service', () => {
  it('lets its role update the service and pass the roles of its tasks, and nothing else', () => {
    const { template } = stackOf('cdk-ecs-service', 'ShopWeb');
    const service = expect.stringMatching(/:service\/<Cluster\w+>\/<Service\w+\.Name>$/);
    const definitions = [`${ARN('ecs')}:task-definition/*`];
    expect(targetStatements(template)).toEqual([
      [['ecs:DescribeServices', 'ecs:UpdateService'], [service]],
      [['ecs:DescribeTaskDefinition'], ['*']],
      [['ecs:RegisterTaskDefinition'], definitions],
      [['ecs:TagResource'], definitions, { StringEquals: { 'ecs:CreateAction': 'RegisterTaskDefinition' } }],
      [
        ['iam:PassRole'],
        [expect.stringMatching(/^<TaskTaskRole\w+\.Arn>$/), expect.stringMatching(/^<TaskExecutionRole\w+\.Arn>$/)],
        { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
      ],
    ]);
  });

  it('runs what the parameter holds when it is deployed', () => {
    const { template } = stackOf('cdk-ecs-service', 'ShopWeb');
    const [[parameter]] = Object.entries(template.findParameters('*', { Default: '/image-streams/shop/web/live' })) as [[string, object]];
    template.hasParameter(parameter, { Type: 'AWS::SSM::Parameter::Value<String>' });
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [Match.objectLike({ Name: 'web', Image: { Ref: parameter } })],
    });
  });

  it('is rolled when the tag moves', () => {
    const { template } = stackOf('cdk-ecs-service', 'ShopWeb');
    expect(specOf(template, 'ImageTrigger', 'deploy-web')).toMatchObject({
      images: [{ from: { name: 'web:live' }, container: 'web' }],
      target: {
        ecs: {
          serviceArn: expect.stringMatching(
            /^arn:<AWS::Partition>:ecs:<AWS::Region>:<AWS::AccountId>:service\/<Cluster\w+>\/<Service\w+\.Name>$/,
          ),
        },
      },
    });
  });
});

describe('cdk-lambda-function', () => {
  it('lets its role update the function, and nothing else', () => {
    const { template } = stackOf('cdk-lambda-function', 'ShopResize');
    const resize = expect.stringMatching(/^<Resize\w+\.Arn>$/);
    expect(targetStatements(template)).toEqual([
      [['lambda:GetFunction'], [resize, expect.stringMatching(/^<Resize\w+\.Arn>:\*$/)]],
      [['lambda:GetAlias', 'lambda:PublishVersion', 'lambda:UpdateAlias', 'lambda:UpdateFunctionCode'], [resize]],
    ]);
  });

  it('has the digest of the parameter in the repository named', () => {
    const { template } = stackOf('cdk-lambda-function', 'ShopResize');
    template.hasResourceProperties('AWS::Lambda::Function', {
      PackageType: 'Image',
      Code: { ImageUri: Match.anyValue() },
    });
    const [resize] = Object.values(template.findResources('AWS::Lambda::Function', { Properties: { PackageType: 'Image' } }));
    expect(textOf(resize?.['Properties'].Code.ImageUri)).toMatch(/\.dkr\.ecr\..*\/shop\/resize@sha256:<1.*>$/);
  });

  it('gets each new image by its alias', () => {
    const { template } = stackOf('cdk-lambda-function', 'ShopResize');
    expect(specOf(template, 'ImageTrigger', 'deploy-resize')).toMatchObject({
      target: { lambda: { functionArn: expect.stringMatching(/^<Resize\w+\.Arn>$/), alias: 'live' } },
    });
  });
});

describe('cdk-subscriber', () => {
  const event = {
    source: 'image-streams',
    'detail-type': 'Image Stream Tag Changed',
    detail: { namespace: 'shop', stream: 'web', tag: 'v2' },
  };
  const rulesOf = (name: string): { EventPattern: unknown; EventBusName: unknown; Targets: unknown[] }[] =>
    Object.values(stackOf('cdk-subscriber', name).template.findResources('AWS::Events::Rule')).map(({ Properties }) => Properties as never);

  it('sends what happens in the namespace to the bus of the team', () => {
    const [forwarding] = rulesOf('ShopForwarding');
    expect(forwarding?.EventBusName).toBe('image-streams');
    expect(forwarding?.Targets).toMatchObject([{ Arn: 'arn:aws:events:eu-central-1:444455556666:event-bus/image-streams' }]);
    const matches = compilePattern(forwarding?.EventPattern);
    expect([matches(event), matches({ ...event, 'detail-type': 'Image Stream Tag Deleted' })]).toEqual([true, true]);
    expect(matches({ ...event, detail: { ...event.detail, namespace: 'other' } })).toBe(false);
    stackOf('cdk-subscriber', 'ShopForwarding').template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{ Action: 'events:PutEvents', Resource: 'arn:aws:events:eu-central-1:444455556666:event-bus/image-streams' }],
      },
    });
  });

  it('lets the platform put these events there, and acts on those of the tags it means', () => {
    const { template } = stackOf('cdk-subscriber', 'ShopTests');
    template.hasResourceProperties('AWS::Events::EventBusPolicy', {
      Statement: Match.objectLike({ Action: 'events:PutEvents', Condition: { StringEquals: { 'events:source': 'image-streams' } } }),
    });
    const moved = compilePattern(rulesOf('ShopTests').find(({ Targets }) => Targets.length === 2)?.EventPattern);
    const tagged = (tag: string) => ({ ...event, detail: { ...event.detail, tag } });
    expect(['latest', 'v2', 'next'].map((tag) => moved(tagged(tag)))).toEqual([true, true, false]);
  });
});
