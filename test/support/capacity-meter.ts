/** Counts what a DynamoDB client consumes, by DynamoDB's own account (ReturnConsumedCapacity). */
import type { ConsumedCapacity, DynamoDBClient, ReturnConsumedCapacity } from '@aws-sdk/client-dynamodb';

export interface CapacityMeter {
  units: number;
  calls: string[];
}

export interface CapacityMeters {
  readonly reads: CapacityMeter;
  readonly writes: CapacityMeter;
}

/** Asks every call of the client from now on for the capacity it consumed, indexes included, and adds it up by reads and writes. */
export function meterCapacity(client: DynamoDBClient): CapacityMeters {
  const meters = { reads: { units: 0, calls: [] as string[] }, writes: { units: 0, calls: [] as string[] } };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const level: ReturnConsumedCapacity = 'TOTAL';
      const answer = await next({ ...args, input: { ...args.input, ReturnConsumedCapacity: level } });
      const name = String(context.commandName);
      const meter = /Put|Delete|Write/.test(name) ? meters.writes : meters.reads;
      const consumed = (answer.output as { ConsumedCapacity?: ConsumedCapacity | ConsumedCapacity[] }).ConsumedCapacity ?? [];
      meter.units += [consumed].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
      meter.calls.push(name);
      return answer;
    },
    { step: 'initialize', name: 'metered' },
  );
  return meters;
}
