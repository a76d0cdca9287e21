/** Write units per change of a tag through the API's handlers, as DynamoDB counts them: flat in the number of the stream's tags. */
import type { ImageStreamTag, TagReference } from '../../../functions/image/types.ts';
import { DEFAULT_PLATFORM } from '../../../functions/image/platform.ts';
import type { ResourceHandlers } from '../../../functions/kubernetes/handlers.ts';
import type { KubernetesObject } from '../../../functions/kubernetes/types.ts';
import { recordFields, writerOf } from '../../../functions/kubernetes/record-fields.ts';
import { createRegistryClient } from '../../../functions/registry/client.ts';
import { createImportHandlers } from '../../../functions/resources/imagestreamimports/handlers.ts';
import { createMappingHandlers } from '../../../functions/resources/imagestreammappings/handlers.ts';
import { createTagHandlers } from '../../../functions/resources/imagestreamtags/handlers.ts';
import { RESOURCE_TABLE } from '../../../functions/resources/resource-table.ts';
import { APPLIED, CONTEXT, digestOf, specTag, stream, tag } from '../../store/streams.ts';
import { type CapacityMeters, meterCapacity } from '../../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { type FakeRegistry, startFakeRegistry } from '../../support/fake-registry.ts';
import { createImageApi, imageStreamTag, pushed, request } from '../../support/image-api.ts';
import type { SectionResult } from '../section.ts';

const SIZES = [10, 1_000, 10_000];
/** Times each change is made, on another tag each time; the dearest counts. */
const REPEATS = 3;
const NAMESPACE = 'default';
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** Kubernetes allows 256 KiB of annotations. */
const ANNOTATION_BYTES = 200_000;

const [TAGS] = RESOURCE_TABLE.filter(({ kind }) => kind === 'ImageStreamTag') as [(typeof RESOURCE_TABLE)[number]];

interface Bench {
  readonly api: ReturnType<typeof createImageApi>;
  readonly registry: FakeRegistry;
  readonly imports: Required<ReturnType<typeof createImportHandlers>>;
}

interface Change {
  readonly name: string;
  readonly make: (bench: Bench, index: number) => Promise<unknown>;
}

/** Applied first by kubectl itself, then server-side. Every tag has three events, so that its history is as long as that of a tag in use. */
async function seed(api: ReturnType<typeof createImageApi>, size: number): Promise<void> {
  const tags = Array.from({ length: size }, (_, index) => ({ ...tag(`v${index}`, [3, 2, 1], specTag(`v${index}`)), owners: APPLIED }));
  const applied = JSON.stringify({ spec: { tags: tags.map(({ spec }) => spec) } }).slice(0, ANNOTATION_BYTES);
  const after = stream(tags, { namespace: NAMESPACE, annotations: { [LAST_APPLIED]: applied.padEnd(ANNOTATION_BYTES) } });
  await api.streams.commit({ ...CONTEXT, now: Date.now(), before: null, after });
}

function handlersOf<T extends KubernetesObject>(handlers: ResourceHandlers<T>): Required<ResourceHandlers<T>> {
  return handlers as Required<ResourceHandlers<T>>;
}

/** As `oc tag` and `kubectl annotate` send it; `spec` over the stored one. The owners of the tag are recorded as the pipeline does it. */
function putTag({ api }: Bench, index: number, spec: Partial<TagReference>, annotations?: Record<string, string>): Promise<unknown> {
  const name = `app:v${index}`;
  const handlers = handlersOf(createTagHandlers(api));
  const target = { entry: TAGS, handlers: handlers as unknown as ResourceHandlers };
  const next = (current: ImageStreamTag | null) => {
    const wanted = imageStreamTag(
      name,
      { ...current?.tag, ...spec },
      { annotations: { ...current?.metadata.annotations, ...annotations } },
    );
    return recordFields(target, writerOf(target, request({ fieldManager: 'oc' })), current, wanted) as ImageStreamTag;
  };
  return handlers.update(request(), name, next);
}

function importTag({ imports, registry }: Bench, tagName: string, scheduled: boolean): Promise<unknown> {
  registry.pushImage('team/app', tagName);
  const from = { kind: 'DockerImage', name: `${registry.host}/team/app:${tagName}` };
  const image = { from, to: { name: tagName }, importPolicy: { insecure: true, scheduled } };
  return imports.create(request(), imports.decode({ metadata: { name: 'app' }, spec: { import: true, images: [image] } }));
}

const RETAG = 'retag to an image the stream holds';

/** Each on tags of its own, so that none finds what another left; those of existing tags first, as the smallest stream has few. */
const CHANGES: readonly Change[] = [
  {
    name: RETAG,
    make: (bench, index) => putTag(bench, index, { from: { kind: 'ImageStreamImage', name: `app@${digestOf(1)}` }, generation: null }),
  },
  { name: 'annotation of a tag', make: (bench, index) => putTag(bench, index, {}, { bench: String(index) }) },
  {
    name: 'push of a new image under an existing tag',
    make: ({ api }, index) => handlersOf(createMappingHandlers(api)).create(request(), pushed('app', `v${index}`, digestOf(1_000 + index))),
  },
  { name: 'import of a new tag', make: (bench, index) => importTag(bench, `new${index}`, false) },
  { name: 'import of a new tag, scheduled', make: (bench, index) => importTag(bench, `scheduled${index}`, true) },
];

/** Units of the dearest of the repeats. */
async function costOf({ name, make }: Change, first: number, bench: Bench, { reads, writes }: CapacityMeters) {
  const units = { writes: 0, reads: 0 };
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const before = { writes: writes.units, reads: reads.units };
    await make(bench, first + repeat);
    units.writes = Math.max(units.writes, writes.units - before.writes);
    units.reads = Math.max(units.reads, reads.units - before.reads);
  }
  return { name, ...units };
}

async function measure(dynamoDb: TestTable, registry: FakeRegistry, size: number) {
  const table = await dynamoDb.addTable();
  await seed(createImageApi({ ...dynamoDb, table }), size);
  const client = dynamoDb.connect();
  const meters = meterCapacity(client);
  const api = createImageApi({ ...dynamoDb, client, table });
  const asker = createRegistryClient({ allowPrivateAddresses: true });
  const settings = { connect: () => asker, platform: DEFAULT_PLATFORM, timeLimit: 10_000 };
  const bench = { api, registry, imports: handlersOf(createImportHandlers({ ...api, ...settings })) };
  const costs = [];
  for (const [index, change] of CHANGES.entries()) costs.push(await costOf(change, index * REPEATS, bench, meters));
  asker.close();
  return costs;
}

/** From the smallest stream to the dearest. */
function growth(units: readonly number[]): number {
  return Math.max(...units) - (units[0] ?? 0);
}

export async function run(): Promise<SectionResult> {
  await using registry = await startFakeRegistry();
  const dynamoDb = await startTestTable();
  try {
    const bySize: Awaited<ReturnType<typeof measure>>[] = [];
    for (const size of SIZES) bySize.push(await measure(dynamoDb, registry, size));
    const costs = CHANGES.map(({ name }, index) => {
      const ofChange = bySize.map((each) => each[index] ?? { writes: Infinity, reads: Infinity });
      return { name, writes: ofChange.map(({ writes }) => writes), reads: ofChange.map(({ reads }) => reads) };
    });
    const rows = costs.map(({ name, writes, reads }) => [name, ...writes, ...reads]);
    const sizes = SIZES.map((size) => size.toLocaleString('en-US'));
    const retag = costs[0];
    const count = { limit: 0, unit: '', bound: 'at most', kind: 'count' } as const;
    return {
      tables: [
        {
          title: 'Write and read units per change, by tags of the stream',
          header: ['change', ...sizes.map((size) => `write, ${size}`), ...sizes.map((size) => `read, ${size}`)],
          rows,
        },
      ],
      budgets: [
        { ...count, metric: 'write units of a retag, 10 to 10,000 tags', measured: Math.max(...(retag?.writes ?? [Infinity])), limit: 6 },
        {
          ...count,
          metric: 'write units of any change, growth with the tags',
          measured: Math.max(...costs.map((each) => growth(each.writes))),
        },
        { ...count, metric: 'read units of a retag, growth with the tags', measured: growth(retag?.reads ?? [Infinity]) },
      ],
      notes: [
        `The stream carries ${ANNOTATION_BYTES / 1000} KB of annotations of \`kubectl apply\` and was applied server-side; each tag has three events.`,
      ],
    };
  } finally {
    await dynamoDb.stop();
  }
}
