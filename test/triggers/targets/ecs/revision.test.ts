import { RegisterTaskDefinitionRequest$, TaskDefinition$ } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { registrable, type Revision, sameRevision, withImages } from '../../../../functions/triggers/targets/ecs/revision.ts';
import { shapeOf } from '../../../support/aws/shapes.ts';

function membersOf(schema: unknown): string[] {
  const shape = shapeOf(schema);
  return shape.kind === 'structure' ? [...shape.members.keys()] : [];
}
const revision = (container: object, over: object = {}): Revision => ({
  family: 'web',
  containerDefinitions: [{ name: 'web', image: 'a', ...container }],
  ...over,
});

describe('a revision of a task definition', () => {
  it('has every member of the definition that can be registered', () => {
    const definition = Object.fromEntries(membersOf(TaskDefinition$).map((name) => [name, name]));
    const wanted = membersOf(RegisterTaskDefinitionRequest$).filter((name) => name !== 'tags');
    expect(Object.keys(registrable({ definition: definition, tags: [] })).sort()).toEqual(wanted.sort());
  });

  it('has the tags that are not those of AWS', () => {
    const tags = [
      { key: 'aws:cloudformation:stack-name', value: 'web' },
      { key: 'team', value: 'shop' },
    ];
    expect(registrable({ definition: {}, tags }).tags).toEqual([{ key: 'team', value: 'shop' }]);
    expect(registrable({ definition: {}, tags: tags.slice(0, 1) })).not.toHaveProperty('tags');
  });

  it('leaves the credentials of a container unless there are others', () => {
    const own = { repositoryCredentials: { credentialsParameter: 'own' } };
    const images = new Map([['web', 'b']]);
    expect(withImages(revision(own), images).containerDefinitions).toEqual([{ name: 'web', image: 'b', ...own }]);
    expect(withImages(revision(own), images, 'other').containerDefinitions).toEqual([
      { name: 'web', image: 'b', repositoryCredentials: { credentialsParameter: 'other' } },
    ]);
  });

  it.each<[string, object, object, boolean]>([
    [
      'lists of objects in another order',
      { environment: [{ name: 'a' }, { name: 'b' }] },
      { environment: [{ name: 'b' }, { name: 'a' }] },
      true,
    ],
    ['members in another order', { logConfiguration: { a: 1, b: 2 } }, { logConfiguration: { b: 2, a: 1 } }, true],
    ['nothing', { cpu: undefined }, {}, true],
    ['texts in another order', { command: ['a', 'b'] }, { command: ['b', 'a'] }, false],
    ['another image', { image: 'b' }, {}, false],
    ['one more entry', { environment: [{ name: 'a' }, { name: 'a' }] }, { environment: [{ name: 'a' }] }, false],
    ['a number for a text', { cpu: 1 }, { cpu: '1' }, false],
  ])('is compared with one that has %s', (_, left, right, same) => {
    expect(sameRevision(revision(left), revision(right))).toBe(same);
    expect(sameRevision(revision({}, { tags: [left] }), revision({}, { tags: [right] }))).toBe(same);
  });
});
