import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import type { BusEvent, ParkedMessage } from '../../functions/changes/ports.ts';
import { createPublishRecords } from '../../functions/changes/publish-records.ts';
import { DIGEST_A, DIGEST_B, specTag, streamRecord, tagEvent, tagItem } from './tag-items.ts';

const moved = (tag: string) =>
  streamRecord(tagItem({ tag, newest: tagEvent(DIGEST_A) }), tagItem({ tag, newest: tagEvent(DIGEST_B), revision: 2000 }));
const quiet = () => streamRecord(null, tagItem());
const broken = () => streamRecord(null, { ...tagItem(), v: 99 });
const tagOf = (event: BusEvent) => ('tag' in event.detail ? event.detail.tag : event.detail.name);

interface Setting {
  refuses?: string[];
  cannotPark?: number[];
  hosts?: { internal?: string };
  repository?: string | Error;
}

function setUp({ refuses = [], cannotPark = [], hosts = {}, repository = '' }: Setting = {}) {
  const asked: string[] = [];
  const details: BusEvent['detail'][] = [];
  const published: string[] = [];
  const parked: ParkedMessage[] = [];
  const warnings: string[] = [];
  const counts: number[] = [];
  let attempt = 0;
  const handler = createPublishRecords({
    publisher: {
      async publish(events) {
        details.push(...events.map(({ detail }) => detail));
        published.push(...events.map(tagOf).filter((tag) => !refuses.includes(tag)));
        return events.flatMap((event, index) => (refuses.includes(tagOf(event)) ? [{ index, reason: 'Busy' }] : []));
      },
    },
    parking: {
      async park(message) {
        attempt += 1;
        if (cannotPark.includes(attempt)) throw new Error('queue is down');
        parked.push(message);
      },
    },
    hosts,
    readRepository: (namespace, stream) => {
      asked.push(`${namespace}/${stream}`);
      return repository instanceof Error ? Promise.reject(repository) : Promise.resolve(repository);
    },
    log: { warn: (message) => void warnings.push(message) },
    onPublished: (count) => counts.push(count),
  });
  const run = (records: DynamoDBRecord[]) => handler({ Records: records });
  return { run, published, parked, warnings, counts, asked, details };
}

describe('publishing stream records', () => {
  it('publishes what there is to tell, in order', async () => {
    const { run, published, parked, counts } = setUp();
    expect(await run([moved('a'), quiet(), moved('b'), moved('a')])).toEqual({ batchItemFailures: [] });
    expect(published).toEqual(['a', 'b', 'a']);
    expect(parked).toEqual([]);
    expect(counts).toEqual([3]);
  });

  it('publishes triggers that changed, not their status', async () => {
    const names = { namespace: 'shop', name: 'deploy', uid: 'u', targetKey: 'k' };
    const trigger = { entity: 'trigger', v: 1, ...names, revision: 7, generation: 1, spec: {} };
    const { run, published } = setUp();
    await run([
      streamRecord(null, trigger),
      streamRecord(trigger, { ...trigger, revision: 8 }),
      streamRecord(trigger, { ...trigger, generation: 2, spec: { paused: true } }),
      streamRecord(trigger, null),
    ]);
    expect(published).toEqual(['deploy']);
  });

  it('parks whole what the bus refuses and what cannot be read, and goes on', async () => {
    const { run, published, parked, counts } = setUp({ refuses: ['b'] });
    const unreadable = broken();
    expect(await run([moved('a'), unreadable, moved('b'), moved('c')])).toEqual({ batchItemFailures: [] });
    expect(published).toEqual(['a', 'c']);
    expect(counts).toEqual([2]);
    expect(parked).toEqual([
      { kind: 'record', reason: expect.stringContaining('codec'), record: unreadable },
      {
        kind: 'event',
        reason: 'Busy',
        source: 'image-streams',
        detailType: 'Image Stream Tag Changed',
        detail: expect.objectContaining({ tag: 'b', image: DIGEST_B, previous: expect.objectContaining({ image: DIGEST_A }) }),
      },
    ]);
  });

  it('has the stream deliver again from the first record that could be neither published nor parked', async () => {
    const { run, parked } = setUp({ refuses: ['b', 'c', 'd'], cannotPark: [2] });
    const records = [moved('a'), moved('b'), moved('c'), moved('d')];
    expect(await run(records)).toEqual({ batchItemFailures: [{ itemIdentifier: records[2]?.dynamodb?.SequenceNumber }] });
    expect(parked.map((message) => message.kind === 'event' && tagOf(message as never))).toEqual(['b']);
  });

  it('parks a record whose values make no event', async () => {
    const { run, parked } = setUp();
    const record = streamRecord(null, tagItem({ newest: tagEvent(DIGEST_A), time: 9e15 }));
    expect(await run([record])).toEqual({ batchItemFailures: [] });
    expect(parked).toMatchObject([{ kind: 'record', record }]);
  });

  describe('of tags with reference policy Local', () => {
    const local = (image: string, revision: number) => tagItem({ newest: tagEvent(image), spec: specTag('Local'), revision });
    const record = () => streamRecord(local(DIGEST_A, 1000), local(DIGEST_B, 2000));

    it('names what the stream itself says, where the deployment has no registry', async () => {
      const { run, details, asked } = setUp({ repository: 'mirror.example.com/shop/web' });
      await run([record(), moved('a')]);
      expect(details[0]).toMatchObject({
        dockerImageReference: `mirror.example.com/shop/web@${DIGEST_B}`,
        previous: { dockerImageReference: `mirror.example.com/shop/web@${DIGEST_A}` },
      });
      expect(details[1]).toMatchObject({ dockerImageReference: `quay.io/shop/web@${DIGEST_B}` });
      expect(asked).toEqual(['shop/web']);
    });

    it('asks nobody where it has one', async () => {
      const { run, details, asked } = setUp({ hosts: { internal: 'registry:5000' }, repository: 'mirror.example.com/shop/web' });
      await run([record()]);
      expect(details[0]).toMatchObject({ dockerImageReference: `registry:5000/shop/web@${DIGEST_B}` });
      expect(asked).toEqual([]);
    });

    it('comes again when the stream cannot be read', async () => {
      const { run, parked } = setUp({ repository: new Error('throttled') });
      await expect(run([record()])).rejects.toThrow('throttled');
      expect(parked).toEqual([]);
    });
  });
});
