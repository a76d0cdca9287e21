/** `npm run build`, and with it `npm pack`: writes to dist/ what the package consists of (docs/decisions/0077-what-is-packed.md). */
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../lib/bundle.ts';
import { bundleAll } from './bundles.ts';
import { thirdPartyNotices } from './notices.ts';

const DIST = join(PROJECT_ROOT, 'dist');

/** Compiled code is CommonJS, which every kind of CDK app can load. */
const MANIFEST = { type: 'commonjs' };

rmSync(DIST, { recursive: true, force: true });
mkdirSync(DIST);
compile();
writeFileSync(join(DIST, 'package.json'), JSON.stringify(MANIFEST));
const packages = bundleAll(join(DIST, 'bundles'));
writeFileSync(join(DIST, 'THIRD-PARTY-NOTICES'), thirdPartyNotices(packages));

function compile(): void {
  const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', join(PROJECT_ROOT, 'tsconfig.build.json')], { stdio: 'inherit' });
  // The compiler rewrites specifiers in code, not in declarations; older ones than ours do not find './x.ts' in them.
  for (const file of globSync(join(DIST, '**/*.d.ts'))) {
    rewrite(file, (text) => text.replaceAll(/(?<=\bfrom '|import\(['"])(\.[^'"]*)\.ts(?=['"])/g, '$1.js'));
  }
  rewrite(join(DIST, 'lib/node-function.js'), (text) => text.replace('"#function-code"', '"./prebuilt-code.js"'));
}

function rewrite(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
