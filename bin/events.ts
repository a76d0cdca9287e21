/** `npm run events`: each event published on the bus of a running `npm start`, as one line of JSON. */
import { createInterface } from 'node:readline';
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
get(`${awsEndpoint}/__events`, (response) => {
  createInterface({ input: response }).on('line', (line) => console.log(line));
  response.on('close', () => process.exit(0));
}).on('error', fail);
