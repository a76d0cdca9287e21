import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus, Match } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addTagChangeRule, imageTagChanged, type TagChangeFilter } from '../../../lib/consumers/tag-change-pattern.ts';
import { DETAIL_TYPE, EVENT_SOURCE, ImageStreams } from '../../../lib/index.ts';
import { compilePattern } from '../../../lib/local/event-pattern.ts';
import { synthesizeTemplate } from '../../../lib/app.ts';
import { consumerApp } from './consumer-app.ts';

const stack = new Stack();
/** As the rule has it: `detail-type`, and what `Match` makes. */
function rendered(filter: TagChangeFilter): unknown {
  const { detailType, ...pattern } = stack.resolve(imageTagChanged(filter)) as { detailType: unknown };
  return { ...pattern, 'detail-type': detailType };
}

const FIELDS = ['namespace', 'stream', 'tag', 'cause'] as const;
const word = fc.constantFrom('shop', 'web', 'v1', 'push');
const wanted = fc.option(fc.oneof(word, fc.uniqueArray(word, { minLength: 1 })), { nil: undefined });
const detailType = fc.constantFrom(...Object.values(DETAIL_TYPE), 'Image Trigger Changed');
const filters = fc.record({
  namespace: wanted,
  stream: wanted,
  tag: wanted,
  cause: wanted,
  detailTypes: fc.option(fc.uniqueArray(fc.constantFrom(...Object.values(DETAIL_TYPE)), { minLength: 1 }), { nil: undefined }),
});
const events = fc.record({
  source: fc.constantFrom(EVENT_SOURCE, 'aws.ecr'),
  'detail-type': detailType,
  detail: fc.record({ namespace: word, stream: word, tag: word, cause: word, image: word }),
});

describe('the pattern', () => {
  it('matches the events that are meant, and no others', () => {
    fc.assert(
      fc.property(filters, events, (filter, event) => {
        const means = (field: (typeof FIELDS)[number]) =>
          filter[field] === undefined || [filter[field]].flat().includes(event.detail[field]);
        const types: readonly string[] = filter.detailTypes ?? [DETAIL_TYPE.changed];
        const isMeant = event.source === EVENT_SOURCE && types.includes(event['detail-type']) && FIELDS.every(means);
        expect(compilePattern(rendered(filter))(event)).toBe(isMeant);
      }),
      { numRuns: 1_000 },
    );
  });

  it('takes what Match makes', () => {
    const matches = compilePattern(rendered({ tag: Match.anyOf('latest', Match.prefix('v')), namespace: Match.anythingBut('test') }));
    const event = (namespace: string, tag: string) => ({
      source: EVENT_SOURCE,
      'detail-type': DETAIL_TYPE.changed,
      detail: { namespace, tag },
    });
    expect([event('shop', 'v2'), event('shop', 'latest'), event('test', 'v2'), event('shop', 'x')].map(matches)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it.each<[string, TagChangeFilter]>([
    ['tag', { tag: [] }],
    ['detailTypes', { detailTypes: [] }],
  ])('refuses a list of nothing: %s', (name, filter) => {
    expect(() => imageTagChanged(filter)).toThrow(`${name} must name at least one`);
  });
});

describe('onTagChange', () => {
  it('makes a rule on the bus of the deployment', () => {
    const app = consumerApp();
    const images = new Stack(app, 'Images');
    const queue = new Queue(images, 'Queue');
    new ImageStreams(images, 'Streams').onTagChange('Moved', { stream: 'web', target: new SqsQueue(queue), description: 'moves' });
    const template = Template.fromStack(images);
    const [bus = ''] = Object.keys(template.findResources('AWS::Events::EventBus'));
    template.hasResourceProperties('AWS::Events::Rule', {
      Description: 'moves',
      EventBusName: { Ref: bus },
      EventPattern: { source: ['image-streams'], 'detail-type': ['Image Stream Tag Changed'], detail: { stream: ['web'] } },
    });
  });

  it('makes one on a bus that is known by its ARN, narrowed by more of the pattern', () => {
    const subscriber = new Stack(consumerApp(), 'Subscriber');
    const eventBus = EventBus.fromEventBusArn(subscriber, 'Bus', 'arn:aws:events:eu-central-1:111122223333:event-bus/shop');
    addTagChangeRule(subscriber, 'Moved', eventBus, { eventPattern: { detail: { image: Match.prefix('sha256:') } } });
    Template.fromStack(subscriber).hasResourceProperties('AWS::Events::Rule', {
      EventBusName: 'shop',
      EventPattern: { source: ['image-streams'], detail: { image: [{ prefix: 'sha256:' }] } },
    });
  });

  it('needs the bus', () => {
    const imported = ImageStreams.fromAttributes(new Stack(consumerApp()), 'Images', { apiUrl: 'https://api.example.com' });
    expect(() => imported.onTagChange('Moved')).toThrow('needs the attribute eventBusArn');
  });
});

it('the stack tells what stacks need to know of it', () => {
  const outputs = synthesizeTemplate().Outputs ?? {};
  expect(Object.keys(outputs)).toEqual(expect.arrayContaining(['ApiUrl', 'ClusterName', 'EventBusArn', 'TriggerRoleArn']));
});
