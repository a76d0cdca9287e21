/** Whoever makes a trigger follow another namespace must be allowed to pull there (openshift-semantics.md §2.6). */
import type { FieldError, Identity } from '../../kubernetes/types.ts';
import { followedTag, followKey } from '../../triggers/followed-tags.ts';
import type { FollowedTag } from '../../triggers/ports.ts';
import type { TriggerSource } from '../../triggers/types.ts';
import { IMAGE_GROUP } from '../image-api.ts';
import type { Authorizer } from '../ports.ts';

export interface SourceCheck {
  readonly identity: Identity;
  readonly namespace: string;
  readonly from: readonly TriggerSource[];
  /** What the stored trigger follows already: whoever set that up was asked then. */
  readonly known: readonly FollowedTag[];
}

/** One field error per source that is refused. Access is asked in parallel. */
export async function checkSources(
  authorizer: Authorizer,
  { identity, namespace, from, known }: SourceCheck,
): Promise<readonly FieldError[]> {
  const followed = new Set(known.map(followKey));
  const answers = await Promise.all(
    from.map(async (source, index): Promise<readonly FieldError[]> => {
      const tag = followedTag(source, namespace);
      if (tag === null || tag.namespace === namespace || followed.has(followKey(tag))) return [];
      const attributes = { verb: 'get', group: IMAGE_GROUP, resource: 'imagestreams', subresource: 'layers' };
      const { allowed, reason } = await authorizer.authorize(identity, { ...attributes, namespace: tag.namespace, name: tag.stream });
      return allowed
        ? []
        : [
            {
              type: 'Forbidden',
              field: `spec.from[${index}]`,
              detail: reason === '' ? `no access to ${tag.namespace}/${tag.stream}` : reason,
            },
          ];
    }),
  );
  return answers.flat();
}
