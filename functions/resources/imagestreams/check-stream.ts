/** What every write of a stream is held to besides its own rules: the registries images may come from, and the namespace's limits. */
import { specRules, statusRules } from '../../image/reference-rules.ts';
import type { StreamState } from '../../image/stream-state.ts';
import { validateStream } from '../../image/validation.ts';
import { forbidden, invalid } from '../../kubernetes/status.ts';
import type { FieldError, Status } from '../../kubernetes/types.ts';
import { IMAGE_GROUP, type ImageApi } from '../image-api.ts';
import { type Excess, findExcess } from './check-limits.ts';

export type CheckApi = Pick<ImageApi, 'streams' | 'limits' | 'allowedRegistries'>;

export interface StreamCheck {
  readonly errors: readonly FieldError[];
  /** 422 with all errors; null when there are none. */
  readonly refusal: Status | null;
  /** A limit is exceeded: an import tells so on its tags. */
  readonly isOverLimit: boolean;
}

/** Problems of a spec write; limits name the field that holds too much (§12). */
export async function checkSpecWrite(api: CheckApi, before: StreamState | null, after: StreamState): Promise<StreamCheck> {
  const errors = await validateReferences(api, before, after, specRules);
  const excess = await findExcess(api, before, after);
  const limits = excess.map(({ field, message }): FieldError => ({ type: 'Forbidden', field, detail: message }));
  return checked(after, [...errors, ...limits], excess);
}

/** Problems of a status write, a mapping's included; limits name `imageStream` and come first, as upstream. */
export async function checkStatusWrite(api: CheckApi, before: StreamState, after: StreamState): Promise<StreamCheck> {
  const errors = await validateReferences(api, before, after, statusRules);
  const excess = await findExcess(api, before, after);
  const limits = excess.length === 0 ? [] : [streamError(after.name, excess)];
  return checked(after, [...limits, ...errors], excess);
}

function checked({ name }: StreamState, errors: readonly FieldError[], excess: readonly Excess[]): StreamCheck {
  const refusal = errors.length === 0 ? null : invalid(IMAGE_GROUP, 'ImageStream', name, errors);
  return { errors, refusal, isOverLimit: excess.length > 0 };
}

function streamError(name: string, excess: readonly Excess[]): FieldError {
  const messages = excess.map(({ message }) => message);
  const why = messages.length === 1 ? (messages[0] ?? '') : `[${messages.join(', ')}]`;
  return { type: 'Forbidden', field: 'imageStream', detail: forbidden(IMAGE_GROUP, 'ImageStream', name, why).message };
}

/**
 * What a stored stream names stays allowed. Of a stream of which only some tags were loaded the others are looked at when a registry would be
 * refused without them: most writes need no more than the list of registries.
 */
async function validateReferences(
  { streams, allowedRegistries }: CheckApi,
  before: StreamState | null,
  after: StreamState,
  rules: typeof specRules,
): Promise<readonly FieldError[]> {
  const errors = validateStream(before, after, rules(before, allowedRegistries));
  const isPart = before !== null && before.annotations === null;
  if (!isPart || !errors.some(({ type }) => type === 'Forbidden')) return errors;
  const whole = await streams.readStream(before.namespace, before.name);
  if (whole === null) return errors;
  return validateStream(before, { ...after, annotations: whole.annotations }, rules(whole, allowedRegistries));
}
