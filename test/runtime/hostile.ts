/** Sends what nobody should and checks what must hold of every answer. */
import { expect } from 'vitest';
import type { ResourceEntry } from '../../functions/resources/table/entry.ts';
import type { HttpAnswer, Send } from '../support/http-chain.ts';
import { digest } from '../support/image-api.ts';
import { logged } from './logged.ts';

/** Milliseconds that one request may keep this process busy, on a machine that does other things, too. */
const BUSY = 6_000;

/** What upstream answers 500 to, on purpose or not (openshift-semantics.md §2.2, §4.1, §11b.9). */
const UPSTREAMS_500 = new RegExp(
  [
    'resourceVersion should not be set on objects to be created',
    '".*" must be of the form <stream_name>:<tag>',
    '(resourceVersion: Invalid value: ".*": )?strconv.ParseUint: parsing ".*": (invalid syntax|value out of range)',
  ]
    .map((message) => `^${message}$`)
    .join('|'),
  's',
);

/** Objects that `seedObjects` made, by resource. */
export const EXISTING: Readonly<Record<string, string>> = {
  images: digest('a'),
  imagesignatures: `${digest('a')}@s`,
  imagestreams: 'app',
  imagestreamtags: 'app:v1',
  imagetags: 'app:v1',
  imagestreamimages: `app@${digest('a')}`,
  namespaces: 'default',
  projects: 'default',
  secrets: 'pull',
  serviceaccounts: 'robot',
  imagetriggers: 'hook',
  iamidentitymappings: 'devs',
  admissionmappings: 'prod',
  users: '~',
};

export function urlOf({ group, version, namespaced, resource, subresource }: ResourceEntry, name?: string): string {
  const base = `${group === '' ? '/api' : `/apis/${group}`}/${version}${namespaced ? '/namespaces/default' : ''}/${resource}`;
  const object = name === undefined ? base : `${base}/${encodeURIComponent(name)}`;
  return subresource === undefined ? object : `${object}/${subresource}`;
}

export async function seedObjects(send: Send): Promise<void> {
  const image = '/apis/image.openshift.io/v1';
  const inDefault = `${image}/namespaces/default`;
  const from = { kind: 'DockerImage', name: 'quay.io/team/app:1' };
  const made = [
    [`${inDefault}/imagestreams`, { metadata: { name: 'app' }, spec: { tags: [{ name: 'v0', from, reference: true }] } }],
    [
      `${inDefault}/imagestreammappings`,
      {
        metadata: { name: 'app' },
        tag: 'v1',
        image: { metadata: { name: digest('a') }, dockerImageReference: `quay.io/team/app@${digest('a')}` },
      },
    ],
    [`${image}/imagesignatures`, { metadata: { name: `${digest('a')}@s` }, type: 'atomic', content: 'AAAA' }],
    ['/api/v1/namespaces/default/secrets', { metadata: { name: 'pull' }, data: { a: 'AAAA' } }],
    ['/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'robot' } }],
    [
      '/apis/delivery.image-streams.io/v1/namespaces/default/imagetriggers',
      {
        metadata: { name: 'hook' },
        spec: { images: [{ from: { name: 'app:v1' } }], target: { webhook: { url: 'https://hooks.example.com/x' } } },
      },
    ],
    [
      '/apis/access.image-streams.io/v1/iamidentitymappings',
      { metadata: { name: 'devs' }, spec: { arn: 'arn:aws:iam::111122223333:role/devs', groups: ['devs'] } },
    ],
    ['/apis/delivery.image-streams.io/v1/admissionmappings', { metadata: { name: 'prod' }, spec: { namespaces: [{ name: 'default' }] } }],
  ] as const;
  await logged(async () => {
    for (const [url, body] of made) expect(await send('POST', url, { body }), url).toMatchObject({ code: 201 });
  });
}

export type CheckedSend = (
  method: string,
  url: string,
  body: string | Uint8Array | undefined,
  headers: Readonly<Record<string, string>>,
  what: string,
) => Promise<HttpAnswer>;

/** The answer, after it was found to be one a client can take. */
export function checkedSender(send: Send): CheckedSend {
  return async (method, url, body, headers, what) => {
    const sent = `${method} ${url} ${JSON.stringify(headers)}: ${what}`;
    const idle = performance.eventLoopUtilization();
    const answers: HttpAnswer[] = [];
    const lines = await logged(async () => answers.push(await send(method, url, { body, headers })));
    const busy = performance.eventLoopUtilization(idle).active;
    const [answer] = answers;
    if (answer === undefined) throw new Error(`no answer to ${sent}`);
    expect(
      lines.filter(({ level }) => level === 'ERROR'),
      sent,
    ).toEqual([]);
    expect(busy, sent).toBeLessThan(BUSY);
    expectUsable(answer, sent);
    return answer;
  };
}

function expectUsable({ code, body }: HttpAnswer, sent: string): void {
  if (code === 404 && typeof body === 'string') return;
  expect(typeof body, sent).toBe('object');
  if (code === 500) expect((body as { readonly message: string }).message, sent).toMatch(UPSTREAMS_500);
  else expect(code, sent).toBeLessThan(500);
  expect(code, sent).toBeGreaterThanOrEqual(200);
  if (code >= 400) expect(body, sent).toMatchObject({ kind: 'Status', status: 'Failure', code });
}
