import * as ssm from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSsmTarget } from '../../../functions/triggers/targets/ssm.ts';
import type { DeliveredImage } from '../../../functions/triggers/targets/target.ts';
import type { SsmTarget } from '../../../functions/triggers/target-spec.ts';
import { type AwsEmulator, AwsError, startAwsEmulator } from '../../support/aws/emulator.ts';
import { answerAsSsm, type FakeParameter } from '../../support/aws/fake-ssm.ts';
import { deliveredImage, deliveryTo, DIGEST, recordSessions } from './aws/aws-delivery.ts';

const ARN = 'arn:aws:ssm:eu-central-1:111122223333:parameter';
const IMAGE = `quay.io/shop/web@${DIGEST}`;

let aws: AwsEmulator;
let parameters: Map<string, FakeParameter>;
beforeAll(async () => {
  aws = await startAwsEmulator({ ssm });
  parameters = answerAsSsm(aws);
});
afterAll(() => aws.close());
let seen = 0;
beforeEach(() => {
  aws.clearFaults();
  parameters.clear();
  seen = aws.calls.length;
});

const puts = () => aws.calls.slice(seen).flatMap(({ operation, input }) => (operation === 'PutParameter' ? [input] : []));

function setUp(target: Partial<SsmTarget> = {}) {
  const { openSession, asked } = recordSessions();
  const acting = createSsmTarget(openSession, (session) => new ssm.SSMClient({ ...session, ...aws.client, maxAttempts: 1 }));
  const deliver = (image: Partial<DeliveredImage> = {}, over = {}) =>
    acting.deliver(deliveryTo({ parameterArn: `${ARN}/images/web`, ...target }, { images: [deliveredImage(image)], ...over }));
  return { deliver, asked };
}

describe('ssm target', () => {
  it('makes the parameter, says what it is of, and writes what is new', async () => {
    const { deliver, asked } = setUp({ roleArn: 'arn:aws:iam::1:role/r' });
    expect(await deliver()).toEqual({ kind: 'delivered', details: { version: '1' } });
    expect(await deliver({ dockerImageReference: 'quay.io/shop/web@sha256:2' })).toEqual({ kind: 'delivered', details: { version: '2' } });
    const Description = 'Image of image stream tag shop/web:latest, kept up to date by an image trigger';
    expect(puts()).toEqual([
      { Name: '/images/web', Value: IMAGE, Type: 'String', Tier: 'Standard', Description, Overwrite: false },
      { Name: '/images/web', Value: 'quay.io/shop/web@sha256:2', Overwrite: true },
    ]);
    expect(asked[0]).toEqual({ arn: `${ARN}/images/web`, field: 'parameterArn', roleArn: 'arn:aws:iam::1:role/r' });
    expect(aws.problems).toEqual([]);
  });

  it('writes nothing that is there already', async () => {
    parameters.set('/images/web', { value: IMAGE, version: 7, type: 'String' });
    expect(await setUp().deliver()).toEqual({ kind: 'delivered', details: { version: '7' } });
    expect(puts()).toEqual([]);
  });

  it.each<[SsmTarget['format'], string]>([
    ['reference', IMAGE],
    ['digest', DIGEST],
  ])('writes the %s', async (format, Value) => {
    await setUp({ format }).deliver();
    expect(puts()).toMatchObject([{ Value }]);
  });

  it('writes the reference of a tag that has no digest, but no digest', async () => {
    const image = { image: '', dockerImageReference: 'quay.io/shop/web:1' };
    expect(await setUp().deliver(image)).toMatchObject({ kind: 'delivered' });
    expect(await setUp({ format: 'digest' }).deliver(image)).toMatchObject({ kind: 'refused', reason: 'NoDigest' });
  });

  it.each<[string[], string]>([
    [[], '/web'],
    [['/web'], '/web'],
    [['web'], 'web'],
  ])('writes, of a name of one part and the parameters %j, %s', async (known, Name) => {
    for (const name of known) parameters.set(name, { value: 'x', version: 1, type: 'String' });
    await setUp({ parameterArn: `${ARN}/web` }).deliver();
    expect(puts()).toMatchObject([{ Name }]);
  });

  it.each<[string, Record<string, FakeParameter>]>([
    ['AmbiguousParameter', { web: { value: 'x', version: 1, type: 'String' }, '/web': { value: 'y', version: 1, type: 'String' } }],
    ['WrongParameterType', { '/web': { value: 'x', version: 1, type: 'SecureString' } }],
    ['WrongParameterType', { '/web': { value: 'x', version: 1, type: 'StringList' } }],
    ['WrongParameterType', { '/web': { value: 'x', version: 1, type: 'String', dataType: 'aws:ec2:image' } }],
  ])('refuses, as %s, %j', async (reason, known) => {
    for (const [name, parameter] of Object.entries(known)) parameters.set(name, parameter);
    expect(await setUp({ parameterArn: `${ARN}/web` }).deliver()).toMatchObject({ kind: 'refused', reason });
    expect(puts()).toEqual([]);
  });

  it('says on a dry run whether there is one', async () => {
    const dryRun = () => setUp().deliver({}, { dryRun: true });
    expect(await dryRun()).toEqual({ kind: 'delivered', message: 'the parameter would be made' });
    parameters.set('/images/web', { value: 'x', version: 1, type: 'String' });
    expect(await dryRun()).toEqual({ kind: 'delivered', message: 'the parameter is there' });
    expect(puts()).toEqual([]);
  });

  it.each<[string, number, 'retry' | 'refused']>([
    ['AccessDeniedException', 400, 'refused'],
    ['ParameterLimitExceeded', 400, 'refused'],
    ['ParameterMaxVersionLimitExceeded', 400, 'refused'],
    ['HierarchyLevelLimitExceededException', 400, 'refused'],
    ['ParameterPatternMismatchException', 400, 'refused'],
    ['ParameterAlreadyExists', 400, 'retry'],
    ['TooManyUpdates', 400, 'retry'],
    ['ThrottlingException', 400, 'retry'],
    ['InternalServerError', 500, 'retry'],
  ])('takes %s for %s', async (name, status, kind) => {
    aws.fault({ operation: 'PutParameter' }, new AwsError(name, 'no', status));
    const message = `the parameter does not take the image: ${name}: no`;
    expect(await setUp().deliver()).toEqual({ kind, reason: name, message });
  });

  it('tries again when the connection drops', async () => {
    aws.fault({ operation: 'GetParameters' }, 'reset');
    expect(await setUp().deliver()).toMatchObject({ kind: 'retry' });
  });
});
