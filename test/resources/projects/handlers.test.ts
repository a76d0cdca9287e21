import { describe, expect, it } from 'vitest';
import type { Authorizer, NamespaceFilter } from '../../../functions/resources/ports.ts';
import { createProjectHandlers } from '../../../functions/resources/projects/handlers.ts';
import { createProjectRequestHandlers } from '../../../functions/resources/projects/request-project.ts';
import { memoryNamespaces } from '../namespaces/memory-namespaces.ts';
import { sender } from '../plain-store.ts';

const PROJECTS = '/apis/project.openshift.io/v1/projects';
const REQUESTS = '/apis/project.openshift.io/v1/projectrequests';

/** `allows`: what alice may do, by verb, resource and namespace; all of it unless said otherwise. */
function setUp(allows: (question: string) => boolean = () => true) {
  const { stored, bindings, ...namespaces } = memoryNamespaces();
  const authorizer: Authorizer & NamespaceFilter = {
    authorize: async (_, { verb, resource, namespace = '' }) => ({ allowed: allows(`${verb} ${resource} in "${namespace}"`), reason: '' }),
    visibleNamespaces: async (_, names) => new Set(names.filter((name) => allows(`get namespaces in "${name}"`))),
  };
  const api = { ...namespaces, authorizer };
  return {
    stored,
    bindings,
    projects: sender('project.openshift.io/v1/projects', createProjectHandlers(api)),
    requests: sender('project.openshift.io/v1/projectrequests', createProjectRequestHandlers(api)),
  };
}

describe('projects', () => {
  it('are requested, and are namespaces', async () => {
    const { projects, requests } = setUp();
    expect((await requests('GET', REQUESTS)).body).toEqual({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' });
    const request = { metadata: { name: 'shop' }, displayName: 'The shop', description: 'Sells' };
    const created = await requests('POST', REQUESTS, request);
    expect(created).toMatchObject({
      code: 201,
      body: { kind: 'Project', apiVersion: 'project.openshift.io/v1', status: { phase: 'Active' } },
    });
    expect(created.body.metadata.annotations).toEqual({
      'openshift.io/display-name': 'The shop',
      'openshift.io/description': 'Sells',
      'openshift.io/requester': 'alice',
    });
    expect((await projects('GET', `${PROJECTS}/shop`)).body).toEqual(created.body);
    const { metadata, status } = created.body;
    expect((await projects('GET', PROJECTS)).body).toMatchObject({ kind: 'ProjectList', items: [{ metadata, status }] });
    expect(await requests('POST', REQUESTS, request)).toMatchObject({
      code: 409,
      body: { message: 'project.project.openshift.io "shop" already exists' },
    });
    expect(await projects('GET', `${PROJECTS}/nope`)).toMatchObject({
      code: 404,
      body: { message: 'namespaces "nope" not found' }, // upstream passes on what the namespace says
    });
    expect((await requests('POST', REQUESTS, { metadata: { name: 'A b' } })).code).toBe(422);
  });

  it.each<[object, number, string]>([
    [
      { name: 'a' },
      422,
      'ProjectRequest.project.openshift.io "a" is invalid: metadata.name: Invalid value: "a": must be at least 2 characters long',
    ],
    [{ name: 'kube' }, 403, 'project.project.openshift.io "kube" is forbidden: cannot request a project with the name "kube"'],
    [{ name: 'kube-x' }, 403, 'project.project.openshift.io "kube-x" is forbidden: cannot request a project starting with "kube-"'],
  ])('request %j is %d', async (metadata, code, message) => {
    const { requests } = setUp();
    expect(await requests('POST', REQUESTS, { metadata })).toMatchObject({ code, body: { message } });
  });

  it('have a display name of one line', async () => {
    const { requests, projects } = setUp();
    const message = 'metadata.annotations[openshift.io/display-name]: Invalid value: "a\\nb": may not contain a new line or tab';
    expect((await requests('POST', REQUESTS, { metadata: { name: 'shop' }, displayName: 'a\nb' })).body.message).toBe(
      `Project.project.openshift.io "shop" is invalid: ${message}`,
    );
    const annotations = { 'openshift.io/display-name': 'a\nb' };
    expect((await projects('POST', PROJECTS, { kind: 'Project', metadata: { name: 'shop', annotations } })).body.message).toContain(
      message,
    );
  });

  it('change in the words for people only', async () => {
    const { requests, projects } = setUp();
    await requests('POST', REQUESTS, { metadata: { name: 'shop' }, displayName: 'Shop' });
    const patch = (metadata: object) => projects('PATCH', `${PROJECTS}/shop`, { metadata }, 'application/merge-patch+json');
    const renamed = await patch({ annotations: { 'openshift.io/display-name': 'The shop', 'openshift.io/description': null } });
    expect(renamed).toMatchObject({
      code: 200,
      body: { kind: 'Project', metadata: { annotations: { 'openshift.io/display-name': 'The shop' } } },
    });
    const immutable = 'field is immutable, try updating the namespace';
    expect(await patch({ annotations: { 'openshift.io/requester': null, note: 'x' }, labels: { team: 'a' } })).toMatchObject({
      code: 422,
      body: {
        details: {
          causes: [
            { field: 'metadata.annotations[note]', message: `Invalid value: "x": ${immutable}` },
            { field: 'metadata.annotations[openshift.io/requester]', message: `Invalid value: "alice": ${immutable}` },
            { field: 'metadata.labels[team]', message: `Invalid value: "a": ${immutable}` },
          ],
        },
      },
    });
  });

  it('begin with their requester as admin', async () => {
    const { requests, projects, bindings } = setUp();
    await requests('POST', REQUESTS, { metadata: { name: 'shop' } });
    const apiGroup = 'rbac.authorization.k8s.io';
    const admin = {
      name: 'admin',
      roleRef: { apiGroup, kind: 'ClusterRole', name: 'admin' },
      subjects: [{ kind: 'User', apiGroup, name: 'alice', namespace: '' }],
    };
    expect(bindings.get('shop')).toEqual([admin]);
    await projects('POST', PROJECTS, { kind: 'Project', metadata: { name: 'made' } });
    expect(bindings.get('made')).toEqual([]);
  });

  it('are not requested by whoever may not, and oc is told so', async () => {
    const { requests } = setUp((question) => question !== 'create projectrequests in ""');
    expect(await requests('GET', REQUESTS)).toMatchObject({
      code: 403,
      body: { reason: 'Forbidden', message: 'You may not request a new project via this API.' },
    });
  });

  it('are listed to those who may see them', async () => {
    const { requests, projects } = setUp((question) => question.endsWith('in "mine"'));
    for (const name of ['mine', 'theirs']) await requests('POST', REQUESTS, { metadata: { name } });
    const { body } = await projects('GET', PROJECTS);
    expect(body.items).toMatchObject([{ metadata: { name: 'mine' } }]);
  });

  it('tell nobody by where a page ends what others have', async () => {
    const { requests, projects } = setUp((question) => question.endsWith('in "mine"'));
    for (const name of ['hidden', 'mine']) await requests('POST', REQUESTS, { metadata: { name } });
    const { body } = await projects('GET', `${PROJECTS}?limit=1`);
    expect(body.metadata).toEqual({ resourceVersion: '7' });
    expect(body.items).toMatchObject([{ metadata: { name: 'mine' } }]);
  });

  it('are deleted with a Status, and are then Terminating', async () => {
    const { requests, projects } = setUp();
    await requests('POST', REQUESTS, { metadata: { name: 'shop' } });
    expect((await projects('DELETE', `${PROJECTS}/shop`)).body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
    });
    expect((await projects('GET', `${PROJECTS}/shop`)).body).toMatchObject({ status: { phase: 'Terminating' } });
    expect((await projects('DELETE', `${PROJECTS}/default`)).code).toBe(403);
  });
});
