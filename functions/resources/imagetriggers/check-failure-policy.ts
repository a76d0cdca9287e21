/**
 * A trigger with `policy.onFailure` holds and moves tags by itself: whoever sets that up must be allowed to update them, protected tags included
 * (docs/decisions/0072-a-deployment-that-fails.md).
 */
import { sameJson } from '../../image/same-json.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { followedTags, followKey } from '../../triggers/followed-tags.ts';
import type { StoredTrigger } from '../../triggers/stored-trigger.ts';
import type { ImageTriggerSpec } from '../../triggers/types.ts';
import { IMAGE_GROUP } from '../image-api.ts';
import type { Authorizer } from '../ports.ts';
import type { SourceCheck } from './check-sources.ts';

const FIELD = 'spec.policy.onFailure';

/** One field error per tag that is refused. What somebody set up already is not asked again, unless for another target: that decides what fails. */
export async function checkFailurePolicy(
  authorizer: Authorizer,
  { identity, namespace, spec, before }: SourceCheck,
): Promise<readonly FieldError[]> {
  if (!actsOnTags(spec)) return [];
  const allowed = new Set(before !== null && isKept(before, spec) ? before.follows.map(followKey) : []);
  const answers = await Promise.all(
    followedTags(spec.images, namespace)
      .filter((tag) => !allowed.has(followKey(tag)))
      .map(async ({ namespace: of, stream, tag }): Promise<readonly FieldError[]> => {
        const name = `${stream}:${tag}`;
        const question = { verb: 'update', group: IMAGE_GROUP, resource: 'imagestreamtags', subresource: '', namespace: of, name };
        const decision = await authorizer.authorize(identity, question);
        const why = decision.reason === '' ? '' : `: ${decision.reason}`;
        return decision.allowed ? [] : [{ type: 'Forbidden', field: FIELD, detail: `needs update of imagestreamtag ${of}/${name}${why}` }];
      }),
  );
  return answers.flat();
}

function isKept(before: Pick<StoredTrigger, 'spec'>, { target }: ImageTriggerSpec): boolean {
  return actsOnTags(before.spec) && sameJson(before.spec.target, target);
}

function actsOnTags({ policy }: ImageTriggerSpec): boolean {
  return policy?.onFailure !== undefined && policy.onFailure !== 'None';
}
