/** One function of Lambda: the calls the target makes, for one delivery. */
import {
  type AliasConfiguration,
  type FunctionConfiguration,
  GetAliasCommand,
  GetFunctionCommand,
  type GetFunctionResponse,
  type LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda';

export type Client = Pick<LambdaClient, 'send'>;

/** All throw what the client throws. Writes hold only if nobody else wrote since `RevisionId` was read (412 PreconditionFailedException). */
export interface LambdaFunction {
  /** Of a version; of what is not published when absent. */
  read(version?: string): Promise<GetFunctionResponse>;
  readAlias(name: string): Promise<AliasConfiguration>;
  /** Begins it: `LastUpdateStatus` tells how it goes. `before`: what was read; the function stays of its architecture. */
  updateCode(imageUri: string, before: FunctionConfiguration | undefined, dryRun: boolean): Promise<FunctionConfiguration>;
  /** The version there is already when nothing has changed since it was made. */
  publish(revisionId: string | undefined): Promise<FunctionConfiguration>;
  moveAlias(alias: AliasConfiguration, version: string): Promise<AliasConfiguration>;
}

export function openFunction(client: Client, functionArn: string, signal: AbortSignal): LambdaFunction {
  const options = { abortSignal: signal };
  const named = { FunctionName: functionArn };
  return {
    read: (Qualifier) => client.send(new GetFunctionCommand({ ...named, Qualifier }), options),
    readAlias: (Name) => client.send(new GetAliasCommand({ ...named, Name }), options),
    updateCode(ImageUri, { RevisionId, Architectures } = {}, DryRun) {
      // Without architectures Lambda takes it for one of x86_64 (API_UpdateFunctionCode).
      return client.send(new UpdateFunctionCodeCommand({ ...named, ImageUri, Architectures, DryRun, RevisionId }), options);
    },
    publish: (RevisionId) => client.send(new PublishVersionCommand({ ...named, RevisionId }), options),
    moveAlias: ({ Name, RevisionId }, FunctionVersion) =>
      client.send(new UpdateAliasCommand({ ...named, Name, FunctionVersion, RevisionId }), options),
  };
}

/** Whether it has this image; whether it runs already is another question. */
export function hasImage({ Code }: GetFunctionResponse, imageUri: string): boolean {
  return Code?.ResolvedImageUri === imageUri || Code?.ImageUri === imageUri;
}

/** A part of the calls goes to another version. */
export function isShifting({ RoutingConfig }: AliasConfiguration): boolean {
  return Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {}).length > 0;
}
