/** Which tags of a repository come first when not all are imported (openshift-semantics.md §6.3). */
import type { SemVer } from 'semver';
import compare from 'semver/functions/compare.js';
import parse from 'semver/functions/parse.js';

type Priority = 0 | 1 | 2 | 3;

interface RankedTag {
  readonly tag: string;
  readonly priority: Priority;
  readonly version: SemVer | null;
}

const MINOR = /^(\d+\.\d+)(?:-(\w+))?$/;
const STARTS_WITH_DIGIT = /^\d/;

/** `latest`; X.Y and X.Y-word, newest first; full semantic versions, newest first; all others by name. Ties: without `v` first. */
export function orderTags(tags: readonly string[]): readonly string[] {
  return tags
    .map(rank)
    .sort((a, b) => a.priority - b.priority || compareVersions(a, b) || (a.tag < b.tag ? -1 : 1))
    .map((ranked) => ranked.tag);
}

function rank(tag: string): RankedTag {
  if (tag === 'latest') return { tag, priority: 0, version: null };
  const short = tag.startsWith('v') ? tag.slice(1) : tag;
  // npm's parser takes `v1.2.3` and `=1.2.3` for versions, too; `vv1.2.3` is a name.
  if (!STARTS_WITH_DIGIT.test(short)) return { tag, priority: 3, version: null };
  const full = parse(short);
  if (full !== null) return { tag, priority: 2, version: full };
  const minor = parse(short.replace(MINOR, (_, version: string, word?: string) => `${version}.0${word === undefined ? '' : `-${word}`}`));
  return minor === null ? { tag, priority: 3, version: null } : { tag, priority: 1, version: minor };
}

function compareVersions(a: RankedTag, b: RankedTag): number {
  return a.version === null || b.version === null ? 0 : compare(b.version, a.version);
}
