/** What other CDK apps embed. */
export { ImageStreams } from './image-streams.ts';
export { IMPORT_INTERVALS, type ImportInterval } from '../functions/image/import-interval.ts';
export { type ImageStreamsProps, type Throttle } from './settings.ts';
export type { Admins, OidcIssuer, OidcSubject } from '../functions/identity/types.ts';
export {
  dockerImage,
  ImageStream,
  type ImageStreamProps,
  imageStreamTag,
  type StreamTag,
  type TagSource,
} from './consumers/image-stream.ts';
export { type ContainerImageOptions, ImageStreamTag, type ImageStreamTagProps } from './consumers/image-stream-tag.ts';
export { ImageStreamsClient, type ImageStreamsClientProps } from './consumers/image-streams-client.ts';
export type { IImageStreams, ImageStreamsAttributes } from './consumers/image-streams-reference.ts';
export { type FollowedTag, ImageTrigger, type ImageTriggerProps } from './consumers/image-trigger.ts';
export { type EcsServiceOptions, ImageTriggerTarget } from './consumers/image-trigger-target.ts';
export { imageTagChanged, type OnTagChangeOptions, type TagChangeFilter, type Wanted } from './consumers/tag-change-pattern.ts';
export { type TagName, tagParameterName } from './consumers/tag-parameter.ts';
export { TargetRole, type TargetRoleProps } from './consumers/target-role.ts';
export { DETAIL_TYPE, EVENT_SOURCE, type DetailType } from '../functions/changes/tag-change-event.ts';
