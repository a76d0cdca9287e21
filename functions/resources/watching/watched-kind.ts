/** What the watch of one kind needs to know. */
import type { KubernetesObject } from '../../kubernetes/types.ts';
import type { HeadReader, ObjectHead } from '../ports.ts';

export interface WatchedKind<O extends KubernetesObject> {
  readonly isClusterScoped?: true;
  readonly heads: HeadReader;
  /** Fields that selectors may name. */
  readonly fields: Readonly<Record<string, (object: O) => string>>;
  /** As it is now; null when it is gone since: then the next poll tells. */
  read(head: ObjectHead): Promise<O | null>;
  /** What is left to tell of a deleted one; null when it was created anew since. */
  readDeleted(head: ObjectHead): Promise<O | null>;
}
