/** The events that tell how deliveries ended. */
import type { OutcomeReader } from './late-outcome.ts';

export const OUTCOME_READERS: readonly OutcomeReader[] = [];
