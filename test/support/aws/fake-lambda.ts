/** Functions of Lambda made of container images, over the wire-level emulator: updates take their time, versions and aliases hold what they hold. */
import type { AwsEmulator } from './emulator.ts';
import {
  aliasAnswer,
  aliasOf,
  codeOf,
  configurationOf,
  fail,
  type FakeFunction,
  type FakeVersion,
  type Input,
  latestOf,
  versionOf,
} from './fake-lambda-function.ts';

export type { FakeFunction } from './fake-lambda-function.ts';

export interface FakeLambda {
  /** Adds a function that runs the image, with its version 1 for each alias. */
  add(arn: string, imageUri: string, aliases?: readonly string[]): FakeFunction;
}

export function answerAsLambda(aws: AwsEmulator): FakeLambda {
  const functions = new Map<string, FakeFunction>();
  const find = (input: Input): FakeFunction => functions.get(String(input['FunctionName'])) ?? fail('ResourceNotFoundException', 404);

  aws.answer('lambda', 'GetFunction', (input) => {
    const found = find(input);
    const { Qualifier: qualifier = '$LATEST' } = input as { readonly Qualifier?: string };
    if (qualifier === '$LATEST') return latestOf(look(found));
    const version = versionOf(found, found.aliases.get(qualifier)?.version ?? qualifier);
    if (version.state === 'Pending' && tick(found)) version.state = found.failure === undefined ? 'Active' : 'Failed';
    return { Code: codeOf(version.imageUri), Configuration: configurationOf(found, version) };
  });
  aws.answer('lambda', 'UpdateFunctionCode', (input) => {
    const found = find(input);
    checkIdle(found);
    checkRevision(input, found.revision);
    if (found.packageType !== 'Image') fail('InvalidParameterValueException');
    if (input['DryRun'] !== true)
      Object.assign(found, {
        imageUri: String(input['ImageUri']),
        architecture: (input['Architectures'] as readonly string[] | undefined)?.[0] ?? 'x86_64',
        status: 'InProgress',
        left: found.slowness,
        revision: found.revision + 1,
      });
    return latestOf(found).Configuration;
  });
  aws.answer('lambda', 'PublishVersion', (input) => {
    const found = find(input);
    checkIdle(found);
    checkRevision(input, found.revision);
    const last = found.versions.at(-1);
    if (last?.imageUri === found.imageUri) return configurationOf(found, last);
    const state = found.slowness > 0 ? 'Pending' : 'Active';
    const made: FakeVersion = { version: String(found.versions.length + 1), imageUri: found.imageUri, state };
    found.versions.push(made);
    found.left = found.slowness;
    return configurationOf(found, made);
  });
  aws.answer('lambda', 'GetAlias', (input) => aliasAnswer(input, aliasOf(find(input), input)));
  aws.answer('lambda', 'UpdateAlias', (input) => {
    const found = find(input);
    const alias = aliasOf(found, input);
    checkRevision(input, alias.revision);
    const { version, state } = versionOf(found, String(input['FunctionVersion']));
    // Calls of the alias would fail from now on.
    if (state !== 'Active') throw new Error(`version ${version} is not ready`);
    Object.assign(alias, { version, revision: alias.revision + 1 });
    return aliasAnswer(input, alias);
  });

  return {
    add(arn, imageUri, aliases = []) {
      const added: FakeFunction = {
        arn,
        imageUri,
        packageType: 'Image',
        architecture: 'x86_64',
        status: 'Successful',
        revision: 1,
        versions: aliases.length === 0 ? [] : [{ version: '1', imageUri, state: 'Active' }],
        aliases: new Map(aliases.map((name) => [name, { version: '1', weights: {}, revision: 1 }])),
        slowness: 1,
        left: 0,
      };
      functions.set(arn, added);
      return added;
    },
  };
}

function look(found: FakeFunction): FakeFunction {
  if (found.status !== 'InProgress' || !tick(found)) return found;
  return Object.assign(found, { status: found.failure === undefined ? 'Successful' : 'Failed', revision: found.revision + 1 });
}

/** Whether what is under way is over with this look. */
function tick(found: FakeFunction): boolean {
  found.left -= 1;
  return found.left < 0;
}

function checkIdle({ status }: FakeFunction): void {
  if (status === 'InProgress') fail('ResourceConflictException', 409);
}

function checkRevision({ RevisionId }: Input, revision: number): void {
  if (RevisionId !== undefined && RevisionId !== `r${revision}`) fail('PreconditionFailedException', 412);
}
