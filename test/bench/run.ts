/**
 * `npm run bench -- [--check] [section…]`: measures what the budgets of performance.md §6 are about (docs/performance.md tells how to read it).
 * Fails when a section does not run; with `--check` also when a budget that is a count is missed.
 */
import { fork } from 'node:child_process';
import { globSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { budgetTable, formatTable } from './print.ts';
import { type Budget, isMet, type SectionResult } from './section.ts';

/** Counts first: they are what travels to another machine. */
const ORDER = [
  'write-units',
  'registry-requests',
  'fleet',
  'bundles',
  'digest-checks',
  'import-latency',
  'full-import',
  'hot-stream',
  'retag-latency',
  'trigger-latency',
];

function runSection(name: string): Promise<SectionResult> {
  return new Promise((resolve, reject) => {
    const child = fork(join(import.meta.dirname, 'section-process.ts'), [name]);
    let result: SectionResult | undefined;
    child.on('message', (message) => (result = message as SectionResult));
    child.on('error', reject);
    child.on('exit', (code) => (result === undefined ? reject(new Error(`section ${name} ended with code ${code}`)) : resolve(result)));
  });
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ options: { check: { type: 'boolean', default: false } }, allowPositionals: true });
  const known = globSync('sections/*.ts', { cwd: import.meta.dirname }).map((file) => basename(file, '.ts'));
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new Error(`no such section: ${unknown.join(', ')}; there are ${known.sort().join(', ')}`);
  const names = ORDER.filter((name) => positionals.length === 0 || positionals.includes(name));
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}\n`);

  const budgets: Budget[] = [];
  for (const name of names) {
    try {
      const result = await runSection(name);
      for (const table of result.tables) console.log(`${formatTable(table)}\n`);
      for (const note of result.notes ?? []) console.log(`${note}\n`);
      budgets.push(...result.budgets);
    } catch (error) {
      console.error(error instanceof Error ? error.message : error);
      process.exitCode = 1;
    }
  }
  const missed = budgets.filter((budget) => !isMet(budget));
  console.log(formatTable(budgetTable(budgets)));
  console.log(`\n${budgets.length - missed.length} of ${budgets.length} budgets met.`);
  if (values.check && missed.some(({ kind }) => kind === 'count')) process.exitCode = 1;
}

await main();
