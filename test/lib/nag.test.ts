import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { afterAll, describe, expect, it } from 'vitest';
import { createApp } from '../../lib/app.ts';
import type { ImageStreamsProps } from '../../lib/settings.ts';

const directory = mkdtempSync(join(tmpdir(), 'image-streams-nag-'));

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

function checkedApp(name: string, settings: ImageStreamsProps = {}) {
  const made = createApp({ bundling: false, ...settings, outdir: join(directory, name) });
  Validations.of(made.app).addPlugins(new AwsSolutionsChecks(made.app));
  return made;
}

describe('the rules of AwsSolutions', () => {
  it('are kept, or left with a reason', () => {
    const { app } = checkedApp('clean');
    expect(() => app.synth()).not.toThrow();
  });

  it('are kept by what targets may do, too', () => {
    const queue = 'arn:aws:sqs:eu-central-1:111122223333:deploy-*';
    const services = ['arn:aws:ecs:eu-central-1:111122223333:service/prod/*', 'arn:aws:ecs:us-east-1:111122223333:service/prod/web'];
    const { app } = checkedApp('targets', {
      triggerTargets: { shop: [queue, ...services] },
      triggerRoles: ['arn:aws:iam::*:role/image-streams-*'],
      outcomeAccounts: ['111122223333'],
    });
    expect(() => app.synth()).not.toThrow();
  });

  it('would be heard', () => {
    const { app, stack } = checkedApp('bad');
    new Queue(stack, 'WithoutDeadLetters');
    expect(() => app.synth()).toThrow('AwsSolutions-SQS3');
  });
});
