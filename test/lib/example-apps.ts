/** Apps of docs/examples by the name of their folder. */
import type { App } from 'aws-cdk-lib';

export const EXAMPLE_APPS: Readonly<Record<string, () => Promise<{ readonly app: App }>>> = {
  'cdk-declare-streams': () => import('../../docs/examples/cdk-declare-streams/app.ts'),
  'cdk-ecs-service': () => import('../../docs/examples/cdk-ecs-service/app.ts'),
  'cdk-lambda-function': () => import('../../docs/examples/cdk-lambda-function/app.ts'),
  'cdk-subscriber': () => import('../../docs/examples/cdk-subscriber/app.ts'),
};
