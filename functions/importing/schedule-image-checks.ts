/** Once a day, part by part: images of registries that tags point to become messages on the import queue, which looks whether they are still there. */
import { createHash } from 'node:crypto';
import { formatQueueText } from '../changes/queue-text.ts';
import { canonicalSource } from '../image/canonical-source.ts';
import { intervalLength } from '../image/import-interval.ts';
import { type ExternalImage, externalImage, missingImage } from '../image/missing-image.ts';
import { EMPTY_TAG, type RegistryHosts } from '../image/stream-state.ts';
import type { Clock } from '../resources/ports.ts';
import { groupTargets, type SourcedTarget } from './group-targets.ts';
import { type InsecureHosts, learnInsecureHosts } from './insecure-hosts.ts';
import type { MessageQueue } from './message-queue.ts';
import { planSchedule } from './plan-schedule.ts';
import type { ImageCheckProgress, ImageCheckStore, ImageTarget, TagPointer } from './ports.ts';

export interface ImageCheckDependencies {
  readonly imageChecks: ImageCheckStore;
  readonly queue: MessageQueue;
  readonly clock: Clock;
  /** Images of the integrated registry are not looked for. */
  readonly hosts: RegistryHosts;
}

/** How often every image is looked for. */
export const IMAGE_CHECK_INTERVAL = '1d';
/** Equal images are in one shard, so that one HEAD serves them all; each shard costs a reading of all tags, and spreads the requests over the day. */
const SHARDS = 8;
/** What one run takes at most: targets in hand, and milliseconds of reading. The rest is the next minute's. */
const MOST_TARGETS = 20_000;
const READING_TIME = 20_000;

export function imageCheckShard(pullSpec: string): number {
  return createHash('sha256').update(canonicalSource(pullSpec).text).digest().readUInt8(0) % SHARDS;
}

/**
 * Goes on with the passes that are due, as far as time goes. Progress is saved only when what was read is on the queue, so that a crash repeats a part
 * rather than losing it; a pass that outlasts its day is followed by the next one, and nothing piles up.
 */
export async function scheduleImageChecks(deps: ImageCheckDependencies): Promise<void> {
  const started = deps.clock();
  const progress = await deps.imageChecks.readProgress();
  const budget = { until: started + READING_TIME, targets: MOST_TARGETS };
  for (const pass of planPasses(progress, started)) {
    await runPass(deps, pass, budget);
    if (isSpent(budget, deps.clock())) return;
  }
}

interface Pass {
  readonly progress: ImageCheckProgress;
  /** What `lastPass` becomes when it is done. */
  readonly nextCheckpoint: number;
}

/** Those that stopped halfway first. */
function planPasses(progress: readonly ImageCheckProgress[], now: number): readonly Pass[] {
  const checkpoints = progress.map(({ shard, lastPass }) => ({ interval: IMAGE_CHECK_INTERVAL, shard, lastPass }));
  const known = new Map(progress.map((each) => [each.shard, each]));
  const due = planSchedule(checkpoints, { intervals: [IMAGE_CHECK_INTERVAL], shards: SHARDS, now });
  const passes = due.map(({ shard, nextCheckpoint }) => ({
    progress: known.get(shard) ?? { shard, lastPass: 0, checked: 0 },
    nextCheckpoint,
  }));
  return passes.sort((a, b) => Number(b.progress.position !== undefined) - Number(a.progress.position !== undefined));
}

interface Budget {
  /** ms. */
  readonly until: number;
  targets: number;
}

function isSpent({ until, targets }: Budget, now: number): boolean {
  return targets <= 0 || now >= until;
}

async function runPass(
  { imageChecks, queue, hosts, clock }: ImageCheckDependencies,
  { progress, nextCheckpoint }: Pass,
  budget: Budget,
): Promise<void> {
  const { shard, position = null, lastPass, checked } = progress;
  const found: Found[] = [];
  const insecureHosts = learnInsecureHosts();
  let reached: string | null = position;
  for await (const page of imageChecks.listPointers(position)) {
    const images = page.pointers.flatMap((pointer) => imageOf(pointer, hosts));
    for (const { pointer, image } of images) insecureHosts.note(pointer.namespace, image);
    const own = images.filter(({ image }) => imageCheckShard(image.pullSpec) === shard);
    found.push(...own);
    budget.targets -= own.length;
    reached = page.position;
    if (reached === null || isSpent(budget, clock())) break;
  }
  const now = clock();
  const sourced = found.flatMap((each) => targetOf(each, insecureHosts));
  const messages = groupTargets('images', sourced, { until: now + intervalLength(IMAGE_CHECK_INTERVAL) });
  const refused = await queue.send(messages.map(formatQueueText));
  if (refused.length > 0) throw new Error(`the import queue refused ${refused.length} of ${messages.length} messages`);
  await imageChecks.saveProgress(
    reached === null ? { shard, lastPass: nextCheckpoint, checked: now } : { shard, lastPass, checked, position: reached },
  );
}

interface Found {
  readonly pointer: TagPointer;
  readonly image: ExternalImage;
}

function imageOf(pointer: TagPointer, hosts: RegistryHosts): readonly Found[] {
  const image = externalImage(pointer, hosts);
  return image === null ? [] : [{ pointer, image }];
}

function targetOf({ pointer, image }: Found, insecureHosts: InsecureHosts): readonly (ImageTarget & SourcedTarget)[] {
  const { namespace, stream, incarnation, tag, newest, missing } = pointer;
  const { pullSpec } = image;
  const insecure = insecureHosts.decide(namespace, image);
  if (insecure === null) return [];
  const isMissing = missingImage({ name: tag, ...EMPTY_TAG, items: [newest], missing }) !== undefined;
  return [{ namespace, stream, incarnation, tag, pullSpec, insecure, isMissing, source: pullSpec }];
}
