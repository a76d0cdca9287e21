/** A 500-tag apply whose function is killed at every single AWS call, then repeated: the stream is whole, and every change was published. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ImageStream, ImageStreamTag } from '../../functions/image/types.ts';
import type { KubernetesList } from '../../functions/kubernetes/types.ts';
import { eventually, IMAGE_API, type LocalStack, startLocalStack } from '../support/local-stack.ts';

const TAGS = 500;
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startLocalStack({}, { chaos: true });
});
afterAll(() => stack.stop());

/** Reference tags: they point to their source at once, so that every tag moves without a registry. */
const stream = (name: string) => ({
  apiVersion: 'image.openshift.io/v1',
  kind: 'ImageStream',
  metadata: { name, namespace: 'default' },
  spec: {
    tags: Array.from({ length: TAGS }, (_, index) => ({
      name: `t${index}`,
      reference: true,
      from: { kind: 'DockerImage', name: `registry.example.com/team/app:${index}` },
    })),
  },
});
const apply = (object: object) => stack.kubectl.attempt(['apply', '-f', '-'], object);
const get = async (name: string) =>
  (await stack.request('GET', `${IMAGE_API}/namespaces/default/imagestreams/${name}`)).body as ImageStream;
const movesOf = (uid: string | undefined) =>
  stack.events
    .map((event) => event as unknown as { detail: { uid: string; tag: string; revision: string } })
    .filter(({ detail }) => detail.uid === uid);

describe('a 500-tag apply', () => {
  it.each(['kill-before', 'kill-after'] as const)('is completed by its repeat, %s at whatever call', async (kind) => {
    stack.runtime.stats.reset();
    expect((await apply(stream(`calm-${kind}`))).code).toBe(0);
    const calls = Object.values(stack.runtime.stats.functions['streams']?.calls ?? {}).reduce((sum, { calls: count }) => sum + count, 0);
    expect(calls).toBeGreaterThan(5);
    let killed = 0;
    for (let call = 1; call <= calls; call++) {
      const name = `${kind}-${call}`;
      stack.runtime.faults.add({ kind, function: 'streams', call });
      const first = await apply(stream(name));
      stack.runtime.faults.clear();
      if (first.code !== 0) killed++;
      expect(await apply(stream(name))).toMatchObject({ code: 0 });
      const whole = await get(name);
      expect(whole.spec.tags).toHaveLength(TAGS);
      expect(whole.status.tags).toHaveLength(TAGS);
      expect(whole.metadata.annotations?.[LAST_APPLIED]).toContain('"t499"');
      expect(whole.spec.tags?.every((tag) => (tag.generation ?? 0) >= 1 && (tag.generation ?? 0) <= (whole.metadata.generation ?? 0))).toBe(
        true,
      );
      expect(whole.status.tags?.every((tag) => tag.items?.length === 1)).toBe(true);
    }
    expect(killed).toBeGreaterThan(calls / 2);
  });

  it('publishes every tag at least once and none that is not there', async () => {
    const name = 'calm-kill-after';
    const { metadata } = await get(name);
    await eventually(() => expect(new Set(movesOf(metadata.uid).map(({ detail }) => detail.tag)).size).toBe(TAGS), 30_000);
    const revision = Number(metadata.resourceVersion);
    expect(movesOf(metadata.uid).every(({ detail }) => Number(detail.revision) <= revision)).toBe(true);
  });
});

describe('32 parallel writers on different tags of one stream', () => {
  it('all succeed', async () => {
    const seed = { kind: 'ImageStream', apiVersion: 'image.openshift.io/v1', metadata: { name: 'hot' }, spec: {} };
    await stack.request('POST', `${IMAGE_API}/namespaces/default/imagestreams`, seed);
    const names = Array.from({ length: 32 }, (_, index) => `w${index}`);
    const answers = await Promise.all(
      names.map((tag) =>
        stack.request('PUT', `${IMAGE_API}/namespaces/default/imagestreamtags/hot:${tag}`, {
          kind: 'ImageStreamTag',
          apiVersion: 'image.openshift.io/v1',
          metadata: { name: `hot:${tag}` },
          tag: { name: tag, reference: true, from: { kind: 'DockerImage', name: `registry.example.com/a/b:${tag}` } },
        } satisfies Partial<Record<keyof ImageStreamTag, unknown>>),
      ),
    );
    expect(answers.map((answer) => answer.code)).toEqual(names.map(() => 201));
    const list = (await stack.request('GET', `${IMAGE_API}/namespaces/default/imagestreams?fieldSelector=metadata.name%3Dhot`))
      .body as KubernetesList<ImageStream>;
    expect(list.items[0]?.status.tags?.map((tag) => tag.tag).sort()).toEqual([...names].sort());
  });
});
