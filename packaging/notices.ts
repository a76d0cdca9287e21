import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const RULE = '-'.repeat(100);
const INTRODUCTION =
  'The bundles of functions in this package contain code of the packages below, under the licences printed with them. What is of this project itself is under the licence in LICENSE.';

interface Manifest {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly license?: string;
}

interface Notice {
  readonly title: string;
  /** Everything the package brings of its licence. */
  readonly text: string;
}

/**
 * The notices that licences of bundled packages ask to be kept with copies of their code; packages of one wording share it.
 * @param packages directories
 * @throws Error naming a package that does not say its licence
 */
export function thirdPartyNotices(packages: ReadonlySet<string>): string {
  const notices = [...packages].map(noticeOf).sort((one, other) => (one.title < other.title ? -1 : 1));
  const byText = Map.groupBy(notices, ({ text }) => text);
  const sections = [...byText].map(([text, sharing]) => `${[...new Set(sharing.map(({ title }) => title))].join('\n')}\n\n${text}`);
  return `${[INTRODUCTION, ...sections].join(`\n\n${RULE}\n`)}\n`;
}

function noticeOf(directory: string): Notice {
  const { name, version, license } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
  if (license === undefined) throw new Error(`${name} does not say its licence: it cannot be part of a bundle`);
  const files = readdirSync(directory).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(join(directory, file), 'utf8').trim());
  return { title: `${name} ${version} (${license})`, text: texts.join('\n\n') || 'The package brings no text of its licence.' };
}
