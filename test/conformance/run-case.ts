/** Plays the requests of a case against a fresh server and compares what comes back. */
import { expect } from 'vitest';
import type { Case, Expectation, Step } from './case.ts';
import type { Answer, ConformanceServer } from './server.ts';

const GROUP = '/apis/image.openshift.io/v1';
const CLUSTER = /^(?:images|imagesignatures|namespaces)(?:[/?]|$)/;

export async function runCase(server: ConformanceServer, { hosts = {}, given = [], steps }: Case): Promise<void> {
  const send = await server.open(hosts);
  let previous: unknown;
  const play = async (step: Step): Promise<Answer> => {
    const path = absolute(step.path);
    const user = step.as ?? 'alice';
    const headers = { 'content-type': 'application/json', ...step.headers };
    let body = step.body;
    if (typeof body === 'function') {
      previous = (await send({ method: 'GET', path, headers: {}, body: '', user })).body;
      body = body(previous) as object;
    }
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    return send({ method: step.method, path, headers: text === '' ? { ...step.headers } : headers, body: text, user });
  };
  for (const step of given) {
    const answer = await play(step);
    expect(answer, `given: ${step.method} ${step.path}`).toMatchObject({ code: expect.toSatisfy((code: number) => code < 300) });
  }
  for (const step of steps) {
    const answer = await play(step);
    compare(
      answer,
      step.expect ?? { code: expect.toSatisfy((code: number) => code < 300) as number },
      previous,
      `${step.method} ${step.path}`,
    );
    previous = answer.body;
  }
}

function compare(answer: Answer, { code, body, lacks = [], headers = {} }: Expectation, previous: unknown, at: string): void {
  const wanted = typeof body === 'function' ? (body as (previous: unknown) => unknown)(previous) : body;
  expect(answer, at).toMatchObject({ code, headers, ...(wanted === undefined ? {} : { body: wanted }) });
  for (const path of lacks) expect(answer.body, at).not.toHaveProperty(path);
}

function absolute(path: string): string {
  if (path.startsWith('/')) return path;
  return CLUSTER.test(path) ? `${GROUP}/${path}` : `${GROUP}/namespaces/default/${path}`;
}
