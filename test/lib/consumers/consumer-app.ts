import { rmSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { onTestFinished } from 'vitest';

/** An app of somebody who uses a deployment: functions are placeholders, and nothing of it stays on disk after the test. */
export function consumerApp(): App {
  const app = new App({
    postCliContext: { 'aws:cdk:bundling-stacks': [] },
    stackTraces: false,
    treeMetadata: false,
    builtinCloudFormationValidation: false,
  });
  onTestFinished(() => rmSync(app.outdir, { recursive: true, force: true }));
  return app;
}
