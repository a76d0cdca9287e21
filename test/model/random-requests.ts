/** Random requests over few names, so that they meet. */
import fc from 'fast-check';
import type { ImportedImage } from './operations.ts';
import type { Request, SpecTags } from './requests.ts';
import type { Fault } from './service.ts';
import type { Spec } from './stream.ts';

export interface Step {
  /** Two are sent at the same time, by different clients. */
  readonly requests: readonly Request[];
  readonly dryRun: boolean;
  readonly fault: Fault;
  /** Seconds that pass before. */
  readonly pause: number;
}

/** What can be imported, in the order it is drawn from. */
export type Importable = Pick<ImportedImage, 'from' | 'pinned' | 'fetched'>;

const TAGS = ['a', 'b', 'c'] as const;
const tag = fc.constantFrom(...TAGS);
const stream = fc.oneof({ weight: 4, arbitrary: fc.constant('app') }, { weight: 1, arbitrary: fc.constant('base') });
const PUSHED = ['1', '2', '3'].map((digit) => `sha256:${digit.repeat(64)}`);

export function randomSteps(importable: readonly Importable[]): fc.Arbitrary<readonly Step[]> {
  const images = [...PUSHED, ...importable.flatMap(({ fetched }) => ('image' in fetched ? [fetched.image] : []))];
  const request = randomRequest(images, importable);
  const step = fc.record({
    requests: fc.oneof(
      { weight: 4, arbitrary: fc.array(request, { minLength: 1, maxLength: 1 }) },
      { weight: 1, arbitrary: fc.array(request, { minLength: 2, maxLength: 2 }) },
    ),
    dryRun: fc.integer({ min: 0, max: 9 }).map((number) => number === 9),
    fault: fc.oneof(
      { weight: 4, arbitrary: fc.constant<Fault>('none') },
      { weight: 1, arbitrary: fc.constantFrom<Fault>('lost-answer', 'conflict', 'throttled') },
    ),
    pause: fc.integer({ min: 0, max: 3 }),
  });
  return fc.array(step, { minLength: 5, maxLength: 25 });
}

/** `app` may point to `base`, never the reverse: two requests at once that read each other's stream have no order. */
function randomSpec(images: readonly string[]): fc.Arbitrary<Spec> {
  const id = fc.oneof(fc.constantFrom(...images), fc.constantFrom('11', 'sha256:22', 'sha256', 'fff'));
  const common = {
    importMode: fc.constantFrom('Legacy', 'PreserveOriginal'),
    insecure: fc.constant(false),
    referencePolicy: fc.constantFrom('Source', 'Local'),
    generation: fc.option(fc.constantFrom(0, 7), { nil: undefined }),
  };
  const docker = fc.record({
    ...common,
    from: fc.constantFrom('1', '2').map((version) => ({ kind: 'DockerImage', name: `quay.io/team/app:${version}` })),
    reference: fc.boolean(),
    scheduled: fc.boolean(),
  });
  const name = fc.oneof(
    tag,
    tag.map((each) => `base:${each}`),
    fc.constantFrom('app:a', 'nosuch:a'),
  );
  const imageName = fc.oneof(
    id,
    id.map((each) => `base@${each}`),
  );
  const local = fc.record({
    ...common,
    from: fc.oneof(
      name.map((each) => ({ kind: 'ImageStreamTag', name: each })),
      imageName.map((each) => ({ kind: 'ImageStreamImage', name: each })),
    ),
    reference: fc.constant(false),
    scheduled: fc.constant(false),
  });
  return fc.oneof(docker, local, local);
}

function randomRequest(images: readonly string[], importable: readonly Importable[]): fc.Arbitrary<Request> {
  const spec = randomSpec(images);
  const tags: fc.Arbitrary<SpecTags> = fc.dictionary(tag, spec, { maxKeys: 3 });
  const imported = fc.record({
    source: fc.constantFrom(...importable),
    to: tag,
    scheduled: fc.boolean(),
    importMode: fc.constantFrom('Legacy', 'PreserveOriginal'),
  });
  const imports = fc.uniqueArray(imported, { minLength: 1, maxLength: 2, selector: ({ to }) => to });
  const any = fc.oneof(
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('create' as const), stream, tags }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant('put' as const),
        stream,
        drop: fc.subarray([...TAGS]),
        tags,
        stale: fc.integer({ min: 0, max: 5 }).map((number) => number === 5),
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('patch' as const), stream, tag, spec }) },
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant('write-tag' as const),
        method: fc.constantFrom('POST' as const, 'PUT' as const, 'PUT' as const),
        stream,
        tag,
        spec,
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete-tag' as const), stream, tag }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('push' as const), stream, tag, image: fc.constantFrom(...PUSHED) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('import' as const),
        stream,
        images: imports.map((each) => each.map(({ source, ...rest }) => ({ ...source, ...rest }))),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('trim' as const), stream, tag, count: fc.integer({ min: 0, max: 2 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), stream: fc.constant('app') }) },
  );
  return any.map(withoutReverse);
}

/** What points from `base` to another stream is made to point to its own. */
function withoutReverse(request: Request): Request {
  if (request.stream !== 'base') return request;
  const own = (spec: Spec): Spec => ({
    ...spec,
    from: { ...spec.from, name: spec.from.kind === 'DockerImage' ? spec.from.name : spec.from.name.replace(/^app:/, '') },
  });
  if (request.kind === 'create' || request.kind === 'put') {
    return { ...request, tags: Object.fromEntries(Object.entries(request.tags).map(([name, spec]) => [name, own(spec)])) };
  }
  return request.kind === 'patch' || request.kind === 'write-tag' ? { ...request, spec: own(request.spec) } : request;
}
