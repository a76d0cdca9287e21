/**
 * Things that triggers act on, by what really acts on them: services of ECS, functions of Lambda, parameters and a webhook, that fail three times
 * in ten, half of these after having done what they were asked. Whatever they are set to is written down.
 */
import * as ecs from '@aws-sdk/client-ecs';
import * as lambda from '@aws-sdk/client-lambda';
import * as ssm from '@aws-sdk/client-ssm';
import type { AwsSession } from '../../functions/triggers/targets/aws/aws-session.ts';
import type { StoredTrigger } from '../../functions/triggers/stored-trigger.ts';
import type { TargetSpec } from '../../functions/triggers/target-spec.ts';
import { createEcsTarget } from '../../functions/triggers/targets/ecs.ts';
import { createLambdaTarget } from '../../functions/triggers/targets/lambda.ts';
import { createTargetRegistry, type Deliver } from '../../functions/triggers/targets/registry.ts';
import { createSsmTarget } from '../../functions/triggers/targets/ssm.ts';
import { createWebhookPost } from '../../functions/triggers/targets/http/webhook-post.ts';
import { createWebhookTarget } from '../../functions/triggers/targets/webhook.ts';
import { type AwsEmulator, AwsError, type AwsFault, startAwsEmulator } from '../support/aws/emulator.ts';
import { createFakeEcs } from '../support/aws/fake-ecs.ts';
import { answerAsLambda } from '../support/aws/fake-lambda.ts';
import { answerAsSsm } from '../support/aws/fake-ssm.ts';
import { SECRET } from './fixtures.ts';
import { type Chance, digestOf, numberOf } from './played-changes.ts';
import { startReceiver } from './webhook-flow.ts';

/** Lambda takes images of ECR only. */
export const REPOSITORY = '111122223333.dkr.ecr.eu-central-1.amazonaws.com/shop/web';
const REGION = 'eu-central-1';
const arnOf = (service: string, resource: string) => `arn:aws:${service}:${REGION}:111122223333:${resource}`;
const OLDEST = `${REPOSITORY}@${digestOf(0)}`;
const MOST_IMAGES = 3;

type Images = StoredTrigger['spec']['images'];
type Spec = Pick<StoredTrigger['spec'], 'images' | 'target'>;

export async function startPlayedTargets() {
  const aws = await startAwsEmulator({ ecs, lambda, ssm });
  const receiver = await startReceiver();
  /** By what is set and where: what it has been set to, oldest first. */
  const history = new Map<string, number[]>();
  const set = (place: string, image: string) => history.set(place, [...(history.get(place) ?? []), numberOf(image)]);

  const told = telling(aws, (operation, input) => {
    if (operation === 'UpdateService') {
      const service = String(input['service']);
      for (const [container, image] of Object.entries(services.images(service))) set(`${service} ${container}`, image);
    }
    if (operation === 'UpdateAlias') {
      const name = String(input['FunctionName']);
      const { versions, aliases } = functions.get(name) ?? NO_FUNCTION;
      set(name, versions.find(({ version }) => version === aliases.get('live')?.version)?.imageUri ?? '');
    }
    if (operation === 'PutParameter') set(String(input['Name']), String(input['Value']));
  });
  const services = createFakeEcs(told);
  const fakeLambda = answerAsLambda(told);
  const functions = new Map<string, ReturnType<typeof fakeLambda.add>>();
  const parameters = answerAsSsm(told);
  const inFlight = new Set<Promise<unknown>>();

  /** Kills between any two calls, and keeps what a dead function had begun. */
  function mortal<Client extends { send: (...args: never[]) => Promise<unknown> }>(client: Client, { killer }: Chance): Client {
    const send = (...args: never[]) => {
      const begin = () => {
        const call = client.send(...args);
        inFlight.add(call);
        return call.finally(() => inFlight.delete(call));
      };
      return killer.around(begin);
    };
    return { send } as unknown as Client;
  }

  function createDeliver(chance: Chance): Deliver {
    const { random } = chance;
    aws.clearFaults();
    aws.fault({}, () => faultOf(random));
    receiver.answer = () => (random() < 0.3 ? (random() < 0.5 ? 500 : 503) : 204);
    const session: AwsSession = { region: REGION };
    const openSession = async () => ({ ok: true, session }) as const;
    const options = { ...aws.client, region: REGION, maxAttempts: 1 };
    const post = createWebhookPost({ allowPrivateAddresses: true, timeout: 5_000 });
    const webhook = createWebhookTarget({
      keys: { readKey: async () => SECRET },
      secrets: { readSecretValue: async () => null },
      post: (...request) => chance.killer.around(() => post(...request)),
      clock: Date.now,
    });
    const targets = {
      ecs: createEcsTarget(openSession, () => mortal(new ecs.ECSClient(options), chance)),
      lambda: createLambdaTarget(
        openSession,
        () => mortal(new lambda.LambdaClient(options), chance),
        async () => undefined,
      ),
      ssm: createSsmTarget(openSession, () => mortal(new ssm.SSMClient(options), chance)),
      webhook,
    };
    return createTargetRegistry(Object.fromEntries(Object.entries(targets).map(([kind, target]) => [kind, () => target as never])));
  }

  /** What trigger `index` acts on, made anew. Every tenth acts on the same service as the one before it, in other containers. */
  function specOf(index: number, images: Images): Spec {
    const owner = index % 10 === 9 ? index - 1 : index;
    const first = images.slice(0, 1);
    switch ((owner % 10) % 4) {
      case 0: {
        const name = `service-${owner}`;
        if (owner === index) addService(name, owner);
        const target: TargetSpec = { ecs: { serviceArn: arnOf('ecs', `service/prod/${name}`) } };
        return { images: images.map((image, position) => ({ ...image, container: containerOf(index, position) })), target };
      }
      case 1: {
        const functionArn = arnOf('lambda', `function:function-${index}`);
        functions.set(functionArn, fakeLambda.add(functionArn, OLDEST, ['live']));
        return { images: first, target: { lambda: { functionArn, alias: 'live' } } };
      }
      case 2:
        return { images: first, target: { ssm: { parameterArn: arnOf('ssm', `parameter/images/${index}`) } } };
      default:
        return { images, target: { webhook: { url: `${receiver.url}/${index}` } } };
    }
  }

  function addService(name: string, owner: number): void {
    const containerDefinitions = [owner, owner + 1].flatMap((index) =>
      Array.from({ length: MOST_IMAGES }, (_, position) => ({ name: containerOf(index, position), image: OLDEST })),
    );
    services.registerTaskDefinition({ family: name, containerDefinitions });
    services.createService({ cluster: 'prod', name, taskDefinition: name });
  }

  return {
    specOf,
    createDeliver,
    services,
    functions,
    parameters,
    history,
    received: receiver.received,
    problems: aws.problems,
    settled: async () => void (await Promise.allSettled(inFlight)),
    async close() {
      receiver.close();
      await aws.close();
    },
  };
}

export function containerOf(trigger: number, position: number): string {
  return `t${trigger}-${position}`;
}

const NO_FUNCTION = { versions: [], aliases: new Map<string, { readonly version: string }>() };

function faultOf(random: () => number): AwsFault | undefined {
  const chance = random();
  if (chance < 0.05) return new AwsError('ThrottlingException', 'Rate exceeded', 400);
  if (chance < 0.1) return new AwsError('ServerException', 'something is wrong', 500);
  if (chance < 0.15) return 'reset';
  return chance < 0.3 ? 'lost' : undefined;
}

/** The emulator, for fakes whose answers are to be told. */
function telling(aws: AwsEmulator, done: (operation: string, input: AwsEmulator['calls'][number]['input']) => void): AwsEmulator {
  return {
    ...aws,
    answer: (service, operation, answer) =>
      aws.answer(service, operation, async (input, call) => {
        const output = await answer(input, call);
        done(operation, input);
        return output;
      }),
  };
}
