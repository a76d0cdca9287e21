/** Messages for the import queue: tags of one host travel together, those of one source next to each other, so that one check serves them all. */
import { canonicalSource } from '../image/canonical-source.ts';
import type { ImportTarget } from './ports.ts';

export interface SourcedTarget extends ImportTarget {
  /** spec.from.name as typed; '' when it is not known. */
  readonly source: string;
}

const MAX_TARGETS = 100;
/** Well below the 256 KB every SQS queue takes; tag names may be long. */
const MAX_BYTES = 200 * 1024;

interface Part<T> {
  readonly targets: T[];
  bytes: number;
}

/** What travels: the source is only what they are grouped by. */
type Travelling<T extends SourcedTarget> = Omit<T, 'source'>;

export interface GroupedMessage<R extends string, T> {
  readonly reason: R;
  readonly targets: readonly T[];
  readonly until?: number;
}

/**
 * The targets as messages of one host each: a host that hangs keeps nobody else's tags waiting. Inside, they are in order of their sources;
 * tags with the same source are not torn apart unless they alone fill a message.
 */
export function groupTargets<R extends string, T extends SourcedTarget>(
  reason: R,
  targets: Iterable<T>,
  more: { readonly until?: number } = {},
): readonly GroupedMessage<R, Travelling<T>>[] {
  const located = [...targets].map(({ source, ...target }) => ({ target, ...canonicalSource(source) }));
  const hosts = [...Map.groupBy(located, ({ host }) => host).values()];
  return hosts.flatMap((ofHost) => {
    const sources = [...Map.groupBy(ofHost, ({ text }) => text)].sort(([a], [b]) => (a < b ? -1 : 1));
    const equal = sources.map(([, same]) => same.map(({ target }) => target));
    return fillMessages(equal).map(({ targets: part }) => ({ reason, targets: part, ...more }));
  });
}

function fillMessages<T>(groups: readonly (readonly T[])[]): readonly Part<T>[] {
  const parts: Part<T>[] = [];
  for (const group of groups) {
    const sized = group.map((target) => ({ target, bytes: Buffer.byteLength(JSON.stringify(target)) + 1 }));
    const whole = { targets: sized.length, bytes: sized.reduce((sum, { bytes }) => sum + bytes, 0) };
    const isTooLarge = !fits({ targets: [], bytes: 0 }, whole);
    if (!isTooLarge && !fits(parts.at(-1), whole)) parts.push({ targets: [], bytes: 0 });
    for (const { target, bytes } of sized) {
      if (!fits(parts.at(-1), { targets: 1, bytes })) parts.push({ targets: [], bytes: 0 });
      const part = parts.at(-1);
      if (part === undefined) continue;
      part.targets.push(target);
      part.bytes += bytes;
    }
  }
  return parts;
}

/** The first target always fits: it is the queue that refuses one that is too long for itself. */
function fits(part: Part<unknown> | undefined, more: { readonly targets: number; readonly bytes: number }): boolean {
  if (part === undefined) return false;
  return part.targets.length + more.targets <= MAX_TARGETS && part.bytes + more.bytes <= MAX_BYTES;
}
