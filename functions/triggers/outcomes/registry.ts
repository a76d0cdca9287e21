/** The events that tell how deliveries ended. */
import { CODEBUILD_BUILD } from './codebuild.ts';
import { CODEPIPELINE_EXECUTION } from './codepipeline.ts';
import { ECS_DEPLOYMENT } from './ecs-deployment.ts';
import type { OutcomeReader } from './late-outcome.ts';
import { STEP_FUNCTIONS_EXECUTION } from './step-functions.ts';

export const OUTCOME_READERS: readonly OutcomeReader[] = [
  CODEBUILD_BUILD,
  CODEPIPELINE_EXECUTION,
  ECS_DEPLOYMENT,
  STEP_FUNCTIONS_EXECUTION,
];
