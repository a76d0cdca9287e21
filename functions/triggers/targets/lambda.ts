/** Acts on targets of kind `lambda` (docs/targets/lambda.md): the code by digest, then a version, then the alias, each only when needed. */
import { type AliasConfiguration, type GetFunctionResponse, LambdaClient } from '@aws-sdk/client-lambda';
import type { AwsSession, OpenSession } from './aws/aws-session.ts';
import { parseArn } from '../arn.ts';
import { LAMBDA_KIND } from '../kinds/lambda.ts';
import type { LambdaTarget } from '../target-spec.ts';
import type { DeliveryDetails } from '../types.ts';
import { createAwsTarget } from './aws/aws-target.ts';
import { requireEcrImage } from './lambda/ecr-image.ts';
import { type Client, hasImage, isShifting, type LambdaFunction, openFunction } from './lambda/function.ts';
import { bringCode, type Patience, publishVersion } from './lambda/update.ts';
import { onlyImage } from './one-image.ts';
import type { Delivery, DeliveryTarget, Outcome, Refusal } from './target.ts';
import { type Pause, pause } from './lambda/watch.ts';

export function createLambdaTarget(
  openSession: OpenSession,
  createClient: (session: AwsSession) => Client = (session) => new LambdaClient(session),
  wait: Pause = pause,
): DeliveryTarget<LambdaTarget> {
  return createAwsTarget({
    kind: LAMBDA_KIND,
    createClient,
    openSession,
    failed: 'the function does not take the image',
    act: (client, delivery) => updateFunction(client, delivery, { wait, signal: delivery.signal }),
  });
}

async function updateFunction(client: Client, delivery: Delivery<LambdaTarget>, patience: Patience): Promise<Outcome> {
  const { target, dryRun } = delivery;
  const wanted = requireEcrImage(onlyImage(delivery), parseArn(target.functionArn).region);
  if (!wanted.ok) return wanted.refusal;
  const { imageUri } = wanted;
  const found = openFunction(client, target.functionArn, patience.signal);
  const before = await found.read();
  if (before.Configuration?.PackageType !== 'Image') return NOT_OF_AN_IMAGE;
  const alias = target.alias === undefined ? null : await found.readAlias(target.alias);
  if (alias !== null && isShifting(alias)) return SHIFTING;
  if (dryRun) {
    await found.updateCode(imageUri, before.Configuration, dryRun);
    return { kind: 'delivered', message: 'the function takes the image' };
  }
  if (alias !== null) return (await aliasAtImage(found, alias, imageUri)) ?? bringAlias(found, before, alias, imageUri, patience);
  const updated = await bringCode(found, before, imageUri, patience);
  if ('kind' in updated) return updated;
  if (target.publish !== true) return done({ codeSha256: updated.CodeSha256 });
  const published = await publishVersion(found, updated, patience);
  return 'kind' in published ? published : done({ version: published.Version, codeSha256: published.CodeSha256 });
}

/** What the alias leads to counts: other aliases may have needed other images since. null: another image, or one that is not published. */
async function aliasAtImage(found: LambdaFunction, alias: AliasConfiguration, imageUri: string): Promise<Outcome | null> {
  if (alias.FunctionVersion === '$LATEST') return null;
  const version = await found.read(alias.FunctionVersion);
  if (!hasImage(version, imageUri)) return null;
  return done({ version: alias.FunctionVersion, alias: alias.Name, codeSha256: version.Configuration?.CodeSha256 });
}

async function bringAlias(
  found: LambdaFunction,
  before: GetFunctionResponse,
  alias: AliasConfiguration,
  imageUri: string,
  patience: Patience,
): Promise<Outcome> {
  const updated = await bringCode(found, before, imageUri, patience);
  if ('kind' in updated) return updated;
  const published = await publishVersion(found, updated, patience);
  if ('kind' in published) return published;
  const { Version = '', CodeSha256 } = published;
  await found.moveAlias(alias, Version);
  return done({ version: Version, alias: alias.Name, codeSha256: CodeSha256 });
}

function done(facts: Readonly<Record<string, string | undefined>>): Outcome {
  const details: DeliveryDetails = Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, fact ?? '']));
  return { kind: 'delivered', details };
}

const NOT_OF_AN_IMAGE: Refusal = {
  kind: 'refused',
  reason: 'NotAnImageFunction',
  message: 'the function is not made of a container image',
};

/** Seconds until it is looked whether the shift is over. */
const SHIFT_SECONDS = 300;

const SHIFTING: Refusal = {
  kind: 'retry',
  reason: 'TrafficShifting',
  message: 'the alias sends a part of the calls to another version: that has to end first',
  retryAfter: SHIFT_SECONDS,
};
