/** What the specs of targets must be like, by kind. */
import { describe, expect, it } from 'vitest';
import { decodeTrigger } from '../../../functions/resources/imagetriggers/decode-trigger.ts';
import { validateTrigger } from '../../../functions/resources/imagetriggers/validate-trigger.ts';
import { ApiError } from '../../../functions/kubernetes/api-error.ts';
import { wireTrigger } from './fixtures.ts';

const ARN = (service: string, rest: string) => `arn:aws:${service}:eu-central-1:111122223333:${rest}`;
const roleArn = 'arn:aws:iam::444455556666:role/ci/deploy';
const TOPIC = ARN('sns', 'news');
const BUS = ARN('events', 'event-bus/deployments');
const PIPELINE = ARN('codepipeline', 'release');
const STATE_MACHINE = ARN('states', 'stateMachine:deploy');
const GITHUB = { owner: 'shop', repository: 'web.site', tokenSecretRef: { name: 'bot', key: 'token' } };

/** Of `images` there is one without a container, and one for container `web`. */
function errorsOf(target: object, allowPrivateAddresses = false): string[] {
  const images = [{ from: { name: 'web:latest' } }, { from: { name: 'web:latest' }, container: 'web' }];
  const wanted = decodeTrigger(wireTrigger({ spec: { images, target } }));
  const allowed = { shop: [TOPIC, BUS, PIPELINE, STATE_MACHINE] };
  return validateTrigger(wanted, { namespace: 'shop', allowPrivateAddresses, allowed }).map(({ type, field }) => `${type} ${field}`);
}

const codepipeline = (over: object) => ({ codepipeline: { pipelineArn: PIPELINE, ...over } });
const github = (over: object) => ({ github: { ...GITHUB, ...over } });

describe('a target', () => {
  it.each<[object]>([
    [{ sns: { topicArn: TOPIC } }],
    [{ sns: { topicArn: `${TOPIC}-other.fifo`, roleArn } }],
    [{ eventBridge: { eventBusArn: BUS } }],
    [{ eventBridge: { eventBusArn: BUS.replace('111122223333', '444455556666'), roleArn } }],
    [{ stepFunctions: { stateMachineArn: STATE_MACHINE } }],
    [{ stepFunctions: { stateMachineArn: `${STATE_MACHINE}:live`, roleArn } }],
    [codepipeline({})],
    [
      codepipeline({
        variables: [
          { name: 'WEB-image_1@', container: 'web', value: 'Digest' },
          { name: 'B', value: 'Reference' },
        ],
      }),
    ],
    [codepipeline({ sourceActions: [{ name: 'Web.Source' }, { name: 'Other', container: 'web' }] })],
    [codepipeline({ variables: null, sourceActions: [] })],
    [github({})],
    [github({ owner: 'someone_corp', eventType: 'x'.repeat(100), apiUrl: 'https://github.example/api/v3/' })],
  ])('may be %j', (target) => {
    expect(errorsOf(target)).toEqual([]);
  });

  it.each<[object, string[]]>([
    [{ sns: {} }, ['Required spec.target.sns.topicArn']],
    [{ sns: { topicArn: ARN('sns', 'news:0f1e2d'), roleArn } }, ['Invalid spec.target.sns.topicArn']],
    [{ sns: { topicArn: ARN('sqs', 'news'), roleArn } }, ['Invalid spec.target.sns.topicArn']],
    [{ sns: { topicArn: `${TOPIC}-other` } }, ['Forbidden spec.target.sns.topicArn']],
    [{ eventBridge: { eventBusArn: ARN('events', 'rule/a'), roleArn } }, ['Invalid spec.target.eventBridge.eventBusArn']],
    [{ eventBridge: { eventBusArn: 'default' } }, ['Invalid spec.target.eventBridge.eventBusArn']],
    [
      { stepFunctions: { stateMachineArn: ARN('states', 'execution:a:b'), roleArn } },
      ['Invalid spec.target.stepFunctions.stateMachineArn'],
    ],
    // A map of a state machine cannot be started.
    [{ stepFunctions: { stateMachineArn: `${STATE_MACHINE}/map`, roleArn } }, ['Invalid spec.target.stepFunctions.stateMachineArn']],
    [
      codepipeline({ pipelineArn: `${PIPELINE}/Source`, roleArn: roleArn.replace('444455556666', '111122223333') }),
      ['Invalid spec.target.codepipeline.pipelineArn'],
    ],
    [codepipeline({ roleArn }), ['Invalid spec.target.codepipeline.roleArn']],
    [codepipeline({ variables: [{}] }), ['Invalid spec.target.codepipeline.variables[0].name']],
    [codepipeline({ variables: [{ name: 'a b' }] }), ['Invalid spec.target.codepipeline.variables[0].name']],
    [codepipeline({ variables: [{ name: 'A' }, { name: 'A' }] }), ['Duplicate spec.target.codepipeline.variables[1].name']],
    [codepipeline({ variables: [{ name: 'A', value: 'Tag' }] }), ['NotSupported spec.target.codepipeline.variables[0].value']],
    [codepipeline({ variables: [{ name: 'A', container: 'x' }] }), ['Invalid spec.target.codepipeline.variables[0].container']],
    [
      codepipeline({ variables: Array.from({ length: 51 }, (_, index) => ({ name: `V${index}` })) }),
      ['Invalid spec.target.codepipeline.variables'],
    ],
    [codepipeline({ sourceActions: [{ name: 'A', container: 'x' }] }), ['Invalid spec.target.codepipeline.sourceActions[0].container']],
    [github({ owner: '' }), ['Required spec.target.github.owner']],
    [github({ owner: 'a/b' }), ['Invalid spec.target.github.owner']],
    [github({ repository: undefined }), ['Required spec.target.github.repository']],
    [github({ repository: '..' }), ['Invalid spec.target.github.repository']],
    [github({ repository: 'web/../../user' }), ['Invalid spec.target.github.repository']],
    [github({ eventType: 'x'.repeat(101) }), ['TooLong spec.target.github.eventType']],
    [
      github({ tokenSecretRef: undefined }),
      ['Required spec.target.github.tokenSecretRef.name', 'Invalid spec.target.github.tokenSecretRef.key'],
    ],
    [github({ apiUrl: 'http://github.example' }), ['Invalid spec.target.github.apiUrl']],
    [github({ apiUrl: 'https://bot:pass@github.example' }), ['Forbidden spec.target.github.apiUrl']],
    [github({ apiUrl: 'https://github.example?a=b' }), ['Forbidden spec.target.github.apiUrl']],
    [github({ apiUrl: 'https://10.0.0.1/api/v3' }), ['Forbidden spec.target.github.apiUrl']],
  ])('may not be %j', (target, errors) => {
    expect(errorsOf(target)).toEqual(errors);
  });

  it('may be a GitHub of one machine where the deployment calls those', () => {
    expect(errorsOf(github({ apiUrl: 'http://127.0.0.1:8080/api/v3' }), true)).toEqual([]);
  });

  it.each<[object, string]>([
    [{ sns: { topicArn: 1 } }, 'spec.target.sns.topicArn'],
    [{ codepipeline: { variables: 'a' } }, 'spec.target.codepipeline.variables'],
    [{ codepipeline: { variables: [{ value: 1 }] } }, 'spec.target.codepipeline.variables[0].value'],
    [{ github: { tokenSecretRef: 'secret' } }, 'spec.target.github.tokenSecretRef'],
  ])('has members of the right types, unlike %j', (target, field) => {
    try {
      errorsOf(target);
      expect.unreachable();
    } catch (error) {
      const causes = error instanceof ApiError ? error.status.details?.causes : undefined;
      expect(causes?.map((cause) => cause.field)).toEqual([field]);
    }
  });
});
