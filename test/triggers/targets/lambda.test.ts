import * as lambda from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLambdaTarget } from '../../../functions/triggers/targets/lambda.ts';
import type { DeliveredImage } from '../../../functions/triggers/targets/target.ts';
import type { LambdaTarget } from '../../../functions/triggers/target-spec.ts';
import { type AwsEmulator, AwsError, startAwsEmulator } from '../../support/aws/emulator.ts';
import { answerAsLambda, type FakeFunction, type FakeLambda } from '../../support/aws/fake-lambda.ts';
import { deliveredImage, deliveryTo, DIGEST, OLD_DIGEST, recordSessions } from './aws/aws-delivery.ts';

const REPOSITORY = '444455556666.dkr.ecr.eu-central-1.amazonaws.com/shop/web';
const NEW = `${REPOSITORY}@${DIGEST}`;
const OLD = `${REPOSITORY}@${OLD_DIGEST}`;

let aws: AwsEmulator;
let fake: FakeLambda;
beforeAll(async () => {
  aws = await startAwsEmulator({ lambda });
  fake = answerAsLambda(aws);
});
afterAll(() => aws.close());
let seen = 0;
let functions = 0;
let functionArn = '';
beforeEach(() => {
  aws.clearFaults();
  seen = aws.calls.length;
  functionArn = `arn:aws:lambda:eu-central-1:111122223333:function:web-${++functions}`;
});

const writes = () => aws.calls.slice(seen).flatMap(({ operation }) => (operation.startsWith('Get') ? [] : [operation]));

function setUp({ target = {}, wait = async () => {} }: { target?: Partial<LambdaTarget>; wait?: () => Promise<void> } = {}) {
  const { openSession, asked } = recordSessions();
  const acting = createLambdaTarget(openSession, (session) => new lambda.LambdaClient({ ...session, ...aws.client, maxAttempts: 1 }), wait);
  const deliver = (image: Partial<DeliveredImage> = {}, over = {}) =>
    acting.deliver(deliveryTo({ functionArn, ...target }, { images: [deliveredImage({ dockerImageReference: NEW, ...image })], ...over }));
  return { deliver, asked };
}

describe('lambda target, code', () => {
  it('gives the function the image by digest, and waits until it runs', async () => {
    const found = fake.add(functionArn, OLD);
    const { deliver, asked } = setUp({ target: { roleArn: 'arn:aws:iam::1:role/r' } });
    expect(await deliver()).toEqual({ kind: 'delivered', details: { codeSha256: 'a'.repeat(64) } });
    expect(found).toMatchObject({ imageUri: NEW, status: 'Successful', versions: [] });
    const update = aws.calls.slice(seen).find(({ operation }) => operation === 'UpdateFunctionCode');
    expect(update).toMatchObject({ region: 'eu-central-1', input: { FunctionName: functionArn, ImageUri: NEW, RevisionId: 'r1' } });
    expect(asked).toEqual([{ arn: functionArn, field: 'functionArn', roleArn: 'arn:aws:iam::1:role/r' }]);
    expect(aws.problems).toEqual([]);
  });

  it('leaves the function of the architecture it is of', async () => {
    const found = fake.add(functionArn, OLD);
    found.architecture = 'arm64';
    expect(await setUp().deliver()).toMatchObject({ kind: 'delivered' });
    expect(found).toMatchObject({ imageUri: NEW, architecture: 'arm64' });
  });

  it('changes nothing when it has the image', async () => {
    fake.add(functionArn, NEW);
    expect(await setUp().deliver()).toMatchObject({ kind: 'delivered' });
    expect(writes()).toEqual([]);
  });

  it('goes on where an update takes longer than a delivery', async () => {
    const found = fake.add(functionArn, OLD);
    found.slowness = 15;
    const { deliver } = setUp();
    expect(await deliver()).toMatchObject({ kind: 'retry', reason: 'UpdateInProgress' });
    expect(await deliver()).toMatchObject({ kind: 'delivered' });
    expect(writes()).toEqual(['UpdateFunctionCode']);
  });

  it('stops waiting when the time is up', async () => {
    fake.add(functionArn, OLD).slowness = 15;
    const up = new AbortController();
    const wait = async () => {
      up.abort();
      throw new Error('aborted');
    };
    const outcome = await setUp({ wait }).deliver({}, { signal: up.signal });
    expect(outcome).toMatchObject({ kind: 'retry', reason: 'UpdateInProgress' });
  });

  it.each<[string, 'refused' | 'retry']>([
    ['ImageAccessDenied', 'refused'],
    ['InternalError', 'retry'],
  ])('an update that fails with %s is %s, and made again by the next try', async (code, kind) => {
    const found = fake.add(functionArn, OLD);
    found.failure = code;
    const { deliver } = setUp();
    const message = `Lambda could not update the function: ${code}: because`;
    expect(await deliver()).toEqual({ kind, reason: 'UpdateFailed', message });
    delete found.failure;
    expect(await deliver()).toMatchObject({ kind: 'delivered' });
    expect(writes()).toEqual(['UpdateFunctionCode', 'UpdateFunctionCode']);
  });

  it('comes again while somebody else updates the function', async () => {
    Object.assign(fake.add(functionArn, OLD), { status: 'InProgress', left: 5 });
    expect(await setUp().deliver()).toMatchObject({ kind: 'retry', reason: 'ResourceConflictException' });
  });

  it('comes again when somebody else is faster', async () => {
    const found = fake.add(functionArn, OLD);
    const wait = async () => void (found.imageUri = OLD);
    expect(await setUp({ wait }).deliver()).toMatchObject({ kind: 'retry', reason: 'UpdateOvertaken' });
  });
});

describe('lambda target, versions and aliases', () => {
  it('publishes a version, and each once', async () => {
    const found = fake.add(functionArn, OLD);
    const { deliver } = setUp({ target: { publish: true } });
    const outcome = { kind: 'delivered', details: { version: '1', codeSha256: 'a'.repeat(64) } };
    expect([await deliver(), await deliver()]).toEqual([outcome, outcome]);
    expect(found.versions).toEqual([{ version: '1', imageUri: NEW, state: 'Active' }]);
  });

  it('moves an alias to a version that is ready', async () => {
    const found = fake.add(functionArn, OLD, ['live', 'dev']);
    found.slowness = 3;
    const { deliver } = setUp({ target: { alias: 'live' } });
    const outcome = { kind: 'delivered', details: { version: '2', alias: 'live', codeSha256: 'a'.repeat(64) } };
    expect(await deliver()).toEqual(outcome);
    expect(writes()).toEqual(['UpdateFunctionCode', 'PublishVersion', 'UpdateAlias']);
    expect([...found.aliases].map(([name, { version }]) => [name, version])).toEqual([
      ['live', '2'],
      ['dev', '1'],
    ]);
    expect(await deliver()).toEqual(outcome);
    expect(writes()).toHaveLength(3);
  });

  it('leaves an alias whose version has the image, whatever the function was given since', async () => {
    const found = fake.add(functionArn, NEW, ['live']);
    found.imageUri = OLD;
    expect(await setUp({ target: { alias: 'live' } }).deliver()).toMatchObject({ details: { version: '1' } });
    expect(writes()).toEqual([]);
  });

  it('takes an alias from what is not published to a version', async () => {
    const found = fake.add(functionArn, NEW, ['live']);
    found.versions.length = 0;
    found.aliases.set('live', { version: '$LATEST', weights: {}, revision: 1 });
    expect(await setUp({ target: { alias: 'live' } }).deliver()).toMatchObject({ details: { version: '1', alias: 'live' } });
    expect(writes()).toEqual(['PublishVersion', 'UpdateAlias']);
  });

  it.each<[string, 'UpdateFunctionCode' | 'PublishVersion' | 'UpdateAlias', string[]]>([
    ['the update', 'UpdateFunctionCode', ['UpdateFunctionCode', 'UpdateFunctionCode', 'PublishVersion', 'UpdateAlias']],
    ['publishing', 'PublishVersion', ['UpdateFunctionCode', 'PublishVersion', 'PublishVersion', 'UpdateAlias']],
    ['moving the alias', 'UpdateAlias', ['UpdateFunctionCode', 'PublishVersion', 'UpdateAlias', 'PublishVersion', 'UpdateAlias']],
  ])('goes on after %s was interrupted', async (_, operation, expected) => {
    const found = fake.add(functionArn, OLD, ['live']);
    const { deliver } = setUp({ target: { alias: 'live' } });
    aws.fault({ operation, times: 1 }, 'reset');
    expect(await deliver()).toMatchObject({ kind: 'retry' });
    expect(await deliver()).toMatchObject({ kind: 'delivered' });
    expect(writes()).toEqual(expected);
    expect(found.versions).toHaveLength(2);
  });

  it('keeps its hands off an alias that shifts traffic, before anything is changed', async () => {
    const found = fake.add(functionArn, OLD, ['live']);
    found.aliases.set('live', { version: '1', weights: { 2: 0.1 }, revision: 1 });
    const outcome = await setUp({ target: { alias: 'live' } }).deliver();
    expect(outcome).toMatchObject({ kind: 'retry', reason: 'TrafficShifting', retryAfter: 300 });
    expect(writes()).toEqual([]);
  });

  it('moves no alias to a version that cannot run', async () => {
    const found: FakeFunction = fake.add(functionArn, NEW, ['live']);
    found.versions.length = 0;
    Object.assign(found, { failure: 'DisabledKMSKey', aliases: new Map([['live', { version: '$LATEST', weights: {}, revision: 1 }]]) });
    const { aliases } = found;
    const { deliver } = setUp({ target: { alias: 'live' } });
    const outcome = await deliver();
    const failed = { kind: 'refused', reason: 'VersionFailed', message: 'the version cannot run: DisabledKMSKey: because' };
    // Lambda answers the version there is.
    expect([outcome, await deliver()]).toEqual([failed, failed]);
    expect(aliases.get('live')?.version).toBe('$LATEST');
  });

  it('refuses an alias there is not, before anything is changed', async () => {
    fake.add(functionArn, OLD);
    expect(await setUp({ target: { alias: 'live' } }).deliver()).toMatchObject({ kind: 'refused', reason: 'ResourceNotFoundException' });
    expect(writes()).toEqual([]);
  });
});

describe('lambda target, what it cannot do', () => {
  it.each([
    ['NotAnEcrImage', `quay.io/shop/web@${DIGEST}`],
    ['NotAnEcrImage', `public.ecr.aws/shop/web@${DIGEST}`],
    ['NotAnEcrImage', `${REPOSITORY}:latest`],
    ['NotAnEcrImage', ''],
    ['WrongRegion', NEW.replace('eu-central-1', 'us-east-1')],
  ])('is refused as %s: %s', async (reason, dockerImageReference) => {
    expect(await setUp().deliver({ dockerImageReference })).toMatchObject({ kind: 'refused', reason });
    expect(aws.calls).toHaveLength(seen);
  });

  it('is refused for a function of an archive', async () => {
    fake.add(functionArn, OLD).packageType = 'Zip';
    expect(await setUp().deliver()).toMatchObject({ kind: 'refused', reason: 'NotAnImageFunction' });
  });

  it('is asked by a dry run, which changes nothing', async () => {
    const found = fake.add(functionArn, OLD, ['live']);
    const { deliver } = setUp({ target: { alias: 'live' } });
    expect(await deliver({}, { dryRun: true })).toEqual({ kind: 'delivered', message: 'the function takes the image' });
    expect(aws.calls.at(-1)).toMatchObject({ operation: 'UpdateFunctionCode', input: { DryRun: true, ImageUri: NEW } });
    expect(found).toMatchObject({ imageUri: OLD, status: 'Successful' });
  });

  it.each<[string, number, 'retry' | 'refused']>([
    ['ResourceNotFoundException', 404, 'refused'],
    ['AccessDeniedException', 403, 'refused'],
    ['InvalidParameterValueException', 400, 'refused'],
    ['CodeStorageExceededException', 400, 'refused'],
    ['PreconditionFailedException', 412, 'retry'],
    ['ResourceConflictException', 409, 'retry'],
    ['TooManyRequestsException', 429, 'retry'],
    ['ServiceException', 500, 'retry'],
  ])('takes %s for %s', async (name, status, kind) => {
    fake.add(functionArn, OLD);
    aws.fault({ operation: 'UpdateFunctionCode' }, new AwsError(name, 'no', status));
    const message = `the function does not take the image: ${name}: no`;
    expect(await setUp().deliver()).toEqual({ kind, reason: name, message });
  });
});
