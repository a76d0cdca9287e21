import { describe, expect, it } from 'vitest';
import { createProjectHandlers, createProjectRequestHandlers } from '../../../functions/resources/projects/handlers.ts';
import type { Namespace, NamespaceStore } from '../../../functions/resources/ports.ts';
import { sender } from '../plain-store.ts';

const PROJECTS = '/apis/project.openshift.io/v1/projects';
const REQUESTS = '/apis/project.openshift.io/v1/projectrequests';

function setUp() {
  const stored = new Map<string, Namespace>();
  const namespaces: NamespaceStore = {
    readNamespace: async (name) => stored.get(name) ?? null,
    listNamespaces: async () => ({ items: [...stored.values()], revision: 7 }),
    createNamespace: async ({ name, labels, annotations }) => {
      const namespace = { name, labels, annotations, uid: name, revision: 5, creationTimestamp: '2026-01-01T00:00:00Z' };
      stored.set(name, namespace);
      return namespace;
    },
  };
  return {
    projects: sender('project.openshift.io/v1/projects', createProjectHandlers(namespaces)),
    requests: sender('project.openshift.io/v1/projectrequests', createProjectRequestHandlers(namespaces)),
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
    expect((await projects('GET', PROJECTS)).body).toMatchObject({ kind: 'ProjectList', items: [created.body] });
    expect(await requests('POST', REQUESTS, request)).toMatchObject({
      code: 409,
      body: { message: 'project.project.openshift.io "shop" already exists' },
    });
    expect(await projects('GET', `${PROJECTS}/nope`)).toMatchObject({
      code: 404,
      body: { message: 'projects.project.openshift.io "nope" not found' },
    });
    expect((await requests('POST', REQUESTS, { metadata: { name: 'A b' } })).code).toBe(422);
  });
});
