import { CustomResource, Duration, type RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
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

interface Declaration extends DeclaredObjectProps {
  readonly apiVersion: string;
  readonly kind: string;
  readonly spec: object;
  readonly removalPolicy: RemovalPolicy;
  /** Waits until the stream's tags are imported, this long. */
  readonly waitForImport?: Duration;
}

/** The function ends by itself before that. */
const SERVICE_TIMEOUT = Duration.minutes(12);

/** An object of a deployment's API as a resource of CloudFormation: functions/declare-objects.ts applies and deletes it. */
export class DeclaredObject extends Construct {
  constructor(scope: Construct, id: string, declaration: Declaration) {
    super(scope, id);
    const { client, apiVersion, kind, namespace, name, labels, annotations, spec, adopt, waitForImport, removalPolicy } = declaration;
    const manifest = { apiVersion, kind, metadata: { namespace, name, labels, annotations }, spec };
    new CustomResource(this, 'Resource', {
      resourceType: `Custom::${kind}`,
      serviceToken: client.serviceToken,
      serviceTimeout: SERVICE_TIMEOUT,
      removalPolicy,
      properties: {
        // As text: CloudFormation would make texts of its numbers and booleans.
        Manifest: Stack.of(this).toJsonString(manifest),
        ...(adopt === true && { Adopt: 'true' }),
        ...(waitForImport !== undefined && { WaitSeconds: String(waitForImport.toSeconds()) }),
      },
    });
  }
}
