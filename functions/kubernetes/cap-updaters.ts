/** Keeps the list of managers short however many clients write (apimachinery `managedfields/internal/capmanagers.go`). Pure. */
import { type FieldManager, isSameManager } from './managed-fields.ts';

/** Managers with operation Update that an object remembers one by one. */
const MOST_UPDATERS = 10;
/** Owns what the oldest of too many owned. */
const BUCKET = 'ancient-changes';

/** Those that apply are all kept: each takes out what it stops to apply. */
export function capUpdaters(managers: readonly FieldManager[]): readonly FieldManager[] {
  const updaters = managers.filter(({ operation }) => operation === 'Update').sort((one, other) => (one.time < other.time ? -1 : 1));
  const tooMany = updaters.length - MOST_UPDATERS;
  if (tooMany <= 0) return managers;
  // One more than are too many: together they become one.
  const merged = new Set(updaters.slice(0, tooMany + 1));
  const [oldest] = updaters;
  if (oldest === undefined) return managers;
  const bucket = { ...oldest, manager: BUCKET, subresource: '', time: [...merged].at(-1)?.time ?? '' };
  const kept = managers.filter((manager) => !merged.has(manager) && !isSameManager(manager, bucket));
  const known = managers.filter((manager) => isSameManager(manager, bucket));
  const fields = new Set([...merged, ...known].flatMap((manager) => [...manager.fields]));
  return [...kept, { ...bucket, fields }];
}
