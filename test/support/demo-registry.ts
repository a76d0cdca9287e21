/**
 * `npm run demo-registry`: two small registries to follow the README with. 127.0.0.1:5000 holds team/app:v1, team/app:v2 and, for two
 * architectures, team/app:latest; each line on its input (Enter) pushes a new image under team/app:latest. 127.0.0.1:5001 holds
 * team/private:v1 for user demo, password demo. Nothing is kept.
 */
import { createInterface } from 'node:readline';
import { startFakeRegistry } from './fake-registry.ts';

const registry = await startFakeRegistry({ port: 5000 });
for (const tag of ['v1', 'v2']) registry.pushImage('team/app', tag, { config: { Env: [`VERSION=${tag}`], Cmd: ['serve'] } });
registry.pushIndex('team/app', 'latest', ['amd64', 'arm64']);

const closed = await startFakeRegistry({ port: 5001, auth: { kind: 'basic', username: 'demo', password: 'demo' } });
closed.pushImage('team/private', 'v1');

console.log(`Serving team/app:v1, :v2 and :latest on ${registry.host}, team/private:v1 on ${closed.host} (demo/demo)`);
console.log('Press Enter to push a new team/app:latest');

let pushes = 0;
createInterface({ input: process.stdin }).on('line', () => {
  pushes++;
  const { manifest } = registry.pushImage('team/app', 'latest', { seed: `push ${pushes}` });
  console.log(`pushed team/app:latest ${manifest.digest}`);
});
