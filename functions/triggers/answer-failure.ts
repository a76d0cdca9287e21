/** What becomes of the tags whose new image a target could not run: the trigger's `policy.onFailure`. */
import type { Clock } from '../resources/ports.ts';
import { StoreError } from '../store/errors.ts';
import { imagesToUndo, withRestoring } from './awaited.ts';
import { followedTag, followKey } from './followed-tags.ts';
import { FAILED_DEPLOYMENT, type FailedTags, type TagMeasure, type TriggerStore } from './ports.ts';
import type { AwaitedImage, StoredTrigger } from './stored-trigger.ts';
import type { RestoredImage, Settlement } from './settlement.ts';
import type { FailurePolicy, TriggerSource } from './types.ts';

export interface FailureDeps {
  readonly triggers: Pick<TriggerStore, 'readTrigger' | 'updateTrigger'>;
  readonly failedTags: FailedTags;
  readonly clock: Clock;
}

export interface Failure {
  /** By the target. */
  readonly said: string;
  /** The target runs the images before by itself. */
  readonly hasRolledBack: boolean;
}

/** `message`: in words, '' when nothing was done. */
export type Answered = Required<Pick<Settlement, 'message' | 'details' | 'restored'>>;

const ATTEMPTS = 5;

/**
 * Tags are written before the delivery is settled: whoever is killed in between is repeated, and finds done what was done. Where the target went
 * back by itself the trigger is told first what will happen, so that the tag's way back does not fire it.
 */
export async function answerFailure(deps: FailureDeps, trigger: StoredTrigger, delivery: string, failure: Failure): Promise<Answered> {
  const policy = trigger.spec.policy?.onFailure ?? 'None';
  const images = imagesToUndo(trigger, delivery).filter(({ from }) => isFollowed(trigger, from));
  if (policy === 'None' || images.length === 0) return { message: '', details: {}, restored: [] };
  if (policy === 'Revert' && failure.hasRolledBack) await announce(deps, trigger, delivery);
  const why = `${FAILED_DEPLOYMENT}${trigger.namespace}/${trigger.name} failed: ${failure.said}`;
  const measured: { readonly image: AwaitedImage; readonly measure: TagMeasure }[] = [];
  for (const image of images) measured.push({ image, measure: await measureOf(deps.failedTags, policy, trigger, image, why) });
  const named = (kind: TagMeasure['kind']) =>
    measured.filter(({ measure }) => measure.kind === kind).map(({ image }) => nameOf(image.from));
  const [held, reverted] = [named('held'), named('reverted')];
  const restored = measured.flatMap(({ image, measure }): readonly RestoredImage[] =>
    failure.hasRolledBack && measure.kind === 'reverted' ? [{ ...image, revision: measure.revision }] : [],
  );
  return {
    message: measured.map(({ image, measure }) => describe(image, measure)).join(', '),
    details: {
      ...(held.length === 0 ? {} : { held: held.join(', ') }),
      ...(reverted.length === 0 ? {} : { reverted: reverted.join(', ') }),
    },
    restored,
  };
}

/**
 * Whoever set the policy was asked about the tags that the trigger follows now (imagetriggers/check-failure-policy.ts): what it followed when the
 * delivery went out may be tags they must not move.
 */
function isFollowed({ namespace, follows }: StoredTrigger, from: TriggerSource): boolean {
  const tag = followedTag(from, namespace);
  return tag !== null && follows.some((each) => followKey(each) === followKey(tag));
}

/** A tag that cannot be put back is held at least. */
async function measureOf(
  tags: FailedTags,
  policy: FailurePolicy,
  { namespace }: StoredTrigger,
  { from, now, previous }: AwaitedImage,
  why: string,
): Promise<TagMeasure> {
  const tag = followedTag(from, namespace);
  if (tag === null || now.image === '') return { kind: 'left', why: 'it has no image that is known by its digest' };
  const isReversible = previous !== null && previous.image !== '' && previous.image !== now.image;
  return policy === 'Revert' && isReversible ? tags.putBack(tag, now.image, previous.image, why) : tags.hold(tag, now.image, why);
}

async function announce({ triggers }: FailureDeps, { namespace, name, uid }: StoredTrigger, delivery: string): Promise<void> {
  for (let made = 1; ; made++) {
    const trigger = await triggers.readTrigger(namespace, name);
    if (trigger?.uid !== uid) return;
    const next = withRestoring(trigger, delivery);
    if (next === trigger) return;
    try {
      await triggers.updateTrigger(next);
      return;
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'ERR_STORE_CONFLICT') || made === ATTEMPTS) throw error;
    }
  }
}

function describe({ from, previous }: AwaitedImage, measure: TagMeasure): string {
  switch (measure.kind) {
    case 'held':
      return `held ${nameOf(from)}`;
    case 'reverted':
      return `put ${nameOf(from)} back to ${previous?.image ?? ''} and held it`;
    case 'left':
      return `left ${nameOf(from)} alone: ${measure.why}`;
  }
}

function nameOf({ namespace, name }: TriggerSource): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}
