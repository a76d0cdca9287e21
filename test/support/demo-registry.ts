/**
 * `npm run demo-registry`: a small registry on 127.0.0.1:5000 to follow the README with. It holds team/app:v1, team/app:v2 and, for two
 * architectures, team/app:latest; each line on its input (Enter) pushes a new image under team/app:latest. Nothing is kept.
 */
import { createInterface } from 'node:readline';
import { startFakeRegistry } from './fake-registry.ts';

const PORT = 5000;

const registry = await startFakeRegistry({ port: PORT });
for (const tag of ['v1', 'v2']) registry.pushImage('team/app', tag, { config: { Env: [`VERSION=${tag}`], Cmd: ['serve'] } });
registry.pushIndex('team/app', 'latest', ['amd64', 'arm64']);
console.log(`Serving team/app:v1, :v2 and :latest on ${registry.host}; press Enter to push a new team/app:latest`);

let pushes = 0;
createInterface({ input: process.stdin }).on('line', () => {
  pushes++;
  const { manifest } = registry.pushImage('team/app', 'latest', { seed: `push ${pushes}` });
  console.log(`pushed team/app:latest ${manifest.digest}`);
});
