/** What a trigger must be like to be stored. Pure. */
import { notSupported } from '../../kubernetes/not-supported.ts';
import type { FieldError } from '../../kubernetes/types.ts';
import { type AllowedTargets, validateAwsResource } from '../../triggers/allowed-targets.ts';
import { followedTag, followKey } from '../../triggers/followed-tags.ts';
import { kindOf, TARGET_KINDS } from '../../triggers/kinds/registry.ts';
import { validateSecretRef } from '../../triggers/kinds/fields/secret-key-ref.ts';
import { validatePolicy } from '../../triggers/policy/validate-policy.ts';
import type { FollowedImage, ImageTriggerSpec, TriggerSource } from '../../triggers/types.ts';
import type { WantedTrigger } from './decode-trigger.ts';

export interface TriggerRules {
  readonly namespace: string;
  readonly allowPrivateAddresses: boolean;
  readonly allowed: AllowedTargets;
}

const MAX_IMAGES = 20;
const MAX_NAME = 253;
const MAX_PLACE = 1024;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with one";

export function validateTrigger({ metadata, spec }: WantedTrigger, rules: TriggerRules): readonly FieldError[] {
  return [
    ...validateName(metadata.name ?? ''),
    ...validateImages(spec, rules.namespace),
    ...validateTarget(spec, rules),
    ...(spec.policy === undefined ? [] : validatePolicy(spec.policy, 'spec.policy')),
  ];
}

function validateName(name: string): readonly FieldError[] {
  const field = 'metadata.name';
  if (name === '') return [{ type: 'Required', field, detail: 'name or generateName is required' }];
  if (name.length > MAX_NAME) return [{ type: 'Invalid', field, value: name, detail: `must be no more than ${MAX_NAME} characters` }];
  return SUBDOMAIN.test(name) ? [] : [{ type: 'Invalid', field, value: name, detail: SUBDOMAIN_RULE }];
}

function validateImages({ images }: ImageTriggerSpec, namespace: string): readonly FieldError[] {
  const field = 'spec.images';
  if (images.length === 0) return [{ type: 'Required', field, detail: 'at least one image stream tag must be followed' }];
  if (images.length > MAX_IMAGES)
    return [{ type: 'Invalid', field, value: images.length, detail: `must have at most ${MAX_IMAGES} items` }];
  const places = images.map((image) => placeOf(image, namespace));
  return images.flatMap((image, index) => {
    const at = `${field}[${index}]`;
    const isRepeated = places[index] !== null && places.indexOf(places[index] ?? null) < index;
    const value = image.container ?? image.fieldPath ?? image.from.name;
    return [
      ...validateSource(image.from, `${at}.from`, namespace),
      ...validatePlace(image, at),
      ...(isRepeated ? [{ type: 'Duplicate', field: at, value } as const] : []),
    ];
  });
}

/** What only one image may be for; null when that cannot be told. */
function placeOf({ from, container, fieldPath }: FollowedImage, namespace: string): string | null {
  if (container !== undefined || fieldPath !== undefined) return JSON.stringify([container ?? null, fieldPath ?? null]);
  const tag = followedTag(from, namespace);
  return tag === null ? null : followKey(tag);
}

function validatePlace({ container, fieldPath }: FollowedImage, field: string): readonly FieldError[] {
  const detail = 'may not be set together with container';
  if (container !== undefined && fieldPath !== undefined) return [{ type: 'Forbidden', field: `${field}.fieldPath`, detail }];
  const isTooLong = (container ?? fieldPath ?? '').length > MAX_PLACE;
  const name = container === undefined ? 'fieldPath' : 'container';
  return isTooLong ? [{ type: 'TooLong', field: `${field}.${name}`, detail: `must have at most ${MAX_PLACE} characters` }] : [];
}

function validateSource(source: TriggerSource, field: string, namespace: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (source.kind !== 'ImageStreamTag') {
    errors.push(notSupported(`${field}.kind`, source.kind, ['ImageStreamTag']));
  }
  if (source.name === '') errors.push({ type: 'Required', field: `${field}.name` });
  else if (followedTag(source, namespace) === null) {
    errors.push({ type: 'Invalid', field: `${field}.name`, value: source.name, detail: 'must be of the form <stream>:<tag>' });
  }
  if (source.namespace !== undefined && !LABEL.test(source.namespace)) {
    errors.push({ type: 'Invalid', field: `${field}.namespace`, value: source.namespace, detail: 'must be a lowercase RFC 1123 label' });
  }
  return errors;
}

function validateTarget({ target, images }: ImageTriggerSpec, rules: TriggerRules): readonly FieldError[] {
  const field = 'spec.target';
  const names = Object.keys(target);
  const supported = TARGET_KINDS.map(({ name }) => name);
  if (names.length === 0) return [{ type: 'Required', field, detail: `one of ${supported.join(', ')} is required` }];
  if (names.length > 1) return [{ type: 'Invalid', field, value: names.join(', '), detail: 'must have exactly one kind of target' }];
  const found = kindOf(target);
  if (found === null) return [notSupported(field, names[0], supported)];
  const { kind, spec } = found;
  const at = `${field}.${kind.name}`;
  const resource = kind.awsResource?.(spec);
  return [
    ...kind.validate(spec, at, { ...rules, images }),
    ...(kind.secretRefs?.(spec) ?? []).flatMap(({ member, ref }) => validateSecretRef(ref, `${at}.${member}`)),
    ...(resource === undefined ? [] : validateAwsResource(resource, at, rules.namespace, rules.allowed)),
  ];
}
