/** What the watch of one kind needs to know. */
import type { Identity, KubernetesObject } from '../../kubernetes/types.ts';
import type { HeadReader, ObjectHead } from '../ports.ts';

export interface WatchedKind<O extends KubernetesObject> {
  readonly isClusterScoped?: true;
  readonly heads: HeadReader;
  /** Fields that selectors may name. */
  readonly fields: Readonly<Record<string, (object: O) => string>>;
  /** Which objects of these names somebody may be told of. Absent: who may watch is told of all. */
  visibleTo?(identity: Identity, names: readonly string[]): Promise<(name: string) => boolean>;
  /** As it is now; null when it is gone since: then the next poll tells. */
  read(head: ObjectHead): Promise<O | null>;
  /** What is left to tell of a deleted one; null when it was created anew since. */
  readDeleted(head: ObjectHead): Promise<O | null>;
}
