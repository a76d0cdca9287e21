import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The process died, as far as the caller can tell. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export interface Crashes {
  /** Calls that reached the middleware so far. */
  readonly calls: number;
}

/**
 * Makes call number `at` (from 0) fail outside of the SDK's retries, as if the process had died right before sending or right after the
 * service was done; every later call fails, too. `commands`: only these count.
 */
export function crashAt(client: DynamoDBClient, at: number, when: 'before' | 'after', commands?: readonly string[]): Crashes {
  const state = { calls: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (commands !== undefined && !commands.includes(String(context.commandName))) return next(args);
      const call = state.calls++;
      if (call > at || (call === at && when === 'before')) throw new Crash(`crash before call ${call}`);
      const answer = await next(args);
      if (call === at) throw new Crash(`crash after call ${call}`);
      return answer;
    },
    { step: 'initialize', name: 'crashAt' },
  );
  return state;
}

/** Loses the answer of every command of this name once, below the SDK's retries: the SDK sends the request again, the service sees it twice. */
export function loseFirstAnswer(client: DynamoDBClient, command: string): Crashes {
  const state = { calls: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (context.commandName === command && state.calls++ === 0)
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
      return answer;
    },
    { step: 'finalizeRequest', priority: 'low', name: 'loseFirstAnswer' },
  );
  return state;
}

/** Fails commands of this name with the given error until it answers null; `attempt` counts from 0. */
export function failWith(client: DynamoDBClient, command: string, failure: (attempt: number) => Error | null): Crashes {
  const state = { calls: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const error = context.commandName === command ? failure(state.calls++) : null;
      if (error !== null) throw error;
      return next(args);
    },
    { step: 'initialize', name: 'failWith' },
  );
  return state;
}
