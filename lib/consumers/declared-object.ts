import { CustomResource, Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { ImageStreamsClient } from './image-streams-client.ts';

/** What all objects that are declared have in common. */
export interface DeclaredObjectProps {
  readonly client: ImageStreamsClient;
  /** Has to exist. */
  readonly namespace: string;
  /** Another name, or namespace, is another object. */
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /**
   * Takes over an object that is there and that this stack did not declare, and leaves it there when it goes.
   * @default false: the deployment fails
   */
  readonly adopt?: boolean;
}

export interface Declaration extends DeclaredObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: object;
  readonly removalPolicy: RemovalPolicy;
  /** How long the first import of a stream's tags is waited for. */
  readonly waitForImport?: Duration;
  /** How long a role that was made or changed before takes to be one everywhere. */
  readonly settle?: Duration;
}

/** The function ends by itself before that. */
const SERVICE_TIMEOUT = Duration.minutes(12);

/** An object of a deployment's API as a resource of CloudFormation within `scope`: functions/declare-objects.ts applies and deletes it. */
export function declareObject(scope: Construct, declaration: Declaration): CustomResource {
  const { client, apiVersion, kind, namespace, name, labels, annotations, spec, adopt, waitForImport, settle, removalPolicy } = declaration;
  const manifest = { apiVersion, kind, metadata: { namespace, name, labels, annotations }, spec };
  return new CustomResource(scope, 'Resource', {
    resourceType: `Custom::${kind}`,
    serviceToken: client.serviceToken,
    serviceTimeout: SERVICE_TIMEOUT,
    removalPolicy,
    properties: {
      // As text: CloudFormation would make texts of its numbers and booleans.
      Manifest: Stack.of(scope).toJsonString(manifest),
      ...(adopt === true && { Adopt: 'true' }),
      ...(waitForImport !== undefined && { WaitSeconds: String(waitForImport.toSeconds()) }),
      ...(settle !== undefined && { SettleSeconds: String(settle.toSeconds()) }),
    },
  });
}
