/** From the many runtimes of the integration tests to the one question whether the template's permissions are the right ones. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LocalRuntime } from '../../lib/local/index.ts';

export type PermissionReport = ReturnType<LocalRuntime['permissions']>;

/** Names the directory of one test run; processes that Vitest starts inherit it. */
const DIRECTORY = 'PERMISSION_REPORTS';

/** Vitest's global setup: a directory for this run, and its removal. */
export function setup(): () => void {
  const directory = mkdtempSync(join(tmpdir(), 'permission-reports-'));
  process.env[DIRECTORY] = directory;
  return () => rmSync(directory, { recursive: true, force: true });
}

/** Keeps the report of a runtime that ends; outside of Vitest there is nobody who would read it. */
export function savePermissionReport(report: PermissionReport): void {
  const directory = process.env[DIRECTORY];
  if (directory !== undefined) writeFileSync(join(directory, `${randomUUID()}.json`), JSON.stringify(report));
}

/** The reports of this run, as if one runtime had seen everything; null when no runtime has ended yet. */
export function readPermissionReports(): PermissionReport | null {
  const directory = process.env[DIRECTORY] ?? '';
  const reports = readdirSync(directory).map((name) => JSON.parse(readFileSync(join(directory, name), 'utf8')) as PermissionReport);
  const all = (part: keyof PermissionReport) => [...new Set(reports.flatMap((report) => report[part]))].sort();
  return reports.length === 0 ? null : { granted: all('granted'), used: all('used'), refused: all('refused') };
}
