/** `kubectl get itag` (openshift-semantics.md §1, Tables, ImageTag row). */
import { splitImageName, splitTagName } from '../../image/reference.ts';
import { OLDER_HISTORY_ANNOTATION } from '../../image/stream-metadata.ts';
import { readText } from '../../image/tolerant-reader.ts';
import type { ImageTag, TagEvent, TagReference } from '../../image/types.ts';
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import { formatAgo } from '../ago.ts';

export const imageTagTable: TableDefinition<ImageTag> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Stream and tag' },
    { name: 'Spec', type: 'string', description: 'How the tag is kept: Tag, Ref, Scheduled, Track, or Push when something pushed it' },
    { name: 'Status', type: 'string', description: 'What the tag points to, or why it does not yet' },
    { name: 'History', type: 'number', description: 'How often the tag moved' },
    { name: 'Updated', type: 'string', description: 'When the tag or its last import changed' },
  ],
  cells(tag, now) {
    const count = countEvents(tag);
    const updated = lastChange(tag);
    return [
      tag.metadata.name ?? '',
      describeSpec(tag),
      describeStatus(tag),
      count === 0 ? null : count,
      updated === 0 ? '' : formatAgo(updated, now),
    ];
  },
};

function describeSpec({ spec, status }: ImageTag): string {
  const wanted = wantedSpec(spec);
  const newest = status?.items?.[0];
  if (newest === undefined || wanted === 'Track') return wanted;
  const generation = spec?.generation ?? 0;
  const isUnasked = wanted === '' && pointedTo(newest) !== '' && !isBehind(newest.generation, generation);
  return isUnasked || isBehind(generation, newest.generation) ? 'Push' : wanted;
}

function wantedSpec(spec: TagReference | null): string {
  if (spec?.from === undefined) return '';
  if (spec.from.kind === 'ImageStreamTag' && splitTagName(spec.from.name ?? '') === null) return 'Track';
  if (spec.importPolicy.scheduled === true) return 'Scheduled';
  return spec.reference === true ? 'Ref' : 'Tag';
}

function describeStatus({ spec, status }: ImageTag): string {
  const failed = status?.conditions?.findLast(({ type, status: is }) => type === 'ImportSuccess' && is === 'False');
  if (failed !== undefined) return `ImportFailed (${failed.reason ?? ''})`;
  const newest = status?.items?.[0];
  if (newest !== undefined && isBehind(newest.generation, spec?.generation ?? 0)) return 'Importing';
  const source = describeSource(spec);
  // A source that cannot be read is told, whatever the tag pointed to before.
  if (source.startsWith('InvalidRef')) return source;
  return (newest === undefined ? '' : pointedTo(newest)) || source;
}

function describeSource(spec: TagReference | null): string {
  if (spec?.from === undefined) return '';
  const { kind, namespace, name = '' } = spec.from;
  switch (kind) {
    case 'DockerImage':
      return name;
    case 'ImageStreamImage': {
      const id = splitImageName(name)?.id;
      return id === undefined ? 'InvalidRefName' : `image/${id}`;
    }
    case 'ImageStreamTag':
      return namespace === undefined ? `istag/${name}` : `istag ${namespace}/${name}`;
    default:
      return 'InvalidRefKind';
  }
}

function pointedTo({ image, dockerImageReference }: TagEvent): string {
  return image === '' ? dockerImageReference : `image/${image}`;
}

/** 0 is no generation, and neither before nor behind another. */
function isBehind(generation: number, other: number): boolean {
  return generation > 0 && generation < other;
}

/** Those that are not embedded count, too. */
function countEvents({ metadata, status }: ImageTag): number {
  const older = readText(metadata.annotations?.[OLDER_HISTORY_ANNOTATION] ?? '')?.[status?.tag ?? ''];
  return (status?.items?.length ?? 0) + (typeof older === 'number' ? older : 0);
}

/** ms, 0 for never. */
function lastChange({ status }: ImageTag): number {
  const times = [status?.items?.[0]?.created, ...(status?.conditions ?? []).map((condition) => condition.lastTransitionTime)];
  return Math.max(0, ...times.map((time) => Date.parse(time ?? '') || 0));
}
