/** The events subscribers get from the bus (design.md §4): the product's published contract. */
import type { ChangeCause } from '../image/stream-state.ts';

export const EVENT_SOURCE = 'image-streams';

export const DETAIL_TYPE = {
  changed: 'Image Stream Tag Changed',
  deleted: 'Image Stream Tag Deleted',
  importFailed: 'Image Stream Tag Import Failed',
  imageMissing: 'Image Stream Tag Image Missing',
} as const;

export type DetailType = (typeof DETAIL_TYPE)[keyof typeof DETAIL_TYPE];

export interface TagChangeDetail {
  /** Deterministic per (uid, tag, revision): the same change published twice has the same id. */
  readonly id: string;
  readonly namespace: string;
  readonly stream: string;
  readonly uid: string;
  readonly tag: string;
  /** Digest; '' for a reference tag or a deleted tag. */
  readonly image: string;
  /** Pull spec with the tag's reference policy applied; '' for a deleted tag. */
  readonly dockerImageReference: string;
  readonly previous: { readonly image: string; readonly dockerImageReference: string } | null;
  readonly generation: number;
  /** Grows with every change of the stream; consumers keep the highest they saw per tag. A decimal string. */
  readonly revision: string;
  readonly cause: ChangeCause;
  readonly actor: string;
  /** RFC 3339. */
  readonly time: string;
  /** Only with detail types `… Import Failed` and `… Image Missing`. */
  readonly failure?: { readonly reason: string; readonly message: string };
}

export interface TagChangeEvent {
  readonly detailType: DetailType;
  readonly detail: TagChangeDetail;
}
