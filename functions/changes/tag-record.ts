/** Decodes DynamoDB stream records of table `state` into what happened to a tag or a trigger. Everything else decodes to null. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { DynamoDBRecord } from 'aws-lambda';
import { CODEC_VERSION, type TagItem } from '../store/items.ts';
import type { TagChange } from './describe-change.ts';
import type { TriggerImage } from './trigger-change-event.ts';

/** One write of one item: what it was and what it became. */
export type StateChange =
  | ({ readonly entity: 'tag' } & TagChange)
  | { readonly entity: 'trigger'; readonly before: TriggerImage | null; readonly after: TriggerImage | null };

/** A record of a codec this code does not know, or a damaged one. */
export class UndecodableRecordError extends Error {
  override readonly name = 'UndecodableRecordError';
}

const TAG_TEXTS = ['namespace', 'stream', 'incarnation', 'uid', 'tag', 'actor', 'cause'] as const;
const TAG_NUMBERS = ['revision', 'sequence', 'time'] as const;
const TRIGGER_TEXTS = ['namespace', 'name', 'uid', 'targetKey'] as const;
const TRIGGER_NUMBERS = ['revision', 'generation'] as const;

/** Throws UndecodableRecordError. */
export function decodeRecord(record: DynamoDBRecord): StateChange | null {
  const before = decodeImage(record.dynamodb?.OldImage);
  const after = decodeImage(record.dynamodb?.NewImage);
  const entity = (after ?? before)?.entity;
  if (entity === 'tag') return { entity, before: asTag(before), after: asTag(after) };
  if (entity === 'trigger') return { entity, before: asTrigger(before), after: asTrigger(after) };
  return null;
}

type Image = Readonly<Record<string, unknown>>;

function decodeImage(image: unknown): Image | null {
  if (image === undefined || image === null) return null;
  try {
    return unmarshall(image as Record<string, AttributeValue>);
  } catch (error) {
    throw new UndecodableRecordError('the record holds no DynamoDB attribute values', { cause: error });
  }
}

function asTag(image: Image | null): TagItem | null {
  if (image === null) return null;
  requireVersion(image);
  requireAttributes(image, TAG_TEXTS, TAG_NUMBERS);
  const newest = image['newest'];
  if (newest !== undefined) requireAttributes(asImage(newest, 'newest'), ['dockerImageReference', 'image'], ['generation']);
  const conditions = image['conditions'];
  if (conditions !== undefined && !Array.isArray(conditions)) throw new UndecodableRecordError('conditions are no list');
  // Checked above: the attributes the events are made of; the rest of the type is not looked at.
  return image as unknown as TagItem;
}

/** The tombstone of a deleted trigger is no trigger. */
function asTrigger(image: Image | null): TriggerImage | null {
  if (image === null || image['deleted'] === true) return null;
  requireVersion(image);
  requireAttributes(image, TRIGGER_TEXTS, TRIGGER_NUMBERS);
  const spec = asImage(image['spec'], 'spec');
  const { namespace, name, uid, revision, generation, targetKey } = image as unknown as Omit<TriggerImage, 'paused' | 'redelivery'>;
  const trigger = { namespace, name, uid, revision, generation, targetKey, paused: spec['paused'] === true };
  const redelivery = image['redelivery'] === undefined ? undefined : asImage(image['redelivery'], 'redelivery')['id'];
  return typeof redelivery === 'string' ? { ...trigger, redelivery } : trigger;
}

function asImage(value: unknown, attribute: string): Image {
  if (typeof value !== 'object' || value === null) throw new UndecodableRecordError(`attribute ${attribute} is no map`);
  return value as Image;
}

function requireVersion(image: Image): void {
  if (image['v'] !== CODEC_VERSION) throw new UndecodableRecordError('written by another version of the codec');
}

function requireAttributes(image: Image, texts: readonly string[], numbers: readonly string[]): void {
  const missing = texts.filter((name) => typeof image[name] !== 'string').concat(numbers.filter((name) => typeof image[name] !== 'number'));
  if (missing.length > 0) throw new UndecodableRecordError(`attributes missing or of another type: ${missing.join(', ')}`);
}
