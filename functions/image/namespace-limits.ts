/** What the limit ranges of a namespace allow its image streams (openshift-semantics.md §10 "Limits and quota"). */

/** A maximum of something that is counted in whole numbers. */
export interface Limit {
  readonly most: bigint;
  /** As it was written, e.g. `1Gi`. */
  readonly text: string;
}

/** Absent: as many, or as large, as one likes. */
export interface NamespaceLimits {
  /** Distinct images in the histories of one stream. */
  readonly images?: Limit;
  /** Distinct sources in the spec tags of one stream. */
  readonly imageTags?: Limit;
  /** Bytes of an image that a mapping brings. */
  readonly imageSize?: Limit;
}
