/** From a decoded body to an ImageTrigger: known members only, of the right types (docs/events.md). */
import { ApiError } from '../../kubernetes/api-error.ts';
import { invalid } from '../../kubernetes/status.ts';
import type { FieldError, KubernetesObject, ObjectMeta } from '../../kubernetes/types.ts';
import { type FieldReader, presentTexts, readFields } from '../../triggers/kinds/fields/field-reader.ts';
import { TARGET_KINDS } from '../../triggers/kinds/registry.ts';
import { type TargetSpec } from '../../triggers/target-spec.ts';
import {
  DELIVERY_API_VERSION,
  DELIVERY_GROUP,
  type FailurePolicy,
  type FollowedImage,
  type ImageTriggerSpec,
  type TriggerPolicy,
  type TriggerSource,
  type TriggerWindow,
} from '../../triggers/types.ts';

/** What a client may say: metadata and spec. A status it sends is not looked at. */
export interface WantedTrigger {
  readonly metadata: ObjectMeta;
  readonly spec: ImageTriggerSpec;
}

export const TRIGGER_TYPE = { kind: 'ImageTrigger', apiVersion: DELIVERY_API_VERSION } as const;

/** Throws ApiError 422 naming every member of another type than it must have. */
export function decodeTrigger(body: KubernetesObject): WantedTrigger {
  const metadata = body.metadata ?? {};
  const errors: FieldError[] = [];
  const spec = readSpec((body as { readonly spec?: unknown }).spec, errors);
  if (errors.length > 0) throw new ApiError(invalid(DELIVERY_GROUP, 'ImageTrigger', metadata.name ?? '', errors));
  return { metadata, spec };
}

function readSpec(value: unknown, errors: FieldError[]): ImageTriggerSpec {
  const spec = readFields(value, 'spec', errors);
  const images = spec.objects('images').map(readImage);
  const paused = spec.flag('paused');
  const target = readTarget((value as { readonly target?: unknown } | null | undefined)?.target, errors);
  const policy = spec.object('policy');
  return { images, ...(paused ? { paused } : {}), target, ...(policy === null ? {} : { policy: readPolicy(policy) }) };
}

function readImage(fields: FieldReader): FollowedImage {
  return { from: readSource(fields), ...presentTexts(fields, ['container', 'fieldPath']) };
}

function readSource(image: FieldReader): TriggerSource {
  const from = image.object('from');
  const kind = from?.text('kind') ?? '';
  // Any kind but the default passes through to validation, which names the ones there are.
  const known = { kind: (kind === '' ? 'ImageStreamTag' : kind) as TriggerSource['kind'], name: from?.text('name') ?? '' };
  return from === null ? known : { ...known, ...presentTexts(from, ['namespace']) };
}

function readPolicy(fields: FieldReader): TriggerPolicy {
  const window = fields.objects('window').map(readWindow);
  const rate = fields.object('rate');
  const onFailure = fields.text('onFailure');
  return {
    ...(window.length === 0 ? {} : { window }),
    ...presentTexts(fields, ['minInterval', 'batch']),
    ...(rate === null ? {} : { rate: { deliveries: rate.integer('deliveries'), per: rate.text('per') } }),
    // What is none of them passes through to validation, which names the ones there are.
    ...(onFailure === '' ? {} : { onFailure: onFailure as FailurePolicy }),
  };
}

function readWindow(fields: FieldReader): TriggerWindow {
  return { days: fields.texts('days'), start: fields.text('start'), end: fields.text('end'), ...presentTexts(fields, ['timeZone']) };
}

/** Kinds of targets this deployment does not know pass through to validation, too. */
function readTarget(value: unknown, errors: FieldError[]): TargetSpec {
  const fields = readFields(value, 'spec.target', errors);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return {};
  const given = Object.entries(value).filter((entry): entry is [string, object] => entry[1] !== undefined && entry[1] !== null);
  return Object.fromEntries(
    given.map(([name, spec]) => {
      const kind = TARGET_KINDS.find((known) => known.name === name);
      const members = kind === undefined ? null : fields.object(name);
      return [name, kind === undefined || members === null ? spec : kind.decode(members)];
    }),
  );
}
