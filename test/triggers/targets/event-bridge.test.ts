import { readFileSync } from 'node:fs';
import * as eventbridge from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fromJSONSchema } from 'zod/v4';
import type { DeliveredImage } from '../../../functions/triggers/targets/target.ts';
import { createEventBridgeTarget } from '../../../functions/triggers/targets/event-bridge.ts';
import { type AwsEmulator, AwsError, startAwsEmulator } from '../../support/aws/emulator.ts';
import { deliveredImage, deliveryTo, recordSessions } from './aws/aws-delivery.ts';

const BUS = 'arn:aws:events:eu-central-1:444455556666:event-bus/deployments';
const text = readFileSync(new URL('../../../docs/trigger-delivery-event.schema.json', import.meta.url), 'utf8');
const schema = fromJSONSchema(JSON.parse(text) as Parameters<typeof fromJSONSchema>[0]);

let aws: AwsEmulator;
beforeAll(async () => {
  aws = await startAwsEmulator({ eventbridge });
  aws.answer('eventbridge', 'DescribeEventBus', () => ({ Name: 'deployments' }));
});
afterAll(() => aws.close());
let seen = 0;
beforeEach(() => {
  aws.clearFaults();
  aws.answer('eventbridge', 'PutEvents', () => ({ FailedEntryCount: 0, Entries: [{ EventId: 'e1' }] }));
  seen = aws.calls.length;
});

function setUp() {
  const { openSession, asked } = recordSessions();
  const create = (session: object) => new eventbridge.EventBridgeClient({ ...session, ...aws.client, maxAttempts: 1 });
  return { target: createEventBridgeTarget(openSession, create), asked };
}
const calls = () => aws.calls.slice(seen);
const put = () => (calls()[0]?.input as { Entries: Record<string, string>[] }).Entries[0] ?? {};

describe('eventBridge target', () => {
  it('puts one event of ours on the bus, which has the id of the delivery', async () => {
    const { target, asked } = setUp();
    expect(await target.deliver(deliveryTo({ eventBusArn: BUS, roleArn: 'arn:aws:iam::1:role/r' }))).toEqual({
      kind: 'delivered',
      details: { eventId: 'e1' },
    });
    expect(asked).toEqual([{ arn: BUS, field: 'eventBusArn', roleArn: 'arn:aws:iam::1:role/r' }]);
    expect(calls()).toMatchObject([{ operation: 'PutEvents', region: 'eu-central-1' }]);
    expect(put()).toEqual({
      EventBusName: BUS,
      Source: 'image-streams',
      DetailType: 'Image Trigger Delivery',
      Detail: expect.any(String),
    });
    expect(JSON.parse(put()['Detail'] ?? '')).toEqual({
      id: 'msg_1',
      time: '2026-08-01T10:00:00.250Z',
      trigger: { namespace: 'shop', name: 'deploy' },
      images: [deliveredImage()],
    });
    expect(aws.problems).toEqual([]);
  });

  it('puts the same event when it is asked twice', async () => {
    const { target } = setUp();
    await target.deliver(deliveryTo({ eventBusArn: BUS }));
    await target.deliver(deliveryTo({ eventBusArn: BUS }));
    expect(calls()[0]?.input).toEqual(calls()[1]?.input);
  });

  it.each<[string, Partial<DeliveredImage>]>([
    ['an image', {}],
    ['the first one', { previous: null }],
    ['a reference tag', { image: '', dockerImageReference: 'redis:7' }],
    ['a container', { container: 'web' }],
    ['a place in an object', { fieldPath: 'spec.containers[0].image', changed: false }],
  ])('puts what the schema promises: %s', async (_, over) => {
    await setUp().target.deliver(deliveryTo({ eventBusArn: BUS }, { images: [deliveredImage(), deliveredImage(over)] }));
    const event = { source: put()['Source'], 'detail-type': put()['DetailType'], detail: JSON.parse(put()['Detail'] ?? '') as object };
    expect(schema.safeParse(event).error?.issues ?? []).toEqual([]);
    for (const member of ['id', 'time', 'trigger', 'images'])
      expect(schema.safeParse({ ...event, detail: { ...event.detail, [member]: undefined } }).success).toBe(false);
    expect(schema.safeParse({ ...event, source: 'aws.ecr' }).success).toBe(false);
  });

  it('only looks at the bus on a dry run', async () => {
    expect(await setUp().target.deliver(deliveryTo({ eventBusArn: BUS }, { dryRun: true }))).toMatchObject({ kind: 'delivered' });
    expect(calls()).toMatchObject([{ operation: 'DescribeEventBus', input: { Name: BUS } }]);
  });

  // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
  it.each<[string, 'retry' | 'refused']>([
    ['InternalFailure', 'retry'],
    ['ThrottlingException', 'retry'],
    ['AccessDeniedException', 'refused'],
    ['InvalidArgument', 'refused'],
    ['MalformedDetail', 'refused'],
    ['NotAuthorizedForSourceException', 'refused'],
    ['NotAuthorizedForDetailTypeException', 'refused'],
  ])('takes an event that failed by %s for %s, though the call succeeded', async (ErrorCode, kind) => {
    aws.answer('eventbridge', 'PutEvents', () => ({ FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage: 'no' }] }));
    expect(await setUp().target.deliver(deliveryTo({ eventBusArn: BUS }))).toEqual({
      kind,
      reason: ErrorCode,
      message: `the bus does not take the event: ${ErrorCode}: no`,
    });
  });

  it.each<[string, number, 'retry' | 'refused']>([
    ['ResourceNotFoundException', 400, 'refused'],
    ['AccessDeniedException', 400, 'refused'],
    ['ThrottlingException', 400, 'retry'],
    ['InternalException', 500, 'retry'],
  ])('takes %s for %s', async (name, status, kind) => {
    aws.fault({ service: 'eventbridge' }, new AwsError(name, 'no', status));
    expect(await setUp().target.deliver(deliveryTo({ eventBusArn: BUS }))).toMatchObject({ kind, reason: name });
    expect(await setUp().target.deliver(deliveryTo({ eventBusArn: BUS }, { dryRun: true }))).toMatchObject({ kind, reason: name });
  });

  it('tries again when the connection drops', async () => {
    aws.fault({ operation: 'PutEvents' }, 'reset');
    expect(await setUp().target.deliver(deliveryTo({ eventBusArn: BUS }))).toMatchObject({ kind: 'retry' });
  });
});
