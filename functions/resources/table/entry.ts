/** What the resource table says of one resource. */
import type { ApiResource } from '../../kubernetes/api-resource.ts';

export type Verb = 'get' | 'list' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'watch';

/** HTTP functions: each is a file of this name directly under functions/. */
export type HttpFunctionName = 'discovery' | 'streams' | 'tags' | 'mappings' | 'imports' | 'access' | 'triggers' | 'admission';

/** An entry as the machinery reads it, and the function that serves it. */
export interface ResourceEntry extends ApiResource {
  readonly verbs: readonly Verb[];
  readonly function: HttpFunctionName;
}
