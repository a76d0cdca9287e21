import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bundleFunction } from '../../../lib/bundle.ts';
import { LAMBDA_ENVIRONMENT } from '../../support/lambda-environment.ts';

const directory = mkdtempSync(join(tmpdir(), 'declare-objects-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** No stack of a deployment has it, so that no test of those loads it. */
it('the function of consumers’ stacks loads on its own and has a handler', () => {
  bundleFunction('declare-objects', directory);
  const program = `process.stdout.write(typeof require(${JSON.stringify(join(directory, 'index.js'))}).handler); process.exit(0)`;
  expect(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', env: LAMBDA_ENVIRONMENT, cwd: directory })).toBe('function');
});
