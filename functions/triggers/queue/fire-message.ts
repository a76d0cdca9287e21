/** Messages of the trigger queue. */
import { formatQueueText } from '../../changes/queue-text.ts';
import type { FireMessage } from './fire-queue.ts';
import type { TriggerOwner } from '../stored-trigger.ts';

export function formatFireMessage({ trigger, change }: FireMessage): string {
  return formatQueueText({ trigger, ...(change === undefined ? {} : { change }) });
}

/** Throws TypeError for anything `formatFireMessage` did not write. */
export function parseFireMessage(body: string): FireMessage {
  const { trigger, change } = asFields(JSON.parse(body), []) as { trigger?: unknown; change?: unknown };
  const checked = asFields(trigger, ['namespace', 'name', 'uid']) as unknown as TriggerOwner;
  if (change === undefined) return { trigger: checked };
  const asked = asFields(change, ['namespace', 'stream', 'tag', 'revision']) as unknown as NonNullable<FireMessage['change']>;
  if (!/^\d{1,20}$/.test(asked.revision)) throw new TypeError('revision of a fire message is no decimal number');
  return { trigger: checked, change: asked };
}

function asFields(value: unknown, texts: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw new TypeError('no fire message');
  const fields = value as Readonly<Record<string, unknown>>;
  if (texts.some((name) => typeof fields[name] !== 'string')) throw new TypeError(`a fire message needs ${texts.join(', ')}`);
  return fields;
}
