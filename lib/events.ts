/** What subscribers of the bus need in their own functions (`image-streams/events`): types and names, and nothing of the CDK. */
import type { DETAIL_TYPE, TagChangeDetail } from '../functions/changes/tag-change-event.ts';
import type { DELIVERY_DETAIL_TYPE, TriggerDeliveryDetail } from '../functions/triggers/trigger-delivery-event.ts';

export { DETAIL_TYPE, EVENT_SOURCE, type DetailType, type TagChangeDetail } from '../functions/changes/tag-change-event.ts';
export { DELIVERY_DETAIL_TYPE, type TriggerDeliveryDetail } from '../functions/triggers/trigger-delivery-event.ts';

/** An event as EventBridge hands it to a target. */
interface BusEvent<Type extends string, Detail> {
  readonly version: string;
  /** EventBridge's own, another one each time: `detail.id` is the one that stays. */
  readonly id: string;
  readonly source: 'image-streams';
  readonly 'detail-type': Type;
  readonly account: string;
  readonly region: string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly detail: Detail;
}

type FailureDetail = TagChangeDetail & { readonly failure: NonNullable<TagChangeDetail['failure']> };
type MoveDetail = Omit<TagChangeDetail, 'failure'>;

/** A tag points to something else than before. */
export type TagChangedEvent = BusEvent<typeof DETAIL_TYPE.changed, MoveDetail>;
/** A tag points to nothing any more. */
export type TagDeletedEvent = BusEvent<typeof DETAIL_TYPE.deleted, MoveDetail>;
/** An import failed; the tag stays where it is. */
export type TagImportFailedEvent = BusEvent<typeof DETAIL_TYPE.importFailed, FailureDetail>;
/** The registry no longer has the image; the tag stays where it is. */
export type TagImageMissingEvent = BusEvent<typeof DETAIL_TYPE.imageMissing, FailureDetail>;
/** Any of them: `detail-type` tells which (docs/tag-change-event.schema.json). */
export type TagEvent = TagChangedEvent | TagDeletedEvent | TagImportFailedEvent | TagImageMissingEvent;

/** What a bus gets that is the target of a trigger (docs/trigger-delivery-event.schema.json). */
export type TriggerDeliveryEvent = BusEvent<typeof DELIVERY_DETAIL_TYPE, TriggerDeliveryDetail>;
