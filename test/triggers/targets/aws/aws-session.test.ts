import { AssumeRoleCommand, type AssumeRoleCommandInput, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { clientsBySession, createAwsSessions } from '../../../../functions/triggers/targets/aws/aws-session.ts';

const sts = mockClient(STSClient);
// The class is other files' too.
afterAll(() => sts.restore());
const NOW = Date.parse('2026-08-01T10:00:00Z');
const HOUR = 3_600_000;
const ROLE = 'arn:aws:iam::444455556666:role/deploy';
const QUEUE = 'arn:aws:sqs:eu-central-1:111122223333:deploy';
const trigger = (namespace: string) => ({ namespace, name: 'deploy', uid: 'u' });
const resource = (roleArn?: string, arn = QUEUE) => ({ arn, field: 'queueArn', ...(roleArn && { roleArn }) });

const denied = Object.assign(new Error('not authorized to perform sts:AssumeRole'), {
  name: 'AccessDenied',
  $metadata: { httpStatusCode: 403 },
});

/** A role as its trust policy makes it: for the external ids given, or for anybody. */
function trust(externalIds: readonly string[] | null): void {
  sts.on(AssumeRoleCommand).callsFake(({ ExternalId = '' }: AssumeRoleCommandInput) => {
    if (externalIds !== null && !externalIds.includes(ExternalId)) throw denied;
    return { Credentials: { AccessKeyId: ExternalId, SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(NOW + HOUR) } };
  });
}

const asked = () => sts.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input);

function setUp() {
  let now = NOW;
  const open = createAwsSessions({ sts: new STSClient({}), allowed: { shop: [QUEUE] }, clock: () => now });
  return { open, pass: (milliseconds: number) => (now += milliseconds) };
}

describe('sessions in AWS', () => {
  beforeEach(() => sts.reset());

  it('are those of the deployment where it allows that, and refused elsewhere', async () => {
    const { open } = setUp();
    const own = await open(trigger('shop'), resource());
    expect(own).toEqual({ ok: true, session: { region: 'eu-central-1' } });
    expect(await open(trigger('shop'), resource())).toEqual(own);
    expect(await open(trigger('bank'), resource())).toMatchObject({ ok: false, refusal: { kind: 'refused', reason: 'TargetNotAllowed' } });
    expect(await open(trigger('shop'), resource(undefined, `${QUEUE}-2`))).toMatchObject({ ok: false });
    expect(asked()).toEqual([]);
  });

  it('are those of a role, with the external id of the namespace, kept until shortly before they end', async () => {
    trust(['image-streams/shop']);
    const { open, pass } = setUp();
    const first = await open(trigger('shop'), resource(ROLE));
    expect(first).toMatchObject({ ok: true, session: { region: 'eu-central-1', credentials: { accessKeyId: 'image-streams/shop' } } });
    expect(asked()[0]).toEqual({ RoleArn: ROLE, RoleSessionName: 'image-streams@shop', ExternalId: 'image-streams/shop' });
    const again = await open(trigger('shop'), resource(ROLE));
    expect(again.ok && first.ok && again.session === first.session).toBe(true);
    expect(asked()).toHaveLength(2); // the second asked whether the role insists
    pass(HOUR - 4 * 60_000);
    const later = await open(trigger('shop'), resource(ROLE));
    expect(later.ok && first.ok && later.session === first.session).toBe(false);
    expect(asked()).toHaveLength(3);
  });

  it('are not shared between namespaces: the role says whom it serves', async () => {
    trust(['image-streams/shop']);
    const { open } = setUp();
    await open(trigger('shop'), resource(ROLE));
    expect(await open(trigger('bank'), resource(ROLE))).toMatchObject({
      ok: false,
      refusal: { kind: 'refused', reason: 'AccessDenied', message: expect.stringContaining('the role cannot be assumed') },
    });
  });

  it('are refused for a role that serves anybody', async () => {
    trust(null);
    const { open } = setUp();
    for (const namespace of ['shop', 'bank'])
      expect(await open(trigger(namespace), resource(ROLE))).toMatchObject({
        ok: false,
        refusal: { kind: 'refused', reason: 'RoleTrustsAnybody' },
      });
  });

  it('are tried again when STS is busy, also when it is asked whether the role insists', async () => {
    const busy = Object.assign(new Error('slow down'), { name: 'Throttling', $metadata: { httpStatusCode: 400 } });
    sts.on(AssumeRoleCommand).rejects(busy);
    expect(await setUp().open(trigger('shop'), resource(ROLE))).toMatchObject({
      ok: false,
      refusal: { kind: 'retry', reason: 'Throttling' },
    });
    let calls = 0;
    sts.on(AssumeRoleCommand).callsFake(() => {
      if ((calls += 1) > 1) throw busy;
      return { Credentials: { AccessKeyId: 'a', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(NOW + HOUR) } };
    });
    expect(await setUp().open(trigger('shop'), resource(ROLE))).toMatchObject({ ok: false, refusal: { kind: 'retry' } });
  });

  it('have one client each', () => {
    const clientFor = clientsBySession((session) => ({ session }));
    const [one, two] = [{ region: 'a' }, { region: 'a' }];
    expect(clientFor(one)).toBe(clientFor(one));
    expect(clientFor(one)).not.toBe(clientFor(two));
  });
});
