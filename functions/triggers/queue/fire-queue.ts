/** What goes from matching to firing, and the port of the queue in between. */
import type { FollowedTag, TriggerOwner } from '../stored-trigger.ts';

/** Which trigger to bring up to date, and the change that asked for it (absent: the trigger itself changed, waited or was found behind). */
export interface FireMessage {
  readonly trigger: TriggerOwner;
  readonly change?: FollowedTag & { readonly revision: string };
}

/** A message as it came from the queue. */
export interface ReceivedFire extends FireMessage {
  /** Message group it came in. */
  readonly group: string;
  /** ms; when it was sent. */
  readonly sentAt: number;
}

export interface QueuedFire extends FireMessage {
  /** Messages of one group are handled one after the other: the `targetKey` of the trigger. */
  readonly group: string;
  /** At most 128 characters; the queue drops a message whose id it saw in that group within five minutes. */
  readonly deduplicationId: string;
}

/** The queue between matching and firing: first in, first out per target. */
export interface FireQueue {
  /** Throws when some could not be sent after retries; those before were. */
  send(messages: readonly QueuedFire[]): Promise<void>;
}
