/** `npm run events`: each event published on the bus of a running `npm start`, as one line of JSON. */
import { get } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RuntimeFile } from '../lib/local/state-directory.ts';

const { values } = parseArgs({ options: { state: { type: 'string', default: '.local' } } });
const file = join(values.state, 'runtime.json');

function fail(): void {
  console.error(`Nothing serves from ${values.state}: start it with npm start, or name its directory with --state.`);
  process.exit(1);
}

if (!existsSync(file)) fail();
const { awsEndpoint } = JSON.parse(readFileSync(file, 'utf8')) as RuntimeFile;
const request = get(`${awsEndpoint}/__events`, (response) => {
  request.off('error', fail);
  for (const stream of [request, response]) stream.on('error', () => process.exit(0)); // the runtime was stopped
  response.pipe(process.stdout); // each event arrives as one line
  response.on('end', () => process.exit(0));
}).on('error', fail);
