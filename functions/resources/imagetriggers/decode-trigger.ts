/** From a decoded body to an ImageTrigger: known members only, of the right types (docs/events.md). */
import { ApiError } from '../../kubernetes/api-error.ts';
import { invalid } from '../../kubernetes/status.ts';
import type { FieldError, KubernetesObject, ObjectMeta } from '../../kubernetes/types.ts';
import { SECRET_MASK } from './signing-secret.ts';
import { DELIVERY_API_VERSION, DELIVERY_GROUP, type ImageTriggerSpec, type TargetSpec, type TriggerSource } from '../../triggers/types.ts';

/** What a client may say: metadata and spec. A status it sends is not looked at. */
export interface WantedTrigger {
  readonly metadata: ObjectMeta;
  readonly spec: ImageTriggerSpec;
}

/** Throws ApiError 422 naming every member of another type than it must have. */
export function decodeTrigger(body: KubernetesObject): WantedTrigger {
  const metadata = body.metadata ?? {};
  const errors: FieldError[] = [];
  const spec = readSpec((body as { readonly spec?: unknown }).spec, errors);
  if (errors.length > 0) throw new ApiError(invalid(DELIVERY_GROUP, 'ImageTrigger', metadata.name ?? '', errors));
  return { metadata, spec };
}

export const TRIGGER_TYPE = { kind: 'ImageTrigger', apiVersion: DELIVERY_API_VERSION } as const;

type Members = Readonly<Record<string, unknown>>;

function readSpec(value: unknown, errors: FieldError[]): ImageTriggerSpec {
  const spec = asMembers(value, 'spec', errors);
  const { from, paused } = spec;
  if (from !== undefined && from !== null && !Array.isArray(from)) errors.push(typeError('spec.from', from, 'array'));
  if (paused !== undefined && paused !== null && typeof paused !== 'boolean') errors.push(typeError('spec.paused', paused, 'boolean'));
  const sources = Array.isArray(from) ? from.map((source, index) => readSource(source, `spec.from[${index}]`, errors)) : [];
  const target = readTarget(spec['target'], errors);
  return { from: sources, ...(paused === true ? { paused } : {}), target };
}

function readSource(value: unknown, field: string, errors: FieldError[]): TriggerSource {
  const source = asMembers(value, field, errors);
  const kind = readText(source['kind'], `${field}.kind`, errors);
  const namespace = readText(source['namespace'], `${field}.namespace`, errors);
  // Any kind but the default passes through to validation, which names the ones there are.
  const known = {
    kind: (kind === '' ? 'ImageStreamTag' : kind) as TriggerSource['kind'],
    name: readText(source['name'], `${field}.name`, errors),
  };
  return namespace === '' ? known : { ...known, namespace };
}

/** Kinds of targets this deployment does not know pass through to validation, too. */
function readTarget(value: unknown, errors: FieldError[]): TargetSpec {
  const target = Object.fromEntries(
    Object.entries(asMembers(value, 'spec.target', errors)).filter(([, kind]) => kind !== undefined && kind !== null),
  );
  if (!('webhook' in target)) return target;
  const webhook = asMembers(target['webhook'], 'spec.target.webhook', errors);
  const url = readText(webhook['url'], 'spec.target.webhook.url', errors);
  const signingSecret = readText(webhook['signingSecret'], 'spec.target.webhook.signingSecret', errors, SECRET_MASK);
  return { ...target, webhook: { url, ...(signingSecret === '' ? {} : { signingSecret }) } };
}

function asMembers(value: unknown, field: string, errors: FieldError[]): Members {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Members;
  // Not shown: a secret put one level too high would be.
  errors.push(typeError(field, undefined, 'object'));
  return {};
}

function readText(value: unknown, field: string, errors: FieldError[], shown: unknown = value): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  errors.push(typeError(field, shown, 'string'));
  return '';
}

function typeError(field: string, value: unknown, wanted: string): FieldError {
  return { type: 'TypeInvalid', field, value, detail: `must be of type ${wanted}` };
}
