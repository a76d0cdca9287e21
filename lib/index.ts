/** What other CDK apps embed. */
export { ImageStreams } from './image-streams.ts';
export { IMPORT_INTERVALS, type ImportInterval } from '../functions/image/import-interval.ts';
export { type ImageStreamsProps, type Throttle } from './settings.ts';
export type { Admins, OidcIssuer, OidcSubject } from '../functions/identity/types.ts';
