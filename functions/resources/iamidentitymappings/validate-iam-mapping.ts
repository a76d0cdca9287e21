/** What a mapping must be like to be stored: it never makes anybody one of Kubernetes' own users or groups. Pure. */
import type { StoredIamMapping } from '../../access/ports.ts';
import { readPrincipal } from '../../identity/iam-arn.ts';
import { templateProblem } from '../../identity/name-template.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { validateObjectName } from '../validate-object-name.ts';

const MOST_GROUPS = 100;
const ARN_RULE =
  'must be the ARN of an IAM role, user, root user or federated user, without wildcards and without the session of a role, e.g. arn:aws:iam::111122223333:role/developers';

export function validateIamMapping(mapping: StoredIamMapping): readonly FieldError[] {
  return [...validateObjectName(mapping), ...validatePrincipal(mapping)];
}

/** Another ARN would be another mapping: what is written by ARN stays where it is. */
export function validateIamMappingUpdate(before: StoredIamMapping, after: StoredIamMapping): readonly FieldError[] {
  if (readPrincipal(before.arn)?.arn === readPrincipal(after.arn)?.arn) return [];
  return [{ type: 'Invalid', field: 'spec.arn', value: after.arn, detail: 'field is immutable' }];
}

function validatePrincipal({ arn, username, groups }: StoredIamMapping): readonly FieldError[] {
  if (arn === '') return [{ type: 'Required', field: 'spec.arn', detail: ARN_RULE }];
  const principal = readPrincipal(arn);
  if (principal === null) return [{ type: 'Invalid', field: 'spec.arn', value: arn, detail: ARN_RULE }];
  const tooMany: FieldError = {
    type: 'Invalid',
    field: 'spec.groups',
    value: groups.length,
    detail: `must have at most ${MOST_GROUPS} items`,
  };
  if (groups.length > MOST_GROUPS) return [tooMany];
  const named = groups.map((group, index) => [`spec.groups[${index}]`, group] as const);
  return [...(username === undefined ? [] : [['spec.username', username] as const]), ...named].flatMap(([field, value]): FieldError[] => {
    const detail = templateProblem(value, principal.kind);
    return detail === null ? [] : [{ type: 'Invalid', field, value, detail }];
  });
}
