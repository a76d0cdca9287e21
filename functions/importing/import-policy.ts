import { type BlockRule, BLOCK_NONE } from '../image/blocked-registries.ts';

/** What a deployment allows its imports. */
export interface ImportPolicy {
  /** Registries that are not asked. */
  readonly blocked: BlockRule;
  /** Tags of a repository that are imported at most, the others are only named; Infinity: all. */
  readonly repositoryTags: number;
}

/** As OpenShift without settings. */
export const DEFAULT_IMPORT_POLICY: ImportPolicy = { blocked: BLOCK_NONE, repositoryTags: 50 };
