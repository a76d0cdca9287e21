import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ContainerSelector, formatSelector, parseFieldPath } from '../../../functions/triggers/kubernetes/field-path.ts';
import { workloadKind, WORKLOADS } from '../../../functions/triggers/kubernetes/workloads.ts';

const kindOf = (kind: string) => {
  const found = workloadKind(kind);
  if (found === undefined) throw new Error(kind);
  return found;
};
const parse = (text: string, kind = 'Deployment') => parseFieldPath(text, kindOf(kind));

describe('field paths', () => {
  it.each<[string, string, ContainerSelector]>([
    ['Deployment', 'spec.template.spec.containers[0].image', { list: 'containers', index: 0 }],
    ['DaemonSet', 'spec.template.spec.containers[12].image', { list: 'containers', index: 12 }],
    ['StatefulSet', 'spec.template.spec.initContainers[1].image', { list: 'initContainers', index: 1 }],
    ['CronJob', 'spec.jobTemplate.spec.template.spec.containers[0].image', { list: 'containers', index: 0 }],
    ['Deployment', 'spec.template.spec.containers[?(@.name=="web")].image', { name: 'web' }],
    ['CronJob', 'spec.jobTemplate.spec.template.spec.initContainers[?(@.name=="a-1")].image', { name: 'a-1' }],
  ])('of a %s: %s', (kind, text, container) => {
    expect(parse(text, kind)).toEqual({ ok: true, container });
  });

  it.each([
    '',
    'image',
    'spec.containers[0].image',
    'spec.template.spec.containers[0]',
    'spec.template.spec.containers[0].images',
    'spec.template.spec.containers[0].image ',
    'spec.template.spec.containers[0]image',
    'spec.template.spec.containers.0.image',
    'spec.template.spec.containers[].image',
    'spec.template.spec.containers[-1].image',
    'spec.template.spec.containers[+1].image',
    'spec.template.spec.containers[01].image',
    'spec.template.spec.containers[10000].image',
    'spec.template.spec.containers[*].image',
    'spec.template.spec.containers[web].image',
    "spec.template.spec.containers[?(@.name=='web')].image",
    'spec.template.spec.containers[?(@.name == "web")].image',
    'spec.template.spec.containers[?(@.name=="")].image',
    'spec.template.spec.containers[?(@.name=="Web")].image',
    'spec.template.spec.containers[?(@.name=="a"].image")].image',
    'spec.template.spec.ephemeralContainers[0].image',
    'spec.template.spec.__proto__[0].image',
    'spec.template.spec.containers[0].image\n',
    'spec.jobTemplate.spec.template.spec.containers[0].image',
    '{.spec.template.spec.containers[0].image}',
  ])('%j is none', (text) => {
    expect(parse(text)).toMatchObject({ ok: false, message: expect.stringContaining('spec.template.spec.containers[INDEX].image') });
  });

  it('of any container are read back', () => {
    const list = fc.constantFrom('containers' as const, 'initContainers' as const);
    const name = fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?$/);
    fc.assert(
      fc.property(fc.constantFrom(...WORKLOADS), list, fc.nat(9999), name, (kind, where, index, named) => {
        const base = `${kind.podSpec.join('.')}.${where}`;
        expect(parseFieldPath(`${base}[${index}].image`, kind)).toEqual({ ok: true, container: { list: where, index } });
        expect(parseFieldPath(`${base}[?(@.name=="${named}")].image`, kind)).toEqual({ ok: true, container: { name: named } });
      }),
    );
  });

  it('can be anything', () => {
    fc.assert(fc.property(fc.string({ maxLength: 200, unit: 'binary' }), (text) => void parse(text)));
    expect(parse(`spec.template.spec.containers[?(@.name=="${'a-'.repeat(1_000_000)}")].image`).ok).toBe(false);
  });

  it('are told to people by their container', () => {
    expect([formatSelector({ name: 'web' }), formatSelector({ list: 'initContainers', index: 3 })]).toEqual(['"web"', 'initContainers[3]']);
  });
});
