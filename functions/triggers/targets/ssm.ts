/** Acts on targets of kind `ssm` (docs/targets/ssm.md). */
import { GetParametersCommand, type Parameter, PutParameterCommand, type PutParameterCommandInput, SSMClient } from '@aws-sdk/client-ssm';
import type { AwsSession, OpenSession } from './aws/aws-session.ts';
import { SSM_KIND } from '../kinds/ssm.ts';
import type { SsmTarget } from '../target-spec.ts';
import { createAwsTarget } from './aws/aws-target.ts';
import { onlyImage } from './one-image.ts';
import type { DeliveredImage, Delivery, DeliveryTarget, Outcome, Refusal } from './target.ts';

type Client = Pick<SSMClient, 'send'>;

export function createSsmTarget(
  openSession: OpenSession,
  createClient: (session: AwsSession) => Client = (session) => new SSMClient(session),
): DeliveryTarget<SsmTarget> {
  return createAwsTarget({
    kind: SSM_KIND,
    createClient,
    openSession,
    failed: 'the parameter does not take the image',
    act: writeParameter,
  });
}

/** A value that is there already is not written again: each write is a version, and may start what watches the parameter. */
async function writeParameter(client: Client, delivery: Delivery<SsmTarget>): Promise<Outcome> {
  const { target, dryRun, signal } = delivery;
  const image = onlyImage(delivery);
  const value = target.format === 'digest' ? image.image : image.dockerImageReference;
  if (value === '') return NO_DIGEST;
  const options = { abortSignal: signal };
  const names = namesOf(target.parameterArn);
  const { Parameters: found = [] } = await client.send(new GetParametersCommand({ Names: [...names] }), options);
  if (found.length > 1) return AMBIGUOUS;
  const [parameter] = found;
  const problem = parameter === undefined ? null : problemOf(parameter);
  if (problem !== null) return problem;
  if (parameter?.Value === value) return written(parameter);
  if (dryRun) return { kind: 'delivered', message: parameter === undefined ? 'the parameter would be made' : 'the parameter is there' };
  const input = parameter === undefined ? creation(names[0], value, image) : { Name: parameter.Name, Value: value, Overwrite: true };
  return written(await client.send(new PutParameterCommand(input), options));
}

/** Fails when somebody else is faster: theirs may be of another type. */
function creation(name: string | undefined, value: string, { namespace, stream, tag }: DeliveredImage): PutParameterCommandInput {
  const Description = `Image of image stream tag ${namespace}/${stream}:${tag}, kept up to date by an image trigger`;
  return { Name: name, Value: value, Type: 'String', Tier: 'Standard', Description, Overwrite: false };
}

function written({ Version }: { readonly Version?: number }): Outcome {
  return { kind: 'delivered', details: { version: String(Version) } };
}

/** The first is the one to make. `parameter/name` is the ARN of `/name` and of `name`, and a parameter is only written by its name. */
function namesOf(arn: string): readonly string[] {
  const path = arn.slice(arn.indexOf('/'));
  return path.lastIndexOf('/') === 0 ? [path, path.slice(1)] : [path];
}

function problemOf({ Type = 'String', DataType = 'text' }: Parameter): Refusal | null {
  if (Type === 'String' && DataType === 'text') return null;
  const message = `the parameter is a ${Type} of data type ${DataType}: it must be a String of data type text`;
  return { kind: 'refused', reason: 'WrongParameterType', message };
}

const AMBIGUOUS: Refusal = {
  kind: 'refused',
  reason: 'AmbiguousParameter',
  message: 'there are two parameters of this ARN, one with a slash before its name and one without: delete one',
};

const NO_DIGEST: Refusal = { kind: 'refused', reason: 'NoDigest', message: 'the tag is a reference, not imported: it has no digest' };
