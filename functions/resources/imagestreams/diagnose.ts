/** GET imagestreams/NAME/diagnose?tag=TAG, ours: how a check of the tag's source goes, step by step (docs/api.md). */
import { importAddress, type RegistryRule } from '../../image/allowed-registries.ts';
import { type DockerImageReference, parseReference } from '../../image/reference.ts';
import type { StreamState, TagState } from '../../image/stream-state.ts';
import { locateSource } from '../../importing/fetch-image.ts';
import { fullName } from '../../importing/import-status.ts';
import { DEFAULT_IMPORT_POLICY, type ImportPolicy } from '../../importing/import-policy.ts';
import type { DiagnoseSource, DiagnosisStep, SourceDiagnosis } from '../../importing/diagnosis.ts';
import type { ResourceHandlers } from '../../kubernetes/handlers.ts';
import type { KubernetesObject } from '../../kubernetes/types.ts';
import type { ImageApi } from '../image-api.ts';
import { formatTime } from '../rfc3339.ts';
import { readQueriedTag } from './queried-tag.ts';

export interface ImageStreamTagDiagnosis extends KubernetesObject, SourceDiagnosis {
  readonly tag: string;
  /** As typed; empty for a tag that is not imported. */
  readonly from: string;
  readonly time: string;
}

export interface DiagnoseApi extends Pick<ImageApi, 'streams' | 'allowedRegistries'> {
  readonly diagnose: DiagnoseSource;
  /** Default: OpenShift's. */
  readonly policy?: ImportPolicy;
}

/** What follows a failed step. */
const REST = ['AllowList', 'Address', 'Credentials', 'Registry'] as const;

export function createDiagnoseHandlers(api: DiagnoseApi): ResourceHandlers<ImageStreamTagDiagnosis> {
  return {
    /** Throws ApiError 404: no stream, no such tag. Whatever else is wrong is the answer. */
    async get(context, name, query) {
      const { stream, tag } = await readQueriedTag(api, context, name, query);
      return view(stream, tag, formatTime(context.now), await diagnose(api, stream, tag));
    },
  };
}

async function diagnose(
  { diagnose: ask, allowedRegistries, policy = DEFAULT_IMPORT_POLICY }: DiagnoseApi,
  stream: StreamState,
  tag: TagState,
): Promise<SourceDiagnosis> {
  const source = readSource(tag);
  if (typeof source === 'string') return { steps: stopAt('Source', source), credentials: [], requests: [] };
  const { repository, key } = locateSource(source);
  const read = passed(
    'Source',
    `${fullName(source.reference)}: ${repository.name}, ${key}, at ${repository.host}${repository.insecure ? ', insecure' : ''}`,
  );
  const refused = policy.blocked(source.reference) ?? refusalOf(allowedRegistries, source);
  if (refused !== null) return { steps: [read, ...stopAt('AllowList', refused)], credentials: [], requests: [] };
  const found = await ask(stream.namespace, repository, key);
  return { ...found, steps: [read, passed('AllowList', 'the registry may be imported from'), ...found.steps] };
}

/** Text: why there is nothing to ask. */
function readSource({ spec }: TagState): { readonly reference: DockerImageReference; readonly insecure: boolean } | string {
  const from = spec?.from;
  if (from === undefined || from === null) return 'the tag has no source of its own: it is only ever pushed to, or follows its repository';
  if (from.kind !== 'DockerImage') return `the tag follows ${from.kind} ${JSON.stringify(from.name)}: no registry is asked`;
  const parsed = parseReference(from.name ?? '');
  if (!parsed.ok) return `${JSON.stringify(from.name)} is no image reference: ${parsed.message}`;
  if (parsed.reference.name === '') return `${JSON.stringify(from.name)} names no repository`;
  return { reference: parsed.reference, insecure: spec?.importPolicy.insecure ?? false };
}

function refusalOf(
  rule: RegistryRule,
  { reference, insecure }: { readonly reference: DockerImageReference; readonly insecure: boolean },
): string | null {
  return rule({ registry: importAddress(reference, insecure), namespace: '', name: '', tag: '', id: '' }, 'secure');
}

function passed(step: DiagnosisStep['step'], message: string): DiagnosisStep {
  return { step, outcome: 'Passed', message };
}

function stopAt(step: DiagnosisStep['step'], message: string): readonly DiagnosisStep[] {
  const after = REST.slice(REST.findIndex((name) => name === step) + 1);
  return [{ step, outcome: 'Failed', message }, ...after.map((name): DiagnosisStep => ({ step: name, outcome: 'Skipped', message: '' }))];
}

function view(stream: StreamState, { name: tag, spec }: TagState, time: string, diagnosis: SourceDiagnosis): ImageStreamTagDiagnosis {
  return {
    kind: 'ImageStreamTagDiagnosis',
    apiVersion: 'image-streams.io/v1',
    metadata: { name: stream.name, namespace: stream.namespace, uid: stream.uid, resourceVersion: String(stream.revision) },
    tag,
    from: spec?.from?.name ?? '',
    time,
    ...diagnosis,
  };
}
