import { Logger } from '@aws-lambda-powertools/logger';
import { redact } from './redact.ts';

/** One logger per function. It never logs events: they hold tokens. Messages are static, data goes into keys. */
export const logger = new Logger({ serviceName: 'image-streams', jsonReplacerFn: redact });
