/**
 * What each function's bundle weighs and how long a fresh process takes to load it: `node test/bench/bundles.ts [runs] [function…]`.
 * Fails when a bundle holds something that must not be there; sizes are printed for a person to judge (budgets: performance.md §6, line 8).
 */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { bundleFunction, PROJECT_ROOT } from '../../lib/bundle.ts';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import { LAMBDA_ENVIRONMENT } from '../support/lambda-environment.ts';

interface Forbidden {
  readonly input: RegExp;
  readonly reason: string;
  /** Only where a person waits for the answer. */
  readonly httpOnly?: true;
}

const FORBIDDEN: readonly Forbidden[] = [
  { input: /node_modules\/(aws-cdk-lib|constructs|cdk-nag)\//, reason: 'deployment code in a function' },
  { input: /^(lib|bin|test)\//, reason: 'deployment or test code in a function' },
  { input: /node_modules\/zod\/v4\/classic\//, reason: "use import * as z from 'zod/mini': the full build costs 25 ms" },
  { input: /node_modules\/zod\/v4\/locales\/(?!en\.)/, reason: 'every language of zod: import * as z, not { z }' },
  { input: /node_modules\/aws-xray-sdk/, reason: 'the X-Ray SDK costs 20 ms; tracing of the function itself needs none', httpOnly: true },
  { input: /node_modules\/@aws-sdk\/[^/]+\/dist-cjs\//, reason: 'CommonJS build of the SDK: nothing of it can be shaken off' },
];

interface Measured {
  readonly name: string;
  readonly kilobytes: number;
  /** Median over fresh processes. */
  readonly milliseconds: number;
  readonly problems: readonly string[];
}

const HTTP_FUNCTIONS: ReadonlySet<string> = new Set([...RESOURCE_TABLE.map((entry) => entry.function), 'discovery', 'authorize']);

function measure(name: string, directory: string, runs: number): Measured {
  const { metafile } = bundleFunction(name, directory);
  const [output] = Object.values(metafile.outputs);
  const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const problems = FORBIDDEN.filter(({ httpOnly }) => !httpOnly || HTTP_FUNCTIONS.has(name)).flatMap(({ input, reason }) => {
    const found = inputs.find(([path]) => input.test(path));
    return found ? [`${found[0]}: ${reason}`] : [];
  });
  const file = join(directory, 'index.js');
  const times = Array.from({ length: runs }, () => importTime(file)).sort((a, b) => a - b);
  return { name, kilobytes: statSync(file).size / 1024, milliseconds: times[Math.floor(times.length / 2)] ?? 0, problems };
}

/** Milliseconds until a fresh process has loaded the bundle, its own start not counted. */
function importTime(file: string): number {
  const program = `const start = performance.now(); require(${JSON.stringify(file)}); process.stdout.write(String(performance.now() - start)); process.exit(0)`;
  return Number(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', env: LAMBDA_ENVIRONMENT }));
}

function main(): void {
  const [runs = '11', ...only] = process.argv.slice(2);
  const entries = globSync('functions/*.ts', { cwd: PROJECT_ROOT }).map((file) => basename(file, '.ts'));
  const names = entries.filter((name) => only.length === 0 || only.includes(name)).sort();
  const directory = mkdtempSync(join(tmpdir(), 'image-streams-bundles-'));
  try {
    const measured = names.map((name) => measure(name, join(directory, name), Number(runs)));
    for (const { name, kilobytes, milliseconds, problems } of measured) {
      console.log(`${name.padEnd(18)} ${kilobytes.toFixed(0).padStart(5)} KB ${milliseconds.toFixed(0).padStart(4)} ms`);
      for (const problem of problems) console.error(`  forbidden: ${problem}`);
    }
    if (measured.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

main();
