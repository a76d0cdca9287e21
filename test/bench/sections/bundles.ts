/** What each function's bundle weighs, what it must not hold, and how long a fresh process takes to load it (performance.md §6 row 8). */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Metafile } from 'esbuild';
import { bundleFunction, PROJECT_ROOT } from '../../../lib/bundle.ts';
import { RESOURCE_TABLE } from '../../../functions/resources/resource-table.ts';
import { LAMBDA_ENVIRONMENT } from '../../support/lambda-environment.ts';
import { median } from '../samples.ts';
import type { SectionResult } from '../section.ts';

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

interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly kilobytes: number;
  readonly problems: readonly string[];
}

const CONTROL = 'nothing (control)';
/** Loads of each bundle, all bundles in turn. */
const ROUNDS = 11;

const HTTP_FUNCTIONS: ReadonlySet<string> = new Set([...RESOURCE_TABLE.map((entry) => entry.function), 'discovery', 'authorize']);

function build(name: string, directory: string): Bundle {
  const { outputs } = bundleFunction(name, directory);
  const files = loadedAtStart(outputs);
  const inputs = files.flatMap((path) => Object.entries(outputs[path]?.inputs ?? {})).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const problems = FORBIDDEN.filter(({ httpOnly }) => !httpOnly || HTTP_FUNCTIONS.has(name)).flatMap(({ input, reason }) => {
    const found = inputs.find(([path]) => input.test(path));
    return found ? [`${name}: ${found[0]}: ${reason}`] : [];
  });
  const bytes = files.reduce((sum, path) => sum + statSync(join(directory, basename(path))).size, 0);
  return { name, file: join(directory, 'index.js'), kilobytes: bytes / 1024, problems };
}

/** `index.js` and what it imports at once. */
function loadedAtStart(outputs: Metafile['outputs']): readonly string[] {
  const found = new Set(Object.keys(outputs).filter((path) => basename(path) === 'index.js'));
  for (const path of found) {
    const own = (outputs[path]?.imports ?? []).filter((imported) => imported.kind === 'import-statement' && !imported.external);
    for (const imported of own) found.add(imported.path);
  }
  return [...found];
}

/** What any function costs. */
function buildControl(directory: string): Bundle {
  const file = join(directory, 'control.js');
  writeFileSync(file, 'exports.handler = async () => "hello";');
  return { name: CONTROL, file, kilobytes: statSync(file).size / 1024, problems: [] };
}

/** Milliseconds until a fresh process has loaded the bundle, its own start not counted. */
function importTime(file: string): number {
  const program = `const start = performance.now(); require(${JSON.stringify(file)}); process.stdout.write(String(performance.now() - start)); process.exit(0)`;
  return Number(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', env: LAMBDA_ENVIRONMENT }));
}

export async function run(): Promise<SectionResult> {
  const directory = mkdtempSync(join(tmpdir(), 'image-streams-bundles-'));
  try {
    const names = globSync('functions/*.ts', { cwd: PROJECT_ROOT }).map((file) => basename(file, '.ts'));
    const bundles = names.sort().map((name) => build(name, join(directory, name)));
    const loaded = [buildControl(directory), ...bundles].map((bundle) => ({ ...bundle, times: [] as number[] }));
    for (let round = 0; round < ROUNDS; round++) for (const { file, times } of loaded) times.push(importTime(file));
    const measured = loaded.map(({ name, kilobytes, times }) => ({ name, kilobytes: Math.ceil(kilobytes), milliseconds: median(times) }));
    const problems = bundles.flatMap((bundle) => bundle.problems);
    const [largest, slowest] = [
      Math.max(...measured.map((each) => each.kilobytes)),
      Math.max(...measured.map((each) => each.milliseconds)),
    ];
    return {
      tables: [
        {
          title: 'Bundles',
          header: ['function', 'KB', 'load, ms'],
          rows: measured.map(({ name, kilobytes, milliseconds }) => [name, kilobytes, milliseconds]),
        },
      ],
      budgets: [
        { metric: 'largest bundle', measured: largest, limit: 300, unit: 'KB', bound: 'at most', kind: 'count' },
        { metric: 'modules that must not be bundled', measured: problems.length, limit: 0, unit: '', bound: 'at most', kind: 'count' },
        { metric: 'slowest load of a bundle', measured: slowest, limit: 45, unit: 'ms', bound: 'at most', kind: 'time' },
      ],
      notes: [`Medians of ${ROUNDS} fresh processes each, all bundles in turn; the start of Node itself is not counted.`, ...problems],
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
