/** Messages of the trigger queue. */
import { createHash } from 'node:crypto';
import { formatQueueText } from '../changes/queue-text.ts';
import type { FireMessage, SigningKeyOwner } from './ports.ts';

export function formatFireMessage({ trigger, change }: FireMessage): string {
  return formatQueueText({ trigger, ...(change === undefined ? {} : { change }) });
}

/** Throws TypeError for anything `formatFireMessage` did not write. */
export function parseFireMessage(body: string): FireMessage {
  const { trigger, change } = asFields(JSON.parse(body), []) as { trigger?: unknown; change?: unknown };
  const checked = asFields(trigger, ['namespace', 'name', 'uid']) as unknown as SigningKeyOwner;
  if (change === undefined) return { trigger: checked };
  const asked = asFields(change, ['namespace', 'stream', 'tag', 'revision']) as unknown as NonNullable<FireMessage['change']>;
  if (!/^\d{1,20}$/.test(asked.revision)) throw new TypeError('revision of a fire message is no decimal number');
  return { trigger: checked, change: asked };
}

/** Messages of one trigger are handled one after the other; 64 characters of the 128 that a message group may have. */
export function messageGroupOf({ namespace, name, uid }: SigningKeyOwner): string {
  return createHash('sha256')
    .update(JSON.stringify([namespace, name, uid]))
    .digest('hex');
}

function asFields(value: unknown, texts: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new TypeError('no fire message');
  const fields = value as Readonly<Record<string, unknown>>;
  if (texts.some((name) => typeof fields[name] !== 'string')) throw new TypeError(`a fire message needs ${texts.join(', ')}`);
  return fields;
}
