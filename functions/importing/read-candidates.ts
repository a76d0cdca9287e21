/** The tags of a message as they are now: those that still want what the message is about. */
import { isScheduled, needsImport } from '../image/import-due.ts';
import { type Platform, preferredPlatform } from '../image/platform.ts';
import type { StreamState, TagState } from '../image/stream-state.ts';
import type { TagReference } from '../image/types.ts';
import type { StreamStore } from '../resources/ports.ts';
import type { SourceRequest } from './import-image.ts';
import type { ImportTarget, TagsMessage } from './ports.ts';

/** One tag that is to be imported, as it was read just now. */
export interface Candidate {
  readonly stream: StreamState;
  readonly tag: TagState;
  readonly spec: TagReference;
  readonly request: SourceRequest;
}

/** One read per stream. Tags of a stream that is gone, or that was made anew, are dropped. */
export async function readCandidates(streams: StreamStore, message: TagsMessage, deployment: Platform): Promise<readonly Candidate[]> {
  const isDue = message.reason === 'spec' ? needsImport : isScheduled;
  const found = await Promise.all(
    groupByStream(message.targets).map(async (targets) => {
      const [{ namespace, stream: name, incarnation }] = targets;
      const tags = targets.map((target) => target.tag);
      const stream = await streams.readTags(namespace, name, tags);
      if (stream === null || stream.incarnation !== incarnation) return [];
      return tags.flatMap((tag) => candidateOf(stream, stream.tags.get(tag), isDue, deployment));
    }),
  );
  return found.flat();
}

function groupByStream(targets: readonly ImportTarget[]): readonly (readonly [ImportTarget, ...ImportTarget[]])[] {
  const groups = new Map<string, Map<string, ImportTarget>>();
  for (const target of targets) {
    const key = JSON.stringify([target.namespace, target.stream, target.incarnation]);
    groups.set(key, (groups.get(key) ?? new Map<string, ImportTarget>()).set(target.tag, target));
  }
  return [...groups.values()].flatMap((group) => {
    const [first, ...rest] = group.values();
    return first === undefined ? [] : [[first, ...rest] as const];
  });
}

function candidateOf(
  stream: StreamState,
  tag: TagState | undefined,
  isDue: (tag: TagState) => boolean,
  deployment: Platform,
): readonly Candidate[] {
  if (tag === undefined || tag.spec === null || !isDue(tag)) return [];
  const { spec } = tag;
  const { insecure = false, importMode = 'Legacy' } = spec.importPolicy;
  const request = { from: spec.from?.name ?? '', insecure, importMode, platform: preferredPlatform(spec, deployment) };
  return [{ stream, tag, spec, request }];
}
