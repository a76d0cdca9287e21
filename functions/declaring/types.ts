/** What CloudFormation sends to a custom resource: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html */
import * as z from 'zod/mini';

/** As lib/consumers/declared-object.ts writes them. */
const propertiesSchema = z.object({
  /** The object as JSON. */
  Manifest: z.string(),
  Adopt: z.optional(z.string()),
  /** Seconds. */
  WaitSeconds: z.optional(z.string()),
  /** Seconds. */
  SettleSeconds: z.optional(z.string()),
});

export const requestSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  ResponseURL: z.string(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  /** None of a resource that is created. */
  PhysicalResourceId: z.optional(z.string()),
  ResourceProperties: z.unknown(),
});

export type CloudFormationRequest = z.infer<typeof requestSchema>;

/** The function has ten minutes, and needs some of them for the API and its answer. */
const MOST_SECONDS = 300;

/** What one request asks for. */
export interface Declaration {
  /** As JSON. */
  readonly manifest: string;
  /** Takes over what others made, and never deletes it. */
  readonly adopts: boolean;
  /** How long the first import of its tags is waited for; 0: not. */
  readonly waitSeconds: number;
  /** How long what was made for it in IAM takes to count everywhere. */
  readonly settleSeconds: number;
}

/** @throws Error when these are not the properties of one of our resources */
export function readDeclaration(properties: unknown): Declaration {
  const { data } = propertiesSchema.safeParse(properties);
  if (data === undefined) throw new Error('the properties are not those of a declared object');
  const { Manifest: manifest, Adopt, WaitSeconds, SettleSeconds } = data;
  return { manifest, adopts: Adopt === 'true', waitSeconds: readSeconds(WaitSeconds), settleSeconds: readSeconds(SettleSeconds) };
}

function readSeconds(text = '0'): number {
  const seconds = Number(text);
  return seconds >= 0 && seconds <= MOST_SECONDS ? seconds : MOST_SECONDS;
}
