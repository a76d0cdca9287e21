/** A target as a client writes it, read and validated by its kind. */
import type { FieldError } from '../../../functions/kubernetes/types.ts';
import { readFields } from '../../../functions/triggers/kinds/fields/field-reader.ts';
import type { TargetKind } from '../../../functions/triggers/kinds/target-kind.ts';
import type { FollowedImage } from '../../../functions/triggers/types.ts';

export const followed = (name: string, over: Partial<FollowedImage> = {}): FollowedImage => ({
  from: { kind: 'ImageStreamTag', name },
  ...over,
});

/** `errors`: fields with their types, as `spec.target.sqs.queueArn Invalid`. */
export function decodeTarget<Spec extends object>(
  kind: TargetKind<Spec>,
  written: object,
  images: readonly FollowedImage[] = [followed('web:latest')],
): { readonly spec: Spec; readonly errors: readonly string[] } {
  const found: FieldError[] = [];
  const field = `spec.target.${kind.name}`;
  const spec = kind.decode(readFields(written, field, found));
  const rules = { namespace: 'shop', images, allowPrivateAddresses: false, allowed: {} };
  const errors = [...found, ...kind.validate(spec, field, rules)];
  return { spec, errors: errors.map((error) => `${error.field} ${error.type}`) };
}
