/** A team in an account of its own that tests each new image of the shop, and is told of imports that fail. */
import { App, Stack } from 'aws-cdk-lib';
import { BuildSpec, Project } from 'aws-cdk-lib/aws-codebuild';
import { EventBus, EventField, Match, Rule, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { CodeBuildProject, EventBus as EventBusTarget, LambdaFunction, SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { DETAIL_TYPE, imageTagChanged, ImageStreams } from 'image-streams';

const platform = { account: '111122223333', region: 'eu-central-1' };
const team = { account: '444455556666', region: 'eu-central-1' };
const busName = 'image-streams';

export const app = new App();

// The team's account: a bus that takes the platform's events, and rules on it.
const tests = new Stack(app, 'ShopTests', { env: team });
const eventBus = new EventBus(tests, 'Bus', { eventBusName: busName });
eventBus.addToResourcePolicy(
  new PolicyStatement({
    sid: 'Platform',
    principals: [new AccountPrincipal(platform.account)],
    actions: ['events:PutEvents'],
    resources: [eventBus.eventBusArn],
    conditions: { StringEquals: { 'events:source': 'image-streams' } },
  }),
);
const project = new Project(tests, 'Test', {
  buildSpec: BuildSpec.fromObject({ version: '0.2', phases: { build: { commands: ['./test.sh "$IMAGE"'] } } }),
});
const IMAGE = { name: 'IMAGE', value: EventField.fromPath('$.detail.dockerImageReference'), type: 'PLAINTEXT' };
new Rule(tests, 'Moved', {
  eventBus,
  eventPattern: imageTagChanged({ namespace: 'shop', stream: 'web', tag: Match.anyOf('latest', Match.prefix('v')) }),
  targets: [
    new CodeBuildProject(project, { event: RuleTargetInput.fromObject({ environmentVariablesOverride: [IMAGE] }) }),
    new LambdaFunction(
      new NodejsFunction(tests, 'Log', { runtime: Runtime.NODEJS_24_X, entry: `${import.meta.dirname}/on-tag-changed.ts` }),
    ),
  ],
});
new Rule(tests, 'Failed', {
  eventBus,
  eventPattern: imageTagChanged({ namespace: 'shop', detailTypes: [DETAIL_TYPE.importFailed, DETAIL_TYPE.imageMissing] }),
  targets: [new SnsTopic(new Topic(tests, 'Failures', { enforceSSL: true }))],
});

// The platform's account: all events of the namespace go there.
const forwarding = new Stack(app, 'ShopForwarding', { env: platform });
const imageStreams = ImageStreams.fromAttributes(forwarding, 'ImageStreams', {
  apiUrl: 'https://abc123.execute-api.eu-central-1.amazonaws.com',
  eventBusArn: `arn:aws:events:${platform.region}:${platform.account}:event-bus/image-streams`,
});
imageStreams.onTagChange('ToShop', {
  namespace: 'shop',
  detailTypes: Object.values(DETAIL_TYPE),
  target: new EventBusTarget(
    EventBus.fromEventBusArn(forwarding, 'Team', `arn:aws:events:${team.region}:${team.account}:event-bus/${busName}`),
  ),
});
