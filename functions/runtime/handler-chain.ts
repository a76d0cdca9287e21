/**
 * The one middy chain around every function: log context, metrics flushed at the end. A worker's error is rethrown, since the service that
 * invoked it decides what comes next; HTTP functions answer their errors themselves (http-function.ts).
 */
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger } from './logger.ts';
import { metrics } from './metrics.ts';

export type LambdaHandler<Event, Result> = (event: Event, context: Context) => Promise<Result>;

/** An invocation that runs out of time fails, 5 ms before Lambda kills it. */
export function withChain<Event, Result>(handler: LambdaHandler<Event, Result>): LambdaHandler<Event, Result> {
  const chained = middy<Event, Result>()
    // Events hold tokens and secrets: POWERTOOLS_LOGGER_LOG_EVENT has no say.
    .use(injectLambdaContext(logger, { resetKeys: true, logEvent: false }))
    .use({ after: flushMetrics, onError: flushMetrics })
    .handler((event: Event, context: Context) => handler(event, context));
  return (event, context) => chained(event, context);
}

/** Powertools' own middleware warns of every invocation that measured nothing: most of ours. */
function flushMetrics(): void {
  if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
}
