/** docs/targets/kubernetes.md says what is true: its examples are accepted, and its Role allows what is asked for, and no more. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isObject, type JsonObject, objectOf, objectsOf } from '../../../../functions/image/tolerant-reader.ts';
import { parseYaml } from '../../../../functions/kubernetes/yaml.ts';
import { decodeTrigger } from '../../../../functions/resources/imagetriggers/decode-trigger.ts';
import { validateTrigger } from '../../../../functions/resources/imagetriggers/validate-trigger.ts';
import { parseFieldPath } from '../../../../functions/triggers/kubernetes/field-path.ts';
import { readTriggerAnnotation } from '../../../../functions/triggers/kubernetes/trigger-annotation.ts';
import { WORKLOADS } from '../../../../functions/triggers/kubernetes/workloads.ts';
import { findKind } from '../../../support/kubernetes-api/answer-request.ts';
import { type KubernetesApi, startKubernetesApi } from '../../../support/kubernetes-api/server.ts';
import { deliveredImage } from '../aws/aws-delivery.ts';
import { annotated, oldWorkload, setUp } from './kubernetes-target.ts';

const page = readFileSync('docs/targets/kubernetes.md', 'utf8');
const documents = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.split(/^---$/m))
  .map((text) => {
    const parsed = parseYaml(text);
    if (!parsed.ok || !isObject(parsed.value)) throw new Error(text);
    return parsed.value;
  });

let cluster: KubernetesApi;
beforeAll(async () => {
  cluster = await startKubernetesApi();
});
afterAll(() => cluster.close());

describe('docs/targets/kubernetes.md', () => {
  it('has triggers that are accepted', () => {
    const triggers = documents.filter(({ spec }) => isObject(objectOf(objectOf(spec)['target'])['kubernetes']));
    const allowed = { shop: ['arn:aws:eks:eu-central-1:111122223333:cluster/prod'] };
    const errors = triggers.map((document) => {
      // The bundle of the example is cut short.
      const text = JSON.stringify(document).replace(/"LS0t[^"]*"/, () => JSON.stringify(cluster.ca));
      const wanted = decodeTrigger({ metadata: { name: 'web' }, ...(JSON.parse(text) as JsonObject) });
      return validateTrigger(wanted, { namespace: 'shop', allowPrivateAddresses: false, allowed });
    });
    expect(errors).toEqual([[], []]);
  });

  it('has an annotation that is understood', () => {
    const [object = {}] = documents.filter(
      ({ kind, metadata, spec }) => [kind, spec].every((each) => each === undefined) && isObject(metadata),
    );
    const annotation = readTriggerAnnotation(object);
    expect(annotation).toMatchObject({ ok: true, entries: [{ name: 'web:latest', paused: false }] });
    const [deployment] = WORKLOADS;
    if (!annotation.ok || deployment === undefined) return;
    expect(parseFieldPath(annotation.entries[0]?.fieldPath ?? '', deployment)).toEqual({ ok: true, container: { name: 'web' } });
  });

  it('has a Role with everything that is done, and nothing else', async () => {
    const { deliver } = setUp(cluster, { values: { 'quay/.dockerconfigjson': '{}' } });
    for (const { kind, podSpec } of WORKLOADS) {
      const entry = { from: { kind: 'ImageStreamTag', name: 'web:latest' }, fieldPath: `${podSpec.join('.')}.containers[1].image` };
      cluster.put(oldWorkload(kind, 'web', annotated([entry])));
      await deliver({ object: { kind, namespace: 'shop', name: 'web' } }, [deliveredImage({ container: 'migrate' })]);
    }
    await deliver({ annotated: { namespace: 'shop' }, pullSecret: { name: 'quay' } }, [deliveredImage()]);
    const again = setUp(cluster, { values: { 'quay/.dockerconfigjson': '{"auths":{}}' } });
    await again.deliver({ annotated: { namespace: 'shop' }, pullSecret: { name: 'quay' } }, [deliveredImage()]);

    const verbs = { GET: 'get', PATCH: 'patch', POST: 'create' } as Readonly<Record<string, string>>;
    const done = cluster.requests.map(({ method, path }) => {
      const found = findKind(path);
      const verb = method === 'GET' && found?.name === '' ? 'list' : (verbs[method] ?? method);
      return `${verb} ${found?.kind.group ?? ''}/${found?.kind.resource ?? ''}`;
    });
    const [role = {}] = documents.filter(({ kind }) => kind === 'Role');
    const granted = objectsOf(role['rules']).flatMap((rule) => {
      const { apiGroups = [], resources = [], verbs: granting = [] } = rule as Readonly<Record<string, readonly string[]>>;
      return apiGroups.flatMap((group) => resources.flatMap((resource) => granting.map((verb) => `${verb} ${group}/${resource}`)));
    });
    expect([...new Set(done)].sort()).toEqual(granted.sort());
  });
});
