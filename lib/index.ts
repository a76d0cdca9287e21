/** What other CDK apps embed. */
export { ImageStreams } from './image-streams.ts';
export { IMPORT_INTERVALS, type ImageStreamsProps, type ImportInterval, type Throttle } from './settings.ts';
