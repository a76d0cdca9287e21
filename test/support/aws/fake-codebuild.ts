/** Projects of CodeBuild and their builds, over the wire-level emulator. */
import { type AwsCall, type AwsEmulator, AwsError } from './emulator.ts';

type Variables = readonly { readonly name: string; readonly value: string }[];

export interface FakeBuild {
  readonly id: string;
  readonly arn: string;
  /** As it was asked for. */
  readonly input: AwsCall['input'];
  status: 'IN_PROGRESS' | 'SUCCEEDED' | 'FAILED' | 'STOPPED';
}

export interface FakeCodeBuild {
  /** Oldest first. */
  readonly builds: FakeBuild[];
  /** What CodeBuild does after five minutes. */
  forgetTokens(): void;
}

export function answerAsCodeBuild(aws: AwsEmulator, projectArns: readonly string[]): FakeCodeBuild {
  const arnByName = new Map(projectArns.map((arn) => [arn.split('/').at(-1) ?? '', arn]));
  const builds: FakeBuild[] = [];
  const byToken = new Map<string, FakeBuild>();
  const known = (name: unknown): string => {
    if (!arnByName.has(String(name))) throw new AwsError('ResourceNotFoundException', `Project cannot be found: ${String(name)}`);
    return String(name);
  };
  aws.answer('codebuild', 'BatchGetProjects', ({ names }) => {
    const asked = names as readonly string[];
    return {
      projects: asked.filter((name) => arnByName.has(name)).map((name) => ({ name, arn: arnByName.get(name) })),
      projectsNotFound: asked.filter((name) => !arnByName.has(name)),
    };
  });
  aws.answer('codebuild', 'ListBuildsForProject', ({ projectName, sortOrder }) => {
    const ids = builds.filter(({ id }) => id.startsWith(`${known(projectName)}:`)).map(({ id }) => id);
    return { ids: sortOrder === 'DESCENDING' ? ids.reverse() : ids };
  });
  aws.answer('codebuild', 'BatchGetBuilds', ({ ids }) => ({
    builds: builds.filter(({ id }) => (ids as readonly string[]).includes(id)).map((build) => show(build)),
  }));
  aws.answer('codebuild', 'StartBuild', (input) => {
    const project = known(input['projectName']);
    const token = String(input['idempotencyToken']);
    const before = byToken.get(token);
    if (before !== undefined) {
      if (JSON.stringify(before.input) !== JSON.stringify(input)) throw new AwsError('InvalidInputException', 'parameter mismatch');
      return { build: show(before) };
    }
    const id = `${project}:${builds.length + 1}`;
    const arn = arnByName.get(project)?.replace(/:project\/.*$/, `:build/${id}`) ?? '';
    const made: FakeBuild = { id, arn, input, status: 'IN_PROGRESS' };
    builds.push(made);
    byToken.set(token, made);
    return { build: show(made) };
  });
  return { builds, forgetTokens: () => void byToken.clear() };
}

function show({ id, arn, input, status }: FakeBuild): object {
  const environmentVariables = (input['environmentVariablesOverride'] ?? []) as Variables;
  const environment = { type: 'LINUX_CONTAINER', image: 'i', computeType: 'BUILD_GENERAL1_SMALL', environmentVariables };
  return { id, arn, buildStatus: status, buildComplete: status !== 'IN_PROGRESS', environment };
}
