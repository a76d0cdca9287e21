/** `kubectl get istag` (openshift-semantics.md §1, Tables). */
import type { ImageStreamTag } from '../../image/types.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import { formatAgo } from '../ago.ts';

export const tagTable: TableDefinition<ImageStreamTag> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Stream and tag' },
    { name: 'Image Reference', type: 'string', description: 'Exact image the tag points to' },
    { name: 'Updated', type: 'string', description: 'When the tag last moved' },
    { name: 'Image Name', type: 'string', description: 'Digest of the image', priority: 1 },
  ],
  cells(tag, now) {
    const moved = Date.parse(tag.metadata.creationTimestamp ?? '');
    const updated = Number.isNaN(moved) ? '' : formatAgo(moved, now);
    return [tag.metadata.name ?? '', tag.image.dockerImageReference ?? '', updated, tag.image.metadata.name ?? ''];
  },
};
