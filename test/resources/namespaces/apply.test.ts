import { afterAll, beforeAll, expect, it } from 'vitest';
import { createNamespaceHandlers } from '../../../functions/resources/namespaces/handlers.ts';
import { createProjectHandlers } from '../../../functions/resources/projects/handlers.ts';
import { startTestTable, type TestTable } from '../../support/dynamodb.ts';
import { EVERYBODY_MAY } from '../../support/everybody-may.ts';
import { createImageApi } from '../../support/image-api.ts';
import { sender } from '../plain-store.ts';

const APPLY = 'application/apply-patch+yaml';

let table: TestTable;

beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());

it.each([
  ['namespaces', '/api/v1', { apiVersion: 'v1', kind: 'Namespace' }],
  ['projects', '/apis/project.openshift.io/v1', { apiVersion: 'project.openshift.io/v1', kind: 'Project' }],
])('%s are applied by label and annotation', async (resource, path, type) => {
  const api = { ...createImageApi(table), authorizer: EVERYBODY_MAY };
  const handlers = resource === 'projects' ? createProjectHandlers(api) : createNamespaceHandlers(api);
  const send = sender(resource === 'projects' ? 'project.openshift.io/v1/projects' : '/v1/namespaces', handlers as never);
  const annotations = (text: string) => ({ 'openshift.io/description': text });
  const apply = (manager: string, text: string, query = '') => {
    const object = { ...type, metadata: { name: `team-${resource}`, annotations: annotations(text) } };
    return send('PATCH', `${path}/${resource}/team-${resource}?fieldManager=${manager}${query}`, object, APPLY);
  };
  const made = await apply('flux', 'one');
  expect(made).toMatchObject({ code: 201, body: { metadata: { managedFields: [{ manager: 'flux', operation: 'Apply' }] } } });
  expect(await apply('flux', 'one')).toEqual({ code: 200, body: made.body });
  expect((await apply('argo', 'two')).body.message).toBe(
    'Apply failed with 1 conflict: conflict with "flux": .metadata.annotations.openshift.io/description',
  );
  const taken = await apply('argo', 'two', '&force=true');
  expect(taken.body.metadata.managedFields).toMatchObject([{ manager: 'argo' }]);
  expect((await send('GET', `${path}/${resource}/team-${resource}`)).body.metadata.annotations).toEqual(annotations('two'));
});
