/** Acts on targets of kind `eventBridge`. */
import { DescribeEventBusCommand, EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { AwsSession, OpenSession } from './aws/aws-session.ts';
import { EVENT_BRIDGE_KIND } from '../kinds/event-bridge.ts';
import { DELIVERY_DETAIL_TYPE, DELIVERY_SOURCE, describeDelivery } from '../trigger-delivery-event.ts';
import type { EventBridgeTarget } from '../target-spec.ts';
import { outcomeOfAwsError } from './aws/aws-outcome.ts';
import { createAwsTarget } from './aws/aws-target.ts';
import type { Delivery, DeliveryTarget, Outcome } from './target.ts';

type Client = Pick<EventBridgeClient, 'send'>;

const FAILED = 'the bus does not take the event';

export function createEventBridgeTarget(
  openSession: OpenSession,
  createClient: (session: AwsSession) => Client = (session) => new EventBridgeClient(session),
): DeliveryTarget<EventBridgeTarget> {
  return createAwsTarget({ kind: EVENT_BRIDGE_KIND, createClient, openSession, failed: FAILED, act: putEvent });
}

async function putEvent(client: Client, delivery: Delivery<EventBridgeTarget>): Promise<Outcome> {
  const { target, dryRun, signal } = delivery;
  const { eventBusArn } = target;
  if (dryRun) {
    await client.send(new DescribeEventBusCommand({ Name: eventBusArn }), { abortSignal: signal });
    return { kind: 'delivered', message: 'the bus is there' };
  }
  const entry = {
    EventBusName: eventBusArn,
    Source: DELIVERY_SOURCE,
    DetailType: DELIVERY_DETAIL_TYPE,
    Detail: JSON.stringify(describeDelivery(delivery)),
  };
  const { FailedEntryCount = 0, Entries: [put] = [] } = await client.send(new PutEventsCommand({ Entries: [entry] }), {
    abortSignal: signal,
  });
  // The call succeeds all the same; codes are named like the errors of a client.
  if (FailedEntryCount > 0) return outcomeOfAwsError({ name: put?.ErrorCode, message: put?.ErrorMessage }, FAILED);
  return { kind: 'delivered', details: { eventId: put?.EventId ?? '' } };
}
