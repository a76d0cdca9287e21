/** What a trigger must be like to be stored. Pure. */
import type { FieldError } from '../../kubernetes/types.ts';
import { followedTag, followKey } from '../../triggers/followed-tags.ts';
import type { ImageTriggerSpec, TargetSpec, TriggerSource } from '../../triggers/types.ts';
import type { WantedTrigger } from './decode-trigger.ts';
import { validateWebhook } from './validate-webhook.ts';

export interface TriggerRules {
  readonly namespace: string;
  readonly allowPrivateAddresses: boolean;
}

const MAX_SOURCES = 20;
const MAX_NAME = 253;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;
const LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;
const SUBDOMAIN_RULE =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with one";

export function validateTrigger({ metadata, spec }: WantedTrigger, rules: TriggerRules): readonly FieldError[] {
  return [...validateName(metadata.name ?? ''), ...validateSources(spec, rules.namespace), ...validateTarget(spec.target, rules)];
}

function validateName(name: string): readonly FieldError[] {
  const field = 'metadata.name';
  if (name === '') return [{ type: 'Required', field, detail: 'name or generateName is required' }];
  if (name.length > MAX_NAME) return [{ type: 'Invalid', field, value: name, detail: `must be no more than ${MAX_NAME} characters` }];
  return SUBDOMAIN.test(name) ? [] : [{ type: 'Invalid', field, value: name, detail: SUBDOMAIN_RULE }];
}

function validateSources({ from }: ImageTriggerSpec, namespace: string): readonly FieldError[] {
  if (from.length === 0) return [{ type: 'Required', field: 'spec.from', detail: 'at least one image stream tag must be followed' }];
  const tooMany: FieldError = { type: 'Invalid', field: 'spec.from', value: from.length, detail: `must have at most ${MAX_SOURCES} items` };
  if (from.length > MAX_SOURCES) return [tooMany];
  const keys = from.map((source) => {
    const tag = followedTag(source, namespace);
    return tag === null ? null : followKey(tag);
  });
  return from.flatMap((source, index) => {
    const field = `spec.from[${index}]`;
    const isRepeated = keys[index] !== null && keys.indexOf(keys[index] ?? null) < index;
    return [
      ...validateSource(source, field, namespace),
      ...(isRepeated ? [{ type: 'Duplicate', field, value: source.name } as const] : []),
    ];
  });
}

function validateSource(source: TriggerSource, field: string, namespace: string): readonly FieldError[] {
  const errors: FieldError[] = [];
  if (source.kind !== 'ImageStreamTag') {
    errors.push({ type: 'NotSupported', field: `${field}.kind`, value: source.kind, detail: 'supported values: "ImageStreamTag"' });
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

/** One rule set per kind of target, as `functions/triggers/targets` has one file per kind. */
const TARGET_RULES: {
  readonly [Kind in keyof Required<TargetSpec>]: (target: Required<TargetSpec>[Kind], rules: TriggerRules) => readonly FieldError[];
} = {
  webhook: validateWebhook,
};

function validateTarget(target: TargetSpec, rules: TriggerRules): readonly FieldError[] {
  const field = 'spec.target';
  const kinds = Object.keys(target);
  const supported = Object.keys(TARGET_RULES);
  if (kinds.length === 0) return [{ type: 'Required', field, detail: `one of ${supported.join(', ')} is required` }];
  if (kinds.length > 1) return [{ type: 'Invalid', field, value: kinds.join(', '), detail: 'must have exactly one kind of target' }];
  if (target.webhook !== undefined) return TARGET_RULES.webhook(target.webhook, rules);
  return [{ type: 'NotSupported', field, value: kinds[0], detail: `supported values: ${supported.map((kind) => `"${kind}"`).join(', ')}` }];
}
