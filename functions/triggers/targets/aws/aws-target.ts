/** What acting on any target in AWS takes: a session as whoever may, a client of the service, and its errors as outcomes. */
import { type AwsSession, clientsBySession, type OpenSession } from './aws-session.ts';
import type { TargetKind } from '../../kinds/target-kind.ts';
import { outcomeOfAwsError } from './aws-outcome.ts';
import type { Delivery, DeliveryTarget, Outcome } from '../target.ts';

export interface AwsTarget<Spec extends object, Client> {
  /** With `awsResource`. */
  readonly kind: TargetKind<Spec>;
  /** Called once per session. A test's emulator has an endpoint of its own. */
  readonly createClient: (session: AwsSession) => Client;
  readonly openSession: OpenSession;
  /** In words, what could not be done when the service says no: `the queue does not take the message`. */
  readonly failed: string;
  /** Hands `delivery.signal` to every call. What the client throws becomes a refusal or a retry (aws-outcome.ts). */
  readonly act: (client: Client, delivery: Delivery<Spec>) => Promise<Outcome>;
}

export function createAwsTarget<Spec extends object, Client>(parts: AwsTarget<Spec, Client>): DeliveryTarget<Spec> {
  const { kind, createClient, openSession, failed, act } = parts;
  const clientFor = clientsBySession(createClient);
  return {
    kind: kind.name,
    async deliver(delivery) {
      const resource = kind.awsResource?.(delivery.target);
      if (resource === undefined) throw new Error(`kind ${kind.name} names no resource of AWS`);
      const opened = await openSession(delivery.trigger, resource);
      if (!opened.ok) return opened.refusal;
      try {
        return await act(clientFor(opened.session), delivery);
      } catch (error) {
        return outcomeOfAwsError(error, failed);
      }
    },
  };
}
