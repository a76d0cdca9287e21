/** What CloudFormation sends to a custom resource: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html */
import * as z from 'zod/mini';

/** As lib/consumers/declared-object.ts writes them. */
const propertiesSchema = z.object({
  /** The object as JSON. */
  Manifest: z.string(),
  Adopt: z.optional(z.string()),
  /** Seconds. */
  WaitSeconds: z.optional(z.string()),
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

/** What one request asks for. */
export interface Declaration {
  /** As JSON. */
  readonly manifest: string;
  /** Takes over what others made, and never deletes it. */
  readonly adopts: boolean;
  /** How long the first import of its tags is waited for; 0: not. */
  readonly waitSeconds: number;
}

/** @throws Error when these are not the properties of one of our resources */
export function readDeclaration(properties: unknown): Declaration {
  const { data } = propertiesSchema.safeParse(properties);
  if (data === undefined) throw new Error('the properties are not those of a declared object');
  const waitSeconds = Number(data.WaitSeconds ?? '0');
  return { manifest: data.Manifest, adopts: data.Adopt === 'true', waitSeconds: Number.isFinite(waitSeconds) ? waitSeconds : 0 };
}
