/** From a push to what runs, for integration tests: a real registry, the local stack with IAM enforced, and AWS services of the wire-level emulator. */
import { createHash } from 'node:crypto';
import type { ImageStream } from '../../functions/image/types.ts';
import type { ImageTrigger, ImageTriggerStatus, TriggerPolicy } from '../../functions/triggers/types.ts';
import type { ImageStreamsProps } from '../../lib/settings.ts';
import { type AwsEmulator, startAwsEmulator } from './aws/emulator.ts';
import type { ClientModule } from './aws/service-model.ts';
import { IMAGE_API, type LocalStack, startLocalStack } from './local-stack.ts';
import { type RealRegistry, startRealRegistry } from './real-registry.ts';

/** Of the deployment's own account and Region, as the local runtime has them. */
export const PLACE = { account: '000000000000', region: 'us-east-1' };
export const own = (service: string, resource: string) => `arn:aws:${service}:${PLACE.region}:${PLACE.account}:${resource}`;

/** A repository of ECR that nobody asks: Lambda takes images of no other registry. */
export const ECR = `444455556666.dkr.ecr.${PLACE.region}.amazonaws.com/shop/web`;

/** ms; the first delivery of a kind loads its client. */
export const PATIENCE = 30_000;

export interface DeploymentChain {
  readonly stack: LocalStack;
  readonly aws: AwsEmulator;
  /** Pushes an image that nobody has seen and imports it to `app:<tag>`; answers its digest. */
  push(tag: string): Promise<string>;
  /** Writes an image of ECR that nobody has seen to `app:<tag>`; answers its digest. */
  pushToEcr(tag: string): Promise<string>;
  /** Makes a trigger from `app:<tag>` to the target. */
  follow(tag: string, name: string, target: object, more?: { readonly container?: string; readonly policy?: TriggerPolicy }): Promise<void>;
  statusOf(trigger: string): Promise<ImageTriggerStatus>;
  tagOf(tag: string): Promise<NonNullable<ImageStream['status']['tags']>[number] | undefined>;
  calls(service: string, operation: string): AwsEmulator['calls'];
  lastInput(service: string, operation: string): AwsEmulator['calls'][number]['input'];
  /** As the service tells on the account's bus; resolves when everything that follows has happened. */
  tell(...events: readonly object[]): Promise<void>;
  /** Ends everything. Answers what IAM refused, and requests that no service would have understood. */
  close(): Promise<readonly string[]>;
}

/** `modules`: clients of the services, by the name that requests to them are signed for. */
export async function startDeploymentChain(
  modules: Readonly<Record<string, ClientModule>>,
  settings: ImageStreamsProps,
): Promise<DeploymentChain> {
  const registry = await startRealRegistry();
  const aws = await startAwsEmulator(modules);
  const awsServices = Object.fromEntries(Object.keys(modules).map((name) => [name, aws.client.endpoint]));
  const stack = await startLocalStack(settings, { awsServices, schedules: false });
  const calls = (service: string, operation: string) =>
    aws.calls.filter((call) => call.service === service && call.operation === operation);
  const unseen = (tag: string) => `${tag} ${(pushes += 1)}`;
  let pushes = 0;

  return {
    stack,
    aws,
    push: (tag) => pushAndImport(registry, stack, tag, unseen(tag)),
    async pushToEcr(tag) {
      const digest = `sha256:${createHash('sha256').update(unseen(tag)).digest('hex')}`;
      const image = { metadata: { name: digest }, dockerImageReference: `${ECR}@${digest}` };
      await post(stack, 'imagestreammappings', { kind: 'ImageStreamMapping', metadata: { name: 'app' }, image, tag });
      return digest;
    },
    async follow(tag, name, target, { container, policy } = {}) {
      const spec = { images: [{ from: { kind: 'ImageStreamTag', name: `app:${tag}` }, container }], target, policy };
      const trigger = { apiVersion: 'delivery.image-streams.io/v1', kind: 'ImageTrigger', metadata: { name }, spec };
      await stack.kubectl.run(['create', '-f', '-'], trigger);
    },
    statusOf: async (trigger) => (await stack.kubectl.json<ImageTrigger>(['get', 'imgtrig', trigger])).status,
    async tagOf(name) {
      const { status } = await stack.kubectl.json<ImageStream>(['get', 'is', 'app']);
      return status.tags?.find(({ tag }) => tag === name);
    },
    calls,
    lastInput: (service, operation) => calls(service, operation).at(-1)?.input ?? {},
    async tell(...events) {
      for (const event of events) {
        const answer = await fetch(`${stack.runtime.awsEndpoint}/__events`, { method: 'POST', body: JSON.stringify(event) });
        if (answer.status !== 200) throw new Error(await answer.text());
      }
      await stack.runtime.settled();
    },
    async close() {
      const { refused } = stack.runtime.permissions();
      await stack.stop();
      await Promise.all([aws.close(), registry.close()]);
      return [...refused, ...aws.problems];
    },
  };
}

async function pushAndImport(registry: RealRegistry, stack: LocalStack, tag: string, pushed: string): Promise<string> {
  const { manifest } = await registry.pushImage('team/app', tag, { config: { config: { Labels: { pushed } } } });
  const from = { kind: 'DockerImage', name: `${registry.host}/team/app:${tag}` };
  const images = [{ from, to: { name: tag }, importPolicy: { insecure: true } }];
  await post(stack, 'imagestreamimports', { kind: 'ImageStreamImport', metadata: { name: 'app' }, spec: { import: true, images } });
  return manifest.digest;
}

async function post(stack: LocalStack, resource: string, body: object): Promise<void> {
  const object = { apiVersion: 'image.openshift.io/v1', ...body };
  const { code } = await stack.request('POST', `${IMAGE_API}/namespaces/default/${resource}`, object);
  if (code !== 201) throw new Error(`${resource} answered ${code}`);
}
