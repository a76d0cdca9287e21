/** What publishing needs from the outside. */
import type { TagChangeEvent } from './tag-change-event.ts';
import type { TriggerChangeEvent } from './trigger-change-event.ts';

export type BusEvent = TagChangeEvent | TriggerChangeEvent;

export interface Unpublished {
  /** Position in what was to be published. */
  readonly index: number;
  /** Code of the bus, e.g. `ThrottlingException`. */
  readonly reason: string;
}

/** A bus. An event is handed over only after all earlier ones of the same tag were, or were given up on. */
export interface EventPublisher {
  /** Tries each event a few times; answers those it could not publish, in order. Does not throw for what the bus says. */
  publish(events: readonly BusEvent[]): Promise<readonly Unpublished[]>;
}

/** `spec.dockerImageRepository` of a stream as it is now; '' when it has none or is gone. */
export type ReadRepository = (namespace: string, stream: string) => Promise<string>;

/** What was not published, whole: an operator can put it on the bus as it is. */
export type ParkedMessage =
  | {
      readonly kind: 'event';
      readonly reason: string;
      readonly source: string;
      readonly detailType: string;
      readonly detail: BusEvent['detail'];
    }
  /** A stream record that could not be read. */
  | { readonly kind: 'record'; readonly reason: string; readonly record: unknown };

/** The failure queue. */
export interface ParkingQueue {
  /** Throws when the message could not be parked. */
  park(message: ParkedMessage): Promise<void>;
}
