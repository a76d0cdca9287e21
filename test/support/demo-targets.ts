/**
 * `npm run demo-targets`: what triggers of the README act on. On 127.0.0.1:4566 an AWS with the service `prod/web` of ECS (circuit breaker on), the
 * function `checkout` and parameters; on 127.0.0.1:6443 an API server of Kubernetes with the Deployment `web`. Prints what they are told. A line
 * on its input says how the deployment of ECS ends: Enter well, `fail` badly. Nothing is kept.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as ecs from '@aws-sdk/client-ecs';
import * as lambda from '@aws-sdk/client-lambda';
import * as ssm from '@aws-sdk/client-ssm';
import { stringify } from 'yaml';
import type { RuntimeFile } from '../../lib/local/state-directory.ts';
import { startAwsEmulator } from './aws/emulator.ts';
import { createFakeEcs } from './aws/fake-ecs.ts';
import { answerAsLambda } from './aws/fake-lambda.ts';
import { answerAsSsm } from './aws/fake-ssm.ts';
import { startKubernetesApi, workload } from './kubernetes-api/server.ts';

const { values } = parseArgs({ options: { state: { type: 'string', default: '.local' } } });

const aws = await startAwsEmulator(
  { ecs, lambda, ssm },
  {
    port: 4566,
    onCall: ({ operation, input }) => /^(Get|Describe)/.test(operation) || console.log(`${operation} ${JSON.stringify(input)}`),
  },
);
const services = createFakeEcs(aws, { account: '000000000000', region: 'us-east-1' }); // where the local runtime is
services.registerTaskDefinition({ family: 'web', containerDefinitions: [{ name: 'web', image: '127.0.0.1:5000/team/app:old' }] });
const rollback = { deploymentCircuitBreaker: { enable: true, rollback: true } };
const web = services.createService({ cluster: 'prod', name: 'web', taskDefinition: 'web', deploymentConfiguration: rollback });
const image = `000000000000.dkr.ecr.us-east-1.amazonaws.com/checkout@sha256:${'0'.repeat(64)}`;
answerAsLambda(aws).add('arn:aws:lambda:us-east-1:000000000000:function:checkout', image, ['live']);
answerAsSsm(aws);

const cluster = await startKubernetesApi({ port: 6443 });
cluster.put(workload('Deployment', 'web', { containers: [{ name: 'web', image: '127.0.0.1:5000/team/app:old' }] }));
cluster.onRequest = ({ method, path, body }) => method === 'GET' || console.log(`${method} ${path} ${String(body)}`);
const reached = { server: cluster.url, caBundle: cluster.ca, tokenSecretRef: { name: 'cluster', key: 'token' } };
const target = { ...reached, object: { kind: 'Deployment', namespace: 'shop', name: 'web' } };
const manifests = [
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'cluster', namespace: 'default' }, stringData: { token: cluster.token } },
  {
    apiVersion: 'delivery.image-streams.io/v1',
    kind: 'ImageTrigger',
    metadata: { name: 'deploy-cluster', namespace: 'default' },
    spec: { images: [{ from: { kind: 'ImageStreamTag', name: 'app:live' }, container: 'web' }], target: { kubernetes: target } },
  },
];
const file = join(values.state, 'demo-cluster.yaml');
writeFileSync(file, manifests.map((manifest) => stringify(manifest)).join('---\n'));

console.log(`Playing ECS, Lambda and SSM on ${aws.client.endpoint}, and a cluster on ${cluster.url} (${file})
Enter: the deployment of ECS ends well. fail: it ends badly`);

createInterface({ input: process.stdin }).on('line', (line) => void tell(line.trim() === 'fail' ? 'FAILED' : 'COMPLETED'));

/** As ECS tells by its events. */
async function tell(state: 'COMPLETED' | 'FAILED'): Promise<void> {
  const { awsEndpoint } = JSON.parse(readFileSync(join(values.state, 'runtime.json'), 'utf8')) as RuntimeFile;
  for (const event of services.endDeployment(web, state)) {
    await fetch(`${awsEndpoint}/__events`, { method: 'POST', body: JSON.stringify(event) });
    console.log(`told ${event.detail.eventName}; web runs ${services.images(web)['web']}`);
  }
}
