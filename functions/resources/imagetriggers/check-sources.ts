/**
 * Whoever makes a trigger follow another namespace must be allowed to pull there (openshift-semantics.md §2.6), and whoever makes it use a
 * Secret to read that: the trigger would tell the secret to a target of their choice.
 */
import type { FieldError, Identity } from '../../kubernetes/types.ts';
import { followedTag, followKey } from '../../triggers/followed-tags.ts';
import { kindOf } from '../../triggers/kinds/registry.ts';
import type { StoredTrigger } from '../../triggers/stored-trigger.ts';
import type { SecretKeyRef, TargetSpec } from '../../triggers/target-spec.ts';
import type { ImageTriggerSpec } from '../../triggers/types.ts';
import { sameJson } from '../../image/same-json.ts';
import { IMAGE_GROUP } from '../image-api.ts';
import type { Authorizer } from '../ports.ts';
import { checkFailurePolicy } from './check-failure-policy.ts';

export interface SourceCheck {
  readonly identity: Identity;
  readonly namespace: string;
  readonly spec: ImageTriggerSpec;
  /** The stored trigger: whoever set up what it follows and uses was asked then. */
  readonly before: Pick<StoredTrigger, 'follows' | 'spec'> | null;
}

/** One field error per source, secret or tag that is refused. Access is asked in parallel. */
export async function checkSources(authorizer: Authorizer, check: SourceCheck): Promise<readonly FieldError[]> {
  const answers = await Promise.all([checkTags(authorizer, check), checkSecrets(authorizer, check), checkFailurePolicy(authorizer, check)]);
  return answers.flat();
}

async function checkTags(authorizer: Authorizer, { identity, namespace, spec, before }: SourceCheck): Promise<readonly FieldError[]> {
  const followed = new Set((before?.follows ?? []).map(followKey));
  const answers = await Promise.all(
    spec.images.map(async ({ from: source }, index): Promise<readonly FieldError[]> => {
      const tag = followedTag(source, namespace);
      if (tag === null || tag.namespace === namespace || followed.has(followKey(tag))) return [];
      const attributes = { verb: 'get', group: IMAGE_GROUP, resource: 'imagestreams', subresource: 'layers' };
      const { allowed, reason } = await authorizer.authorize(identity, { ...attributes, namespace: tag.namespace, name: tag.stream });
      return allowed
        ? []
        : [
            {
              type: 'Forbidden',
              field: `spec.images[${index}].from`,
              detail: reason === '' ? `no access to ${tag.namespace}/${tag.stream}` : reason,
            },
          ];
    }),
  );
  return answers.flat();
}

/** The same secret for the same target: somebody was asked already. Any other target is another one to tell it to. */
async function checkSecrets(authorizer: Authorizer, { identity, namespace, spec, before }: SourceCheck): Promise<readonly FieldError[]> {
  if (before !== null && sameJson(before.spec.target, spec.target)) return [];
  const answers = await Promise.all(
    secretsOf(spec.target).map(async ({ field, ref: { name } }): Promise<readonly FieldError[]> => {
      const { allowed, reason } = await authorizer.authorize(identity, { verb: 'get', group: '', resource: 'secrets', namespace, name });
      return allowed ? [] : [{ type: 'Forbidden', field, detail: reason === '' ? `no access to secret ${name}` : reason }];
    }),
  );
  return answers.flat();
}

function secretsOf(target: TargetSpec): readonly { readonly field: string; readonly ref: SecretKeyRef }[] {
  const found = kindOf(target);
  const refs = found?.kind.secretRefs?.(found.spec) ?? [];
  return refs.map(({ member, ref }) => ({ field: `spec.target.${found?.kind.name ?? ''}.${member}`, ref }));
}
