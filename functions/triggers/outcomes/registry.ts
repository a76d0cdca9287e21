/** The events that tell how deliveries ended. */
import { ECS_DEPLOYMENT } from './ecs-deployment.ts';
import type { OutcomeReader } from './late-outcome.ts';

export const OUTCOME_READERS: readonly OutcomeReader[] = [ECS_DEPLOYMENT];
