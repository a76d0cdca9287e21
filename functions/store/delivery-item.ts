import type { DeliveryPage } from '../triggers/ports.ts';
import type { TriggerOwner } from '../triggers/stored-trigger.ts';
import type { PageRequest } from '../resources/ports.ts';
import type { TriggerDelivery } from '../triggers/types.ts';
import { decode, tagged } from './codec.ts';
import { badToken } from './continue-token.ts';
import type { Database } from './database.ts';
import type { ItemBase } from './items.ts';
import { queryFirst } from './reading.ts';
import { deliveriesRange, deliveryKey } from './trigger-keys.ts';

/** One delivery of a trigger's history. */
export interface DeliveryItem extends ItemBase {
  readonly entity: 'delivery';
  readonly delivery: TriggerDelivery;
}

const KEPT_SECONDS = 30 * 24 * 60 * 60;
const PAGE = 100;
const MOST = 500;

/** `now` in ms. What is told later of the same delivery replaces the item. */
export function encodeDelivery(trigger: TriggerOwner, delivery: TriggerDelivery, now: number): DeliveryItem {
  const key = deliveryKey(trigger, Date.parse(delivery.time), delivery.id);
  return { ...key, ...tagged('delivery'), delivery, ttl: Math.floor(now / 1000) + KEPT_SECONDS };
}

/** See TriggerStore.listDeliveries. Expired items that are still there are not shown. */
export async function listDeliveries(db: Database, { namespace, name, uid }: TriggerOwner, request: PageRequest): Promise<DeliveryPage> {
  const limit = Math.min(request.limit === undefined || request.limit <= 0 ? PAGE : request.limit, MOST);
  const last = request.continue === undefined ? null : parsePlace(request.continue);
  // One that was shown already, and one that tells whether there are more.
  const found = await queryFirst(db, deliveriesRange({ namespace, name, uid }, last), { descending: true, pageSize: limit + 2 });
  const rest = found.filter((item) => item['sk'] !== last);
  const shown = rest.slice(0, limit).map((item) => decode<DeliveryItem>(item, 'delivery'));
  const end = shown.at(-1)?.sk;
  const alive = shown.filter(({ ttl = Infinity }) => ttl * 1000 > db.clock());
  return {
    deliveries: alive.map(({ delivery }) => delivery),
    ...(rest.length > shown.length && end !== undefined ? { continue: formatPlace(end) } : {}),
  };
}

function formatPlace(sortKey: string): string {
  return Buffer.from(JSON.stringify({ v: 1, last: sortKey })).toString('base64url');
}

function parsePlace(token: string): string {
  try {
    const { v, last } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as { readonly v?: unknown; readonly last?: unknown };
    if (v === 1 && typeof last === 'string' && last.startsWith('D#')) return last;
  } catch (cause) {
    throw badToken({ cause });
  }
  throw badToken();
}
