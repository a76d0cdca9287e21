/** `kubectl get is`: columns and cells as upstream prints them (openshift-semantics.md §1, Tables). */
import type { ImageStream } from '../../image/types.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import { formatAgo } from '../ago.ts';
import { formatTagsCell } from './tags-cell.ts';

export const streamTable: TableDefinition<ImageStream> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the image stream' },
    { name: 'Image Repository', type: 'string', description: 'Repository the stream is pushed to or imported from' },
    { name: 'Tags', type: 'string', description: 'Tags, the most recently changed first' },
    { name: 'Updated', type: 'string', description: 'When a tag last changed' },
  ],
  cells(stream, now) {
    const { status, spec } = stream;
    const repository = [status.publicDockerImageRepository, spec.dockerImageRepository, status.dockerImageRepository].find(Boolean) ?? '';
    const tags = stream.status.tags ?? [];
    const newest = tags.reduce((latest, tag) => Math.max(latest, Date.parse(tag.items?.[0]?.created ?? '') || 0), 0);
    return [stream.metadata.name ?? '', repository, formatTagsCell(tags), newest === 0 ? '' : formatAgo(newest, now)];
  },
};
