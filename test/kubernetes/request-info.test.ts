import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasUnparsedSegments, parseRequestInfo } from '../../functions/kubernetes/request-info.ts';

function parse(method: string, url: string) {
  const [path = '', query = ''] = url.split('?');
  return parseRequestInfo(method, path, new URLSearchParams(query));
}

const IMAGE = '/apis/image.openshift.io/v1';

describe('resource requests', () => {
  // method, url, verb, group, version, namespace, resource, subresource, name
  it.each([
    ['GET', '/api/v1/namespaces', 'list', '', 'v1', '', 'namespaces', '', ''],
    ['GET', '/api/v1/namespaces/other', 'get', '', 'v1', 'other', 'namespaces', '', 'other'],
    ['PUT', '/api/v1/namespaces/other/status', 'update', '', 'v1', 'other', 'namespaces', 'status', 'other'],
    ['PUT', '/api/v1/namespaces/other/finalize', 'update', '', 'v1', 'other', 'namespaces', 'finalize', 'other'],
    ['GET', '/api/v1/namespaces/other/pods', 'list', '', 'v1', 'other', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/other/pods/foo', 'get', '', 'v1', 'other', 'pods', '', 'foo'],
    ['HEAD', '/api/v1/namespaces/other/pods/foo', 'get', '', 'v1', 'other', 'pods', '', 'foo'],
    ['HEAD', '/api/v1/pods', 'list', '', 'v1', '', 'pods', '', ''],
    ['POST', `${IMAGE}/namespaces/ns/imagestreams`, 'create', 'image.openshift.io', 'v1', 'ns', 'imagestreams', '', ''],
    ['PATCH', `${IMAGE}/namespaces/ns/imagestreams/x/`, 'patch', 'image.openshift.io', 'v1', 'ns', 'imagestreams', '', 'x'],
    ['GET', `${IMAGE}/namespaces/ns/imagestreams/x/layers`, 'get', 'image.openshift.io', 'v1', 'ns', 'imagestreams', 'layers', 'x'],
    [
      'DELETE',
      `${IMAGE}/namespaces/ns/imagestreamtags/python:3.5`,
      'delete',
      'image.openshift.io',
      'v1',
      'ns',
      'imagestreamtags',
      '',
      'python:3.5',
    ],
    [
      'GET',
      `${IMAGE}/namespaces/ns/imagestreamimages/a@sha256:b`,
      'get',
      'image.openshift.io',
      'v1',
      'ns',
      'imagestreamimages',
      '',
      'a@sha256:b',
    ],
    ['DELETE', `${IMAGE}/namespaces/ns/imagestreams`, 'deletecollection', 'image.openshift.io', 'v1', 'ns', 'imagestreams', '', ''],
    ['GET', `${IMAGE}/imagestreams?watch=true`, 'watch', 'image.openshift.io', 'v1', '', 'imagestreams', '', ''],
    ['GET', `${IMAGE}/imagestreams?watch=false`, 'list', 'image.openshift.io', 'v1', '', 'imagestreams', '', ''],
    ['GET', `${IMAGE}/imagestreams?watch`, 'watch', 'image.openshift.io', 'v1', '', 'imagestreams', '', ''],
    ['GET', `${IMAGE}/namespaces/ns/imagestreams/x?watch=1`, 'get', 'image.openshift.io', 'v1', 'ns', 'imagestreams', '', 'x'],
    ['GET', '/api/v1/watch/namespaces/ns/pods/foo', 'watch', '', 'v1', 'ns', 'pods', '', 'foo'],
    ['GET', '/api/v1/proxy/namespaces/ns/pods/foo/x', 'proxy', '', 'v1', 'ns', 'pods', '', 'foo'],
    ['GET', '/api/v1/namespaces/ns/pods?fieldSelector=metadata.name%3Dfoo', 'list', '', 'v1', 'ns', 'pods', '', 'foo'],
    ['GET', '/api/v1/namespaces/ns/pods?watch=1&fieldSelector=a%3Db,metadata.name%3D%3Dfoo', 'watch', '', 'v1', 'ns', 'pods', '', 'foo'],
    ['GET', '/api/v1/namespaces/ns/pods?fieldSelector=metadata.name!%3Dfoo', 'list', '', 'v1', 'ns', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/ns/pods?fieldSelector=metadata.name%3Da/b', 'list', '', 'v1', 'ns', 'pods', '', ''],
    ['GET', '/api/v1/namespaces/ns/pods?fieldSelector=metadata.name%3D..', 'list', '', 'v1', 'ns', 'pods', '', ''],
    ['OPTIONS', '/api/v1/pods', '', '', 'v1', '', 'pods', '', ''],
  ])('%s %s', (method, url, verb, group, version, namespace, resource, subresource, name) => {
    const info = parse(method, url);
    expect(info).toMatchObject({ isResourceRequest: true, verb, group, version, namespace, resource, subresource, name });
    expect(hasUnparsedSegments(info)).toBe(method === 'GET' && url.includes('/proxy/'));
  });
});

describe('other requests', () => {
  it.each([
    '/',
    '/api',
    '/api/v1',
    '/apis',
    '/apis/image.openshift.io',
    IMAGE,
    '/version',
    '/healthz',
    '/foo/bar/baz',
    '',
    '/api/v1/watch',
  ])('GET %s is no resource request', (path) => {
    expect(parse('GET', path)).toMatchObject({ isResourceRequest: false, verb: 'get', resource: '', path });
  });
});

describe('paths that go on too long', () => {
  it.each([
    `${IMAGE}/namespaces/ns/imagestreams/x/status/y`,
    `${IMAGE}/namespaces/ns/imagestreams//status`,
    `${IMAGE}/namespaces//imagestreams/x`,
    '/api/v1/namespaces/ns/status/x',
  ])('%s', (path) => {
    expect(hasUnparsedSegments(parse('GET', path))).toBe(true);
  });
});

describe('properties', () => {
  const segment = fc.string({ minLength: 1, maxLength: 12, unit: 'grapheme' }).filter((text) => !text.includes('/'));
  const plain = segment.filter((text) => !['namespaces', 'watch', 'proxy', 'status', 'finalize'].includes(text));

  it('finds again what a namespaced URL was made of, percent signs and all', () => {
    fc.assert(
      fc.property(plain, plain, plain, plain, plain, (group, version, namespace, resource, name) => {
        const info = parseRequestInfo(
          'GET',
          `/apis/${group}/${version}/namespaces/${namespace}/${resource}/${name}`,
          new URLSearchParams(),
        );
        expect(info).toMatchObject({ isResourceRequest: true, verb: 'get', group, version, namespace, resource, name, subresource: '' });
        expect(hasUnparsedSegments(info)).toBe(false);
      }),
    );
  });

  it('takes no member every object has for a method', () => {
    expect(parseRequestInfo('valueOf', '/api/v1/namespaces', new URLSearchParams()).verb).toBe('');
  });

  it('answers for any path and method', () => {
    const path = fc
      .array(fc.oneof(segment, fc.constantFrom('', 'api', 'apis', 'v1', 'namespaces', 'watch')))
      .map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(fc.string(), path, fc.webQueryParameters(), (method, url, query) => {
        const info = parseRequestInfo(method, url, new URLSearchParams(query));
        expect(typeof info.verb).toBe('string');
        expect(info.path).toBe(url);
        hasUnparsedSegments(info);
      }),
    );
  });
});
