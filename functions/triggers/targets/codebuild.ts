/** Acts on targets of kind `codebuild` (docs/targets/codebuild.md). */
import { createHash } from 'node:crypto';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  type Build,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  type StartBuildCommandInput,
} from '@aws-sdk/client-codebuild';
import type { AwsSession, OpenSession } from './aws/aws-session.ts';
import { followKey } from '../followed-tags.ts';
import { CODEBUILD_KIND, variableKey } from '../kinds/codebuild.ts';
import type { CodeBuildTarget } from '../target-spec.ts';
import { createAwsTarget } from './aws/aws-target.ts';
import type { Delivery, DeliveryTarget, Outcome } from './target.ts';

type Client = Pick<CodeBuildClient, 'send'>;

const DELIVERY_ID = 'DELIVERY_ID';
/** Newest builds of the project that are looked through for one that this delivery started. */
const LOOKED_AT = 10;

export function createCodeBuildTarget(
  openSession: OpenSession,
  createClient: (session: AwsSession) => Client = (session) => new CodeBuildClient(session),
): DeliveryTarget<CodeBuildTarget> {
  return createAwsTarget({ kind: CODEBUILD_KIND, createClient, openSession, failed: 'the project is not built', act: build });
}

async function build(client: Client, delivery: Delivery<CodeBuildTarget>): Promise<Outcome> {
  const { target, id, dryRun, signal } = delivery;
  const options = { abortSignal: signal };
  const projectName = target.projectArn.split('/').at(-1) ?? '';
  if (dryRun) {
    const { projects = [] } = await client.send(new BatchGetProjectsCommand({ names: [projectName] }), options);
    if (projects.length > 0) return { kind: 'delivered', message: 'the project is there' };
    return { kind: 'refused', reason: 'ProjectNotFound', message: `there is no project ${projectName}` };
  }
  const started = await findStarted(client, projectName, id, signal);
  if (started !== undefined) return outcomeOf(started);
  const { build: begun = {} } = await client.send(new StartBuildCommand(buildInput(projectName, delivery)), options);
  return outcomeOf(begun);
}

/** CodeBuild forgets a token after five minutes, and a function that was killed is followed by another one later than that. */
async function findStarted(client: Client, projectName: string, id: string, signal: AbortSignal): Promise<Build | undefined> {
  const options = { abortSignal: signal };
  const { ids = [] } = await client.send(new ListBuildsForProjectCommand({ projectName, sortOrder: 'DESCENDING' }), options);
  if (ids.length === 0) return undefined;
  const { builds = [] } = await client.send(new BatchGetBuildsCommand({ ids: ids.slice(0, LOOKED_AT) }), options);
  return builds.find(({ environment }) =>
    environment?.environmentVariables?.some(({ name, value }) => name === DELIVERY_ID && value === id),
  );
}

function buildInput(projectName: string, { target, id, images, trigger }: Delivery<CodeBuildTarget>): StartBuildCommandInput {
  const image = images[0]?.dockerImageReference ?? '';
  const byTag = new Map(images.map((each) => [followKey(each), each.dockerImageReference]));
  const named = Object.entries(target.variables ?? {}).map(([name, tag]) => [name, byTag.get(variableKey(tag, trigger.namespace) ?? '')]);
  const variables = [[DELIVERY_ID, id], ['IMAGE', image], ...named].filter(([, value]) => value !== undefined);
  const input: StartBuildCommandInput = {
    projectName,
    environmentVariablesOverride: variables.map(([name, value]) => ({ name, value, type: 'PLAINTEXT' })),
    // Only images that CodeBuild itself offers are pulled by its own credentials.
    ...(target.imageOverride === true ? { imageOverride: image, imagePullCredentialsTypeOverride: 'SERVICE_ROLE' } : {}),
  };
  // Of everything that is asked for: CodeBuild refuses a token that comes back with another request, as after a change of the target.
  return { ...input, idempotencyToken: createHash('sha256').update(JSON.stringify(input)).digest('hex') };
}

/** A build that is over already is told of by no event to come. */
function outcomeOf({ arn = '', buildStatus = 'IN_PROGRESS' }: Build): Outcome {
  const details = { buildId: arn };
  if (buildStatus === 'IN_PROGRESS') return { kind: 'delivered', pending: true, details };
  if (buildStatus === 'SUCCEEDED') return { kind: 'delivered', details };
  if (buildStatus === 'STOPPED') return { kind: 'refused', reason: 'BuildStopped', message: 'the build was stopped' };
  return { kind: 'refused', reason: 'BuildFailed', message: `the build ended as ${buildStatus}` };
}
