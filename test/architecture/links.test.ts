import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const pages = ['README.md', ...globSync('docs/**/*.md', { cwd: ROOT })];

describe('documentation', () => {
  it.each(pages)('links of %s lead to files and headings that exist', (page) => {
    const broken = linksOf(page).filter((link) => !resolves(page, link));
    expect(broken).toEqual([]);
  });

  it('numbers decisions uniquely', () => {
    const numbers = globSync('docs/decisions/*.md', { cwd: ROOT }).map((path) => path.slice('docs/decisions/'.length).slice(0, 4));
    expect(numbers).toEqual([...new Set(numbers)]);
  });
});

/** Targets of the links that stay inside the project; code is no text. */
function linksOf(page: string): readonly string[] {
  const prose = withoutCode(readFileSync(join(ROOT, page), 'utf8')).replace(/`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''));
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((found) => found[1] ?? '').filter((target) => !/^\w+:/.test(target));
}

function resolves(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
  if (!existsSync(file)) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).has(anchor);
}

/** Anchors as GitHub makes them from headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map((found) => found[1] ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function withoutCode(text: string): string {
  return text.replace(/^```.*?^```/gms, '');
}
