import type { SweepProgress, SweepProgressStore } from '../triggers/ports.ts';
import { decode, tagged } from './codec.ts';
import { openDatabase, type StoreOptions } from './database.ts';
import type { ItemBase } from './items.ts';
import { readItem } from './reading.ts';
import { TRIGGER_SWEEP } from './trigger-keys.ts';
import { putItem } from './writing.ts';

interface SweepItem extends ItemBase {
  readonly entity: 'trigger-sweep';
  readonly started: number;
  readonly next?: string;
}

/** One item of table `state`. Two runs at once would compare some triggers twice, no more. */
export function createSweepProgressStore(options: StoreOptions): SweepProgressStore {
  const db = openDatabase(options);
  return {
    async readProgress(): Promise<SweepProgress | null> {
      const item = await readItem(db, TRIGGER_SWEEP);
      if (item === null) return null;
      const { started, next } = decode<SweepItem>(item, 'trigger-sweep');
      return next === undefined ? { started } : { started, continue: next };
    },
    async saveProgress({ started, continue: next }) {
      const item: SweepItem = { ...TRIGGER_SWEEP, ...tagged('trigger-sweep'), started, ...(next === undefined ? {} : { next }) };
      await putItem(db, item);
    },
  };
}
