/** What subscribers of the bus get, as the entry point `image-streams/events`: it needs no CDK, so that functions may import it. */
export {
  DETAIL_TYPE,
  type DetailType,
  EVENT_SOURCE,
  type TagChangeDetail,
  type TagChangeEvent,
} from '../functions/changes/tag-change-event.ts';
