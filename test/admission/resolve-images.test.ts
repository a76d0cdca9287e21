/** What a review reads, and what becomes of a store that does not answer. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAdmissionApi } from '../../functions/admission/admission-api.ts';
import { readReview } from '../../functions/admission/admission-review.ts';
import type { StoredAdmissionMapping } from '../../functions/admission/ports.ts';
import { createResolveImages } from '../../functions/admission/resolve-images.ts';
import { createAdmissionToken, withToken } from '../../functions/admission/token.ts';
import { tooManyRequests } from '../../functions/kubernetes/status.ts';
import { createStreamStore } from '../../functions/store/stream-store.ts';
import { digest, specTag, stream, tagEvent, tagState } from '../image/builders.ts';
import { meterCapacity } from '../support/capacity-meter.ts';
import { startTestTable, type TestTable } from '../support/dynamodb.ts';
import { review, UID, workload } from './reviews.ts';

const TAGS = 40;
const SHOP = { namespace: 'team', resolveNames: false };

let dynamoDb: TestTable;
beforeAll(async () => {
  dynamoDb = await startTestTable();
});
afterAll(() => dynamoDb.stop());

const request = (images: Readonly<Record<string, string>>) =>
  readReview(Buffer.from(JSON.stringify(review(workload('pods', images)))), undefined);

describe('a review', () => {
  it('reads each stream once, whatever it holds', async () => {
    const options = { client: dynamoDb.client, table: dynamoDb.table, settings: { importInterval: '15m' } };
    const tags = Array.from({ length: TAGS }, (_, index) => tagState(`t${index}`, { spec: specTag(`t${index}`), items: [tagEvent()] }));
    const after = stream(tags, { lookupPolicy: { local: true }, revision: 0, incarnation: '', generation: 1 });
    await createStreamStore(options).commit({ before: null, after, actor: 'alice', cause: 'tag', now: Date.now() });
    const client = dynamoDb.connect();
    const { reads, writes } = meterCapacity(client);
    const resolve = createResolveImages({ streams: createStreamStore({ ...options, client }), hosts: {} });
    const verdict = await resolve(request({ one: 'app:t1', two: 'app:t2', three: 'app:t3', far: 'quay.io/team/app:t1' }), SHOP);
    expect(verdict.patches.map(({ value }) => value)).toEqual(Array(3).fill(`quay.io/team/app@${digest('a')}`));
    expect(reads.calls.length).toBeLessThanOrEqual(6);
    expect(reads.units).toBeLessThanOrEqual(12);
    expect(writes.calls).toEqual([]);
  });

  it('changes nothing that says already what it resolves to', async () => {
    const event = tagEvent({ image: '', dockerImageReference: 'quay.io/team/app:v1' });
    const state = stream([tagState('v1', { spec: specTag('v1', { reference: true }), items: [event] })]);
    const streams = { readTags: async () => state, findMembers: async () => [] };
    const annotations = { 'alpha.image.policy.openshift.io/resolve-names': '*' };
    const pod = workload('pods', { one: 'quay.io/team/app:v1', two: 'app:v1' }, { annotations });
    const asking = readReview(Buffer.from(JSON.stringify(review(pod))), undefined);
    const { patches } = await createResolveImages({ streams, hosts: {} })(asking, { ...SHOP, resolveNames: true });
    expect(patches).toEqual([{ path: '/spec/containers/1/image', value: 'quay.io/team/app:v1' }]);
  });

  it('reads nothing for images that name no stream', async () => {
    const refuse = () => Promise.reject(new Error('read'));
    const resolve = createResolveImages({ streams: { readTags: refuse, findMembers: refuse }, hosts: {} });
    expect(await resolve(request({ one: 'quay.io/team/app:1', two: '' }), SHOP)).toEqual({ patches: [], warnings: [], resolved: {} });
  });
});

describe('a store that does not answer', () => {
  const token = createAdmissionToken();
  const mapping = { namespaces: [{ name: 'shop' }], tokens: withToken([], token, '', false) } as unknown as StoredAdmissionMapping;
  const ask = (error: Error, mapError = () => null as ReturnType<typeof tooManyRequests> | null) => {
    const told: unknown[] = [];
    const api = createAdmissionApi({
      mappings: { read: async () => mapping },
      resolve: () => Promise.reject(error),
      mapError,
      onError: (unexpected) => told.push(unexpected),
    });
    const body = Buffer.from(JSON.stringify(review(workload('pods', { web: 'app' }))));
    const path = `/admission/v1/prod/${token}`;
    const answer = api({ method: 'POST', path, query: new URLSearchParams(), headers: {}, body, identity: null, requestId: 'r' });
    return answer.then(({ code, body: status }) => ({ code, status, told }));
  };

  it('is no answer that allows', async () => {
    const error = new Error('internal detail');
    const { code, status, told } = await ask(error);
    expect([code, told]).toEqual([500, [error]]);
    expect(JSON.stringify(status)).not.toMatch(new RegExp(`internal detail|${UID}|allowed`));
    expect(await ask(error, () => tooManyRequests('busy', 1))).toMatchObject({ code: 429, told: [] });
  });
});
