/** The tour once more on what is deployed: the bundled assets of the cloud assembly, not the entry files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { createApp } from '../../lib/app.ts';
import type { Template } from '../../lib/local/index.ts';
import { describeTour } from './tour.ts';

const outdir = mkdtempSync(join(tmpdir(), 'image-streams-bundled-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

describeTour('the tour, on the bundled assets', () => {
  const { app, stack } = createApp({ bundling: true, outdir, allowPrivateAddresses: true });
  return { template: app.synth().getStackByName(stack.stackName).template as Template, bundles: outdir };
});
