/** Reading the body of a message on the import queue. */
import * as z from 'zod/mini';
import type { ImportMessage } from './ports.ts';

const repository = z.object({ namespace: z.string(), stream: z.string(), incarnation: z.string() });

const schema = z.discriminatedUnion('reason', [
  z.object({
    reason: z.enum(['spec', 'scheduled']),
    targets: z.array(z.extend(repository, { tag: z.string() })),
    until: z.optional(z.number()),
  }),
  z.object({ reason: z.literal('repository'), target: repository }),
  z.object({
    reason: z.literal('images'),
    targets: z.array(z.extend(repository, { tag: z.string(), pullSpec: z.string(), insecure: z.boolean(), isMissing: z.boolean() })),
    until: z.optional(z.number()),
  }),
]);

/** Throws for a body that is no import message: nothing but us writes to the queue, so it belongs on the dead letter queue. */
export function readImportMessage(body: string): ImportMessage {
  return schema.parse(JSON.parse(body));
}
