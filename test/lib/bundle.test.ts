import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createApp, type Template } from '../../lib/app.ts';
import { bundleFunction } from '../../lib/bundle.ts';
import { LAMBDA_ENVIRONMENT } from '../support/lambda-environment.ts';
import { functionNamed, functionsOf } from './template.ts';

const directory = mkdtempSync(join(tmpdir(), 'image-streams-bundle-'));

// Bundles everything: 5 s with a processor of its own.
vi.setConfig({ hookTimeout: 240_000 });

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

it('says which entry file is missing', () => {
  expect(() => bundleFunction('no-such-function', directory)).toThrow('functions/no-such-function.ts does not exist');
});

describe('the stack as it is deployed', () => {
  let template: Template;
  const outdir = join(directory, 'cdk.out');

  beforeAll(() => {
    const { app, stack } = createApp({ outdir });
    template = app.synth().getStackByName(stack.stackName).template as Template;
  });

  it('gives every function code of its own', () => {
    const keys = functionsOf(template).map(({ properties }) => properties['Code'].S3Key as string);
    expect(new Set(keys).size).toBe(functionsOf().length);
  });

  it.each(['access', 'fire-triggers', 'imports'])(
    '%s has each module once: classes of errors are known wherever they are caught',
    (entry) => {
      const { outputs } = bundleFunction(entry, join(directory, entry));
      const modules = Object.values(outputs).flatMap(({ inputs }) =>
        Object.keys(inputs).filter((path) => (inputs[path]?.bytesInOutput ?? 0) > 0),
      );
      expect(modules.filter((path, index) => modules.indexOf(path) !== index)).toEqual([]);
    },
  );

  it.each(functionsOf().map(({ entry }) => entry))('%s loads on its own and has a handler', (entry) => {
    const key = functionNamed(entry, template).properties['Code'].S3Key as string;
    const file = join(outdir, `asset.${key.replace('.zip', '')}`, 'index.js');
    const program = `process.stdout.write(typeof require(${JSON.stringify(file)}).handler); process.exit(0)`;
    expect(execFileSync(process.execPath, ['-e', program], { encoding: 'utf8', env: LAMBDA_ENVIRONMENT, cwd: directory })).toBe('function');
  });
});
