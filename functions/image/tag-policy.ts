/** What people say about how a tag may move, in annotations that clients carry along (docs/decisions/0033-a-tag-can-be-held.md). Pure. */
import type { FieldError } from '../kubernetes/types.ts';
import type { Digest, TagReference } from './types.ts';

/** Of a spec tag: its presence holds the tag where it is, its value says why. */
export const HOLD_ANNOTATION = 'image-streams.io/hold';
/** Of a spec tag: when a hold ends by itself, RFC 3339. */
export const HOLD_UNTIL_ANNOTATION = 'image-streams.io/hold-until';
/** Of a spec tag: how long a new image must have been known before the tag moves to it. */
export const MINIMUM_AGE_ANNOTATION = 'image-streams.io/minimum-age';
/** Of a stream: digests its tags never move to, separated by commas or white space. */
export const DENIED_IMAGES_ANNOTATION = 'image-streams.io/denied-images';

/** Every write of the stream carries the list (head item). */
export const MOST_DENIED = 50;

export interface Hold {
  /** May be empty. */
  readonly reason: string;
  /** RFC 3339 as typed; absent = until somebody takes the hold away. */
  readonly until?: string;
}

type Annotations = Readonly<Record<string, string>> | null | undefined;

const DIGEST = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const DURATION = /^(?=\d)(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?(?:(\d{1,8})s)?$/;

/** The hold on a tag at `now` (RFC 3339), null when there is none or it has ended. An end that cannot be read is no end. */
export function activeHold(spec: TagReference | null, now: string): Hold | null {
  const reason = spec?.annotations?.[HOLD_ANNOTATION];
  if (reason === undefined) return null;
  const until = spec?.annotations?.[HOLD_UNTIL_ANNOTATION];
  if (until === undefined || !isTime(until)) return { reason };
  return Date.parse(now) < Date.parse(until) ? { reason, until } : null;
}

/** Those of a spec tag's annotations that say how it may move. */
export function policyAnnotations(spec: TagReference | null): NonNullable<Annotations> {
  const ours = [HOLD_ANNOTATION, HOLD_UNTIL_ANNOTATION, MINIMUM_AGE_ANNOTATION];
  return Object.fromEntries(Object.entries(spec?.annotations ?? {}).filter(([name]) => ours.includes(name)));
}

/** Milliseconds; 0 when there is none, or none that can be read. */
export function minimumAge(spec: TagReference | null): number {
  return parseDuration(spec?.annotations?.[MINIMUM_AGE_ANNOTATION] ?? '') ?? 0;
}

/** The list of a stream's annotations; what is no digest is left out. */
export function deniedImages(annotations: Annotations): readonly Digest[] {
  return wordsOf(annotations).filter((word) => DIGEST.test(word));
}

/** Errors of a spec tag's annotations; `path` e.g. `spec.tags[latest]`. */
export function validateTagPolicy(path: string, annotations: Annotations): readonly FieldError[] {
  const errors: FieldError[] = [];
  const until = annotations?.[HOLD_UNTIL_ANNOTATION];
  if (until !== undefined && !isTime(until)) {
    errors.push(
      invalid(`${path}.annotations[${HOLD_UNTIL_ANNOTATION}]`, until, 'must be a time as in RFC 3339, e.g. 2026-01-31T12:00:00Z'),
    );
  }
  const age = annotations?.[MINIMUM_AGE_ANNOTATION];
  if (age !== undefined && parseDuration(age) === null) {
    errors.push(invalid(`${path}.annotations[${MINIMUM_AGE_ANNOTATION}]`, age, 'must be a duration, e.g. 30m, 24h or 7d'));
  }
  return errors;
}

/** Errors of a stream's annotations. */
export function validateDeniedImages(annotations: Annotations): readonly FieldError[] {
  const field = `metadata.annotations[${DENIED_IMAGES_ANNOTATION}]`;
  const words = wordsOf(annotations);
  const wrong = words.filter((word) => !DIGEST.test(word)).map((word) => invalid(field, word, 'must be a digest, e.g. sha256:…'));
  return words.length <= MOST_DENIED ? wrong : [...wrong, invalid(field, String(words.length), `must have at most ${MOST_DENIED} digests`)];
}

/** The same of a list that differs from the stored one. `before`: null where annotations were not loaded, undefined for a new stream. */
export function validateNewList(before: Annotations, after: Annotations): readonly FieldError[] {
  const isKept = before === null || before?.[DENIED_IMAGES_ANNOTATION] === after?.[DENIED_IMAGES_ANNOTATION];
  return isKept ? [] : validateDeniedImages(after);
}

function wordsOf(annotations: Annotations): readonly string[] {
  return [...new Set((annotations?.[DENIED_IMAGES_ANNOTATION] ?? '').split(/[\s,]+/).filter((word) => word !== ''))];
}

function isTime(text: string): boolean {
  return TIME.test(text) && !Number.isNaN(Date.parse(text));
}

function parseDuration(text: string): number | null {
  const found = DURATION.exec(text);
  if (found === null) return null;
  const [days, hours, minutes, seconds] = found.slice(1).map((count) => Number(count ?? 0)) as [number, number, number, number];
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

function invalid(field: string, value: string, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}
