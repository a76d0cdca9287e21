/** Messages for the import queue: tags of one host and repository travel together, so that one check serves those with the same source. */
import { dockerClientDefaults, parseReference, registryAddress } from '../image/reference.ts';
import type { ImportTarget, TagsMessage } from './ports.ts';

export interface SourcedTarget extends ImportTarget {
  /** spec.from.name as typed; '' when it is not known. */
  readonly source: string;
}

const MAX_TARGETS = 100;
/** Well below the 256 KB every SQS queue takes; tag names may be long. */
const MAX_BYTES = 200 * 1024;

/** The targets as messages, each with the targets of one repository, in the order they came. */
export function groupTargets(reason: TagsMessage['reason'], targets: Iterable<SourcedTarget>): readonly TagsMessage[] {
  const groups = new Map<string, Part[]>();
  for (const { source, ...target } of targets) {
    const key = repositoryOf(source);
    const parts = groups.get(key) ?? [];
    groups.set(key, parts);
    const bytes = Buffer.byteLength(JSON.stringify(target)) + 1;
    const last = parts.at(-1);
    if (last !== undefined && last.targets.length < MAX_TARGETS && last.bytes + bytes <= MAX_BYTES) {
      last.targets.push(target);
      last.bytes += bytes;
    } else parts.push({ targets: [target], bytes });
  }
  return [...groups.values()].flat().map(({ targets: part }) => ({ reason, targets: part }));
}

interface Part {
  readonly targets: ImportTarget[];
  bytes: number;
}

function repositoryOf(source: string): string {
  const parsed = parseReference(source);
  if (!parsed.ok) return '';
  const { host, name } = registryAddress(dockerClientDefaults(parsed.reference));
  return `${host}/${name}`;
}
