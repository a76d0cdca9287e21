/** Whatever is lost on the way: services end at the newest images, never go back, and families do not grow by tries. */
import * as ecs from '@aws-sdk/client-ecs';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEcsTarget } from '../../../../functions/triggers/targets/ecs.ts';
import { type AwsEmulator, startAwsEmulator } from '../../../support/aws/emulator.ts';
import { createFakeEcs, type FakeEcs } from '../../../support/aws/fake-ecs.ts';
import { deliveredImage, deliveryTo, recordSessions } from '../aws/aws-delivery.ts';

/** A call that does not arrive, or whose answer is lost: the function was killed. */
interface Loss {
  readonly operation: 'DescribeServices' | 'DescribeTaskDefinition' | 'RegisterTaskDefinition' | 'UpdateService';
  readonly when: 'before' | 'after';
}
interface Turn {
  readonly container: 'web' | 'proxy';
  /** The tag moved since the last turn. */
  readonly moved: boolean;
  readonly loss: Loss | null;
  /** How a deployment that was going on ended. */
  readonly ended: 'COMPLETED' | null;
}

const TURNS = fc.array(
  fc.record<Turn>({
    container: fc.constantFrom('web', 'proxy'),
    moved: fc.boolean(),
    loss: fc.option(
      fc.record<Loss>({
        operation: fc.constantFrom('DescribeServices', 'DescribeTaskDefinition', 'RegisterTaskDefinition', 'UpdateService'),
        when: fc.constantFrom('before', 'after'),
      }),
    ),
    ended: fc.constantFrom('COMPLETED', null),
  }),
  { maxLength: 12 },
);

let aws: AwsEmulator;
beforeAll(async () => void (aws = await startAwsEmulator({ ecs })));
afterAll(() => aws.close());

/** A service, and what delivers to it and may lose one call. */
function setUp() {
  const fake: FakeEcs = createFakeEcs(aws);
  const containerDefinitions = ['web', 'proxy', 'agent'].map((name) => ({ name, image: `quay.io/shop/${name}:0` }));
  fake.registerTaskDefinition({ family: 'web', containerDefinitions });
  const service = fake.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web' });
  const brought: Readonly<Record<string, string>>[] = [];
  let loss: Loss | null = null;

  const target = createEcsTarget(recordSessions().openSession, (session) => {
    const client = new ecs.ECSClient({ ...session, ...aws.client, maxAttempts: 1 });
    async function send(command: { readonly constructor: { readonly name: string } }, options: object): Promise<unknown> {
      const when = `${loss?.operation}Command` === command.constructor.name ? loss?.when : undefined;
      if (when === 'before') throw new Error('killed');
      const answer = await client.send(command as ecs.DescribeServicesCommand, options);
      if (command instanceof ecs.UpdateServiceCommand) brought.push(fake.images(service));
      if (when === 'after') throw new Error('killed');
      return answer;
    }
    return { send: send as ecs.ECSClient['send'] };
  });

  function deliver(container: string, version: number, lost: Loss | null) {
    loss = lost;
    const image = deliveredImage({ container, dockerImageReference: `quay.io/shop/${container}:${version}` });
    return target.deliver(deliveryTo({ serviceArn: service }, { images: [image], id: `msg_${container}-${version}` }));
  }
  return { fake, service, brought, deliver };
}

describe('ecs target over histories', () => {
  it('ends at the newest images and never goes back', async () => {
    await fc.assert(
      fc.asyncProperty(TURNS, async (turns) => {
        const { fake, service, brought, deliver } = setUp();
        const versions = { web: 1, proxy: 1 };
        for (const { container, moved, loss, ended } of turns) {
          if (moved) versions[container] += 1;
          const outcome = await deliver(container, versions[container], loss);
          expect(['delivered', 'retry']).toContain(outcome.kind);
          if (ended !== null) fake.endDeployment(service, ended);
        }
        for (const container of ['web', 'proxy'] as const) await deliver(container, versions[container], null);
        expect(fake.images(service)).toEqual({
          web: `quay.io/shop/web:${versions.web}`,
          proxy: `quay.io/shop/proxy:${versions.proxy}`,
          agent: 'quay.io/shop/agent:0',
        });
        for (const container of ['web', 'proxy']) {
          const seen = brought.map((images) => Number(images[container]?.split(':')[1]));
          expect(seen).toEqual(seen.toSorted((a, b) => a - b));
        }
      }),
      { numRuns: 40 },
    );
    expect(aws.problems).toEqual([]);
  });

  it('registers one revision per image, however often it is tried', async () => {
    await fc.assert(
      fc.asyncProperty(TURNS, async (turns) => {
        const { fake, deliver } = setUp();
        let version = 1;
        for (const { moved, loss } of turns) {
          if (moved) version += 1;
          await deliver('web', version, loss);
        }
        await deliver('web', version, null);
        const images = fake.revisions('web').map(({ containerDefinitions }) => containerDefinitions?.[0]?.image);
        expect(images).toEqual([...new Set(images)]);
      }),
      { numRuns: 40 },
    );
  });
});
