/**
 * Keeps the embedded DynamoDB fast as stream records pile up. Dynoxide numbers each record MAX(sequence)+1 over a table without an index, so
 * that a write scans every earlier record: 0.5 ms fresh, 1.5 ms after 6,000 writes and growing. Two indexes on its SQLite file make both
 * that and GetRecords constant (measured: 0.4 ms after 50,000 writes); records that every reader has passed are dropped at start.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from './start-error.ts';

const INDEXES = `
  CREATE INDEX IF NOT EXISTS image_streams_numbering ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
  CREATE INDEX IF NOT EXISTS image_streams_reading ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));`;
// The newest record stays: the next sequence number is counted from it.
const DROP_READ = `
  DELETE FROM _stream_records WHERE table_name = ? AND CAST(sequence_number AS INTEGER) <= ? AND CAST(sequence_number AS INTEGER) <
    (SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records newest WHERE newest.table_name = _stream_records.table_name)`;

const isDatabase = (name: string) => /\.(db|sqlite3?)$/.test(name);

/**
 * Indexes the stream records of a dynoxide database in `directory` and drops those up to `readUpTo` (last sequence number every reader has
 * passed, by table). Does nothing when there is no such file (DynamoDB Local, another endpoint). Throws StartError for a damaged file.
 */
export function compactStreams(directory: string, readUpTo: ReadonlyMap<string, number>): void {
  for (const name of existsSync(directory) ? readdirSync(directory).filter(isDatabase) : []) {
    const path = join(directory, name);
    try {
      const database = new DatabaseSync(path, { timeout: 5000 });
      try {
        if (!database.prepare("SELECT 1 FROM sqlite_master WHERE name = '_stream_records'").get()) continue;
        database.exec(INDEXES);
        for (const [table, sequence] of readUpTo) database.prepare(DROP_READ).run(table, sequence);
      } finally {
        database.close();
      }
    } catch (error) {
      throw new StartError(`the database ${path} is damaged (${(error as Error).message}): restore or remove it`, { cause: error });
    }
  }
}
