/** What the real kubectl makes of discovery and OpenAPI. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESOURCE_TABLE } from '../../functions/resources/resource-table.ts';
import { type LocalStack, startLocalStack } from '../support/local-stack.ts';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack();
}, 60_000);
afterAll(() => stack.stop());

const MAIN = RESOURCE_TABLE.filter(({ subresource }) => subresource === undefined);

/** Each once, whatever its versions: kubectl shows the preferred one. */
const RESOURCES = [...new Set(MAIN.map(({ resource, group }) => `${resource}.${group}`))].map(
  (name) => name.split(/\.(.*)/) as [string, string],
);

describe('kubectl', { timeout: 60_000 }, () => {
  it('api-versions names every group and version', async () => {
    const versions = (await stack.kubectl.run(['api-versions'])).trim().split('\n');
    expect(versions).toEqual([...new Set(MAIN.map(({ group, version }) => (group === '' ? version : `${group}/${version}`)))].sort());
  });

  it('api-resources knows names, short names, scope, verbs and categories', async () => {
    const lines = (await stack.kubectl.run(['api-resources', '-o', 'wide', '--no-headers'])).trim().split('\n');
    expect(lines.map((line) => line.split(/ +/)[0]).sort()).toEqual(RESOURCES.map(([resource]) => resource).sort());
    const streams = lines.find((line) => line.startsWith('imagestreams '))?.split(/ +/);
    const verbs = 'create,delete,deletecollection,get,list,patch,update,watch';
    expect(streams).toEqual(['imagestreams', 'is', 'image.openshift.io/v1', 'true', 'ImageStream', verbs, 'all']);
    expect(lines.find((line) => line.startsWith('images '))).toMatch(new RegExp(`false +Image +${verbs}`));
  });

  it.each(RESOURCES.map(([resource, group]) => (group === '' ? resource : `${resource}.${group}`)))(
    'explain %s --recursive',
    async (resource) => {
      const text = await stack.kubectl.run(['explain', resource, '--recursive']);
      expect(text).toMatch(/DESCRIPTION:\n {4}\w+[\s\S]*FIELDS:\n {2}\w+\t</);
      expect(text).not.toContain('<no description>');
    },
  );
});
