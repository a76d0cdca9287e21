import type { TagReference } from '../image/types.ts';
import type { Database } from './database.ts';
import type { TagItem } from './items.ts';
import { type StreamLife, tagsRange } from './keys.ts';
import { queryAll } from './reading.ts';

/** Spec tags of the stream, by name; their histories are left where they are. */
export async function listSpecTags(db: Database, life: StreamLife): Promise<readonly TagReference[]> {
  const items = await queryAll(db, tagsRange(life), { attributes: ['spec', 'deleted'] });
  return (items as unknown as readonly Pick<TagItem, 'spec' | 'deleted'>[]).flatMap(({ spec, deleted }) =>
    spec === undefined || deleted === true ? [] : [spec],
  );
}
