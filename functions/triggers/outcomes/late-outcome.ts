/**
 * What services tell of a deployment after the call that began it: one file beside this one per detail type of an event, listed in `registry.ts`.
 * Pure; the function settle-deliveries.ts gets the events by a rule on the account's default bus.
 */
import type { DeliveryDetails } from '../types.ts';

/** An event of EventBridge, as far as outcomes are concerned. */
export interface ServiceEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly account: string;
  readonly region: string;
  /** RFC 3339. */
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

export interface LateOutcome {
  /** Kind of the target, and what its `identity` makes of what the event is about: finds the triggers that act on it. */
  readonly kind: string;
  readonly identity: string;
  /** The pending delivery has all of these among its details: other deployments of the same thing are somebody else's. */
  readonly details: DeliveryDetails;
  readonly outcome: 'Delivered' | 'Refused';
  /** Of the condition; CamelCase. */
  readonly reason: string;
  readonly message: string;
  /**
   * The target went back by itself to what it ran before (the circuit breaker of ECS): it need not be brought there again. A target that knows it
   * will says so with the detail `ROLLBACK_DETAIL` of its delivery.
   */
  readonly rolledBack?: true;
  /** The target works on one deployment at a time: those that deliveries began before this one were replaced, and nobody tells of their end. */
  readonly endsOlder?: true;
  /** Ended by somebody, or by a newer one, before it could show whether the image is good: tags are left alone. */
  readonly interrupted?: true;
}

/** Among the details of a delivery that is pending, with the value `true`: the target goes back by itself if the deployment fails. */
export const ROLLBACK_DETAIL = 'rollback';

export interface OutcomeReader {
  /** What the rule matches: `aws.ecs`. */
  readonly source: string;
  readonly detailType: string;
  /** Further conditions of the rule, in EventBridge's pattern language under `detail`: only the end of a deployment is of interest. */
  readonly detail?: Readonly<Record<string, readonly unknown[]>>;
  /** null: says nothing of how a delivery ended. Never throws: events are other people's. */
  read(event: ServiceEvent): LateOutcome | null;
}
