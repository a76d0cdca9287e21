/** Import requests, and what they answer. */
import { created, post } from './case.ts';
import { API, docker } from './objects.ts';
import { APP, APP_V2, REGISTRY } from './registry.ts';

export const INSECURE = { importPolicy: { insecure: true } };
export const PRESERVE = { importPolicy: { insecure: true, importMode: 'PreserveOriginal' } };
export const isi = (name: string, spec: object, metadata: object = {}) => ({
  kind: 'ImageStreamImport',
  apiVersion: API,
  metadata: { name, ...metadata },
  spec: { import: true, ...spec },
});
export const at = (path: string, more: object = {}) => docker(`${REGISTRY.host}/${path}`, { ...INSECURE, ...more });
export const to = (name: string) => ({ to: { name } });
export const doImport = (spec: object, ...expect: readonly [object?, (readonly string[])?]) =>
  post('imagestreamimports', isi('s', spec), created(...expect));
export const importing = (...images: object[]) => doImport({ images });
export const SUCCESS = { status: { status: 'Success' } };
export const V1 = APP.manifest.digest;
export const V1_REFERENCE = `${REGISTRY.host}/team/app@${V1}`;
export const V2 = APP_V2.manifest.digest;
export const tag = (...items: readonly object[]) => ({ status: { tags: [{ tag: 't', items }] } });
export const failure = (code: number, reason: string, message: unknown) => ({ status: { status: 'Failure', code, reason, message } });
export const conditionOf = (reason: string, generation: number) => ({ type: 'ImportSuccess', status: 'False', reason, generation });
