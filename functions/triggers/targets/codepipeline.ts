/** Acts on targets of kind `codepipeline`. */
import { CodePipelineClient, GetPipelineCommand, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { parseArn } from '../arn.ts';
import type { AwsSession, OpenSession } from './aws/aws-session.ts';
import { CODEPIPELINE_KIND } from '../kinds/codepipeline.ts';
import type { CodePipelineTarget } from '../target-spec.ts';
import { createAwsTarget } from './aws/aws-target.ts';
import type { DeliveredImage, Delivery, DeliveryTarget, Outcome, Refusal } from './target.ts';

type Client = Pick<CodePipelineClient, 'send'>;

/** The token of a request is that of the delivery: the pipeline starts once per delivery. */
export function createCodePipelineTarget(
  openSession: OpenSession,
  createClient: (session: AwsSession) => Client = (session) => new CodePipelineClient(session),
): DeliveryTarget<CodePipelineTarget> {
  return createAwsTarget({
    kind: CODEPIPELINE_KIND,
    createClient,
    openSession,
    failed: 'the pipeline cannot be started',
    act: (client, delivery) => (delivery.dryRun ? ask(client, delivery) : start(client, delivery)),
  });
}

async function start(client: Client, delivery: Delivery<CodePipelineTarget>): Promise<Outcome> {
  const { target, id, signal } = delivery;
  const overrides = overridesOf(delivery);
  if (overrides === null) return NO_DIGEST;
  const { pipelineExecutionId = '' } = await client.send(
    // Tokens have no `_`.
    new StartPipelineExecutionCommand({ name: nameOf(target), clientRequestToken: id.replaceAll('_', '-'), ...overrides }),
    { abortSignal: signal },
  );
  return { kind: 'delivered', pending: true, details: { pipelineExecutionId } };
}

/** Whether the pipeline has what it would be started with. */
async function ask(client: Client, delivery: Delivery<CodePipelineTarget>): Promise<Outcome> {
  const { target, signal } = delivery;
  const { variables = [], sourceActions = [] } = target;
  const { pipeline } = await client.send(new GetPipelineCommand({ name: nameOf(target) }), { abortSignal: signal });
  const actions = (pipeline?.stages ?? []).flatMap((stage) => stage.actions ?? []);
  const sources = actions.filter(({ actionTypeId }) => actionTypeId?.category === 'Source' && actionTypeId.provider === 'ECR');
  const problem =
    missing('variable', variables, pipeline?.variables ?? []) ??
    missing('source action of ECR', sourceActions, sources) ??
    (overridesOf(delivery) === null ? NO_DIGEST : undefined);
  return problem ?? { kind: 'delivered', message: 'the pipeline is there, with its variables and source actions' };
}

interface Named {
  readonly name?: string | undefined;
}

function missing(what: string, wanted: readonly Named[], there: readonly Named[]): Refusal | undefined {
  const first = wanted.find(({ name }) => !there.some((known) => known.name === name));
  return first && { kind: 'refused', reason: 'NotInPipeline', message: `the pipeline has no ${what} ${first.name ?? ''}` };
}

const NO_DIGEST: Refusal = {
  kind: 'refused',
  reason: 'NoDigest',
  message: 'the tag holds only a reference, and the pipeline is to get its digest',
};

type Overrides = Pick<StartPipelineExecutionCommand['input'], 'variables' | 'sourceRevisions'>;

/** What the pipeline is started with; null when it wants a digest that there is not. Pipelines of type V1 have no variables: none is none. */
function overridesOf({ target, images }: Delivery<CodePipelineTarget>): Overrides | null {
  const variables = (target.variables ?? []).map(({ name, container, value }) => {
    const found = imageFor(images, container);
    return { name, value: value === 'Digest' ? found?.image : found?.dockerImageReference };
  });
  const sourceRevisions = (target.sourceActions ?? []).map(({ name, container }) => {
    return { actionName: name, revisionType: 'IMAGE_DIGEST' as const, revisionValue: imageFor(images, container)?.image };
  });
  const values = [...variables.map(({ value }) => value), ...sourceRevisions.map(({ revisionValue }) => revisionValue)];
  if (values.some((value) => value === undefined || value === '')) return null;
  return { ...(variables.length === 0 ? {} : { variables }), ...(sourceRevisions.length === 0 ? {} : { sourceRevisions }) };
}

function imageFor(images: readonly DeliveredImage[], container: string | undefined): DeliveredImage | undefined {
  return container === undefined ? images[0] : images.find((image) => image.container === container);
}

function nameOf({ pipelineArn }: CodePipelineTarget): string {
  return parseArn(pipelineArn).resource;
}
