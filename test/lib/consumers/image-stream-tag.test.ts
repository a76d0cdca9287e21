import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import { DockerImageFunction } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, it } from 'vitest';
import { ImageStreamTag, tagParameterName } from '../../../lib/index.ts';
import { consumerApp } from './consumer-app.ts';

const NAME = { namespace: 'shop', stream: 'web', tag: 'live' };
const PARAMETER = '/image-streams/shop/web/live';

function setUp(more: { parameterName?: string } = {}) {
  const stack = new Stack(consumerApp(), 'Shop');
  return { stack, tag: ImageStreamTag.fromName(stack, 'Tag', { ...NAME, ...more }) };
}

function parametersOf(stack: Stack): unknown[] {
  const { Parameters: parameters = {} } = Template.fromStack(stack).toJSON() as {
    Parameters?: Record<string, { Type: string; Default: string }>;
  };
  return Object.values(parameters).flatMap(({ Type, Default }) =>
    Type.startsWith('AWS::SSM') && !Default.startsWith('/cdk-bootstrap/') ? [[Type, Default]] : [],
  );
}

describe('a tag', () => {
  it('that is only named asks for no parameter, which might not be there yet', () => {
    const { stack, tag } = setUp();
    expect(tag.parameterName).toBe(PARAMETER);
    expect(stack.resolve(tag.parameterArn)).toEqual({ 'Fn::Join': ['', expect.arrayContaining([`:parameter${PARAMETER}`])] });
    expect(parametersOf(stack)).toEqual([]);
  });

  it('is read from one parameter, however often', () => {
    const { stack, tag } = setUp();
    expect(stack.resolve(tag.reference)).toEqual(stack.resolve(tag.reference));
    expect(tag.digest).toMatch(/^sha256:/);
    expect(parametersOf(stack)).toEqual([['AWS::SSM::Parameter::Value<String>', PARAMETER]]);
  });

  it('may have a parameter of another name', () => {
    const { stack, tag } = setUp({ parameterName: '/images/web' });
    expect(tag.reference).toBeTruthy();
    expect(parametersOf(stack)).toEqual([['AWS::SSM::Parameter::Value<String>', '/images/web']]);
  });

  it.each(['a/b', 'a b', '', 'ü'])('whose name no parameter can have is refused: %j', (tag) => {
    expect(() => tagParameterName({ ...NAME, tag })).toThrow('give parameterName');
    expect(() => ImageStreamTag.fromName(new Stack(consumerApp()), 'Tag', { ...NAME, tag, parameterName: '/images/x' })).not.toThrow();
  });
});

describe('as the image of a container', () => {
  it('is the pull spec of the tag, pulled with the credentials given', () => {
    const { stack, tag } = setUp();
    const credentials = new Secret(stack, 'Pull');
    new FargateTaskDefinition(stack, 'Task').addContainer('web', { image: tag.containerImage({ credentials }) });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::ECS::TaskDefinition', {
      ContainerDefinitions: [{ Image: stack.resolve(tag.reference), RepositoryCredentials: { CredentialsParameter: Match.anyValue() } }],
    });
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [Match.objectLike({ Action: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'] })] },
    });
    expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
  });

  it('of ECR is the digest in the repository given, which the execution role may pull from', () => {
    const { stack, tag } = setUp();
    const repository = Repository.fromRepositoryName(stack, 'Repository', 'shop/web');
    new FargateTaskDefinition(stack, 'Task').addContainer('web', { image: tag.containerImage({ repository }) });
    const template = Template.fromStack(stack);
    const [task] = Object.values(template.findResources('AWS::ECS::TaskDefinition'));
    expect(JSON.stringify(task?.['Properties'].ContainerDefinitions[0].Image)).toMatch(/\/shop\/web@sha256:.*"Fn::Split":\["@sha256:",/);
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Action: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
            Resource: { 'Fn::Join': ['', Match.arrayWith([':repository/shop/web'])] },
          },
          { Action: 'ecr:GetAuthorizationToken', Resource: '*' },
        ],
      },
    });
    const credentials = new Secret(stack, 'Pull');
    expect(() => tag.containerImage({ repository, credentials })).toThrow('takes no credentials');
  });
});

it('as code of a function is the digest in the repository, which Lambda may pull from', () => {
  const { stack, tag } = setUp();
  const repository = new Repository(stack, 'Repository');
  new DockerImageFunction(stack, 'Resize', { code: tag.lambdaCode(repository, { cmd: ['app.handler'] }) });
  const template = Template.fromStack(stack);
  template.hasResourceProperties('AWS::Lambda::Function', { PackageType: 'Image', ImageConfig: { Command: ['app.handler'] } });
  const [resize] = Object.values(template.findResources('AWS::Lambda::Function'));
  expect(JSON.stringify(resize?.['Properties'].Code.ImageUri)).toContain('@sha256:');
  template.hasResourceProperties('AWS::ECR::Repository', {
    RepositoryPolicyText: { Statement: [Match.objectLike({ Principal: { Service: 'lambda.amazonaws.com' } })] },
  });
});
