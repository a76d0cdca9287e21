/** Keys as the local runtime has them: files of 32 random bytes. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface KeyFiles {
  /** `file:` URL of a new key. */
  make(): string;
  remove(): void;
}

export function openKeyFiles(): KeyFiles {
  const directory = mkdtempSync(join(tmpdir(), 'key-files-'));
  return {
    make() {
      const file = join(directory, `${randomUUID()}.key`);
      writeFileSync(file, randomBytes(32));
      return pathToFileURL(file).href;
    },
    remove: () => rmSync(directory, { recursive: true }),
  };
}
