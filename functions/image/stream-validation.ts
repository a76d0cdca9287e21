/** Rules of image streams, with upstream's messages (openshift-semantics.md §9). Pure: errors are values. */
import type { FieldError } from '../kubernetes/types.ts';
import { pathSegmentProblems, validateObjectMeta } from './object-meta-validation.ts';
import { parseReference } from './reference.ts';
import type { StreamState, TagState } from './stream-state.ts';
import type { TagImportPolicy, TagReference } from './types.ts';

const STREAM_NAME = '[a-z0-9]+(?:[._-][a-z0-9]+)*';
const STREAM_NAME_PATTERN = new RegExp(`^${STREAM_NAME}$`);
/** Of namespace/name, which becomes the name of a repository. */
const MAX_REPOSITORY = 255;

/** Reasons the name of a stream (or, as a prefix, its generateName) is refused; none when it is fine. Tag names are not validated, as upstream. */
export function validateStreamName(name: string, isPrefix = false): readonly string[] {
  const problems = pathSegmentProblems(name, isPrefix);
  if (problems.length > 0) return problems;
  return STREAM_NAME_PATTERN.test(name) ? [] : [`must match "${STREAM_NAME}"`];
}

/**
 * Errors of a whole stream about to be stored. Tags that are the same objects in `before` were validated when they came; of histories only
 * references that are new to the stream are parsed (§2.4).
 */
export function validateStream(before: StreamState | null, after: StreamState): readonly FieldError[] {
  const { namespace, name, labels, annotations } = after;
  const errors: FieldError[] = [...validateObjectMeta({ namespace, name, labels, annotations }, 'metadata', validateStreamName)];
  if (`${namespace}/${name}`.length > MAX_REPOSITORY) {
    errors.push(invalid('metadata.name', name, `'namespace/name' cannot be longer than ${MAX_REPOSITORY} characters`));
  }
  if (after.dockerImageRepository !== '') errors.push(...validateRepository(after.dockerImageRepository));
  const knows = knownReferences(before);
  for (const [tag, state] of after.tags) {
    const old = before?.tags.get(tag);
    if (state.spec !== null && state.spec !== old?.spec) errors.push(...validateTagReference(`spec.tags[${tag}]`, state.spec));
    if (state.items !== old?.items) errors.push(...validateHistory(state, knows));
  }
  return errors;
}

/** Errors of a spec tag at `path`, e.g. `spec.tags[latest]`. */
export function validateTagReference(path: string, spec: TagReference): readonly FieldError[] {
  const errors: FieldError[] = spec.from === undefined ? [] : [...validateSource(path, spec)];
  const { type } = spec.referencePolicy;
  if (type !== 'Source' && type !== 'Local')
    errors.push(invalid(`${path}.referencePolicy.type`, type, 'valid values are "Source", "Local"'));
  return [...errors, ...validateImportPolicy(`${path}.importPolicy`, spec.importPolicy)];
}

/** Errors of an import policy at `path`. */
export function validateImportPolicy(path: string, { importMode }: TagImportPolicy): readonly FieldError[] {
  const known: readonly (string | undefined)[] = [undefined, '', 'Legacy', 'PreserveOriginal'];
  if (known.includes(importMode)) return [];
  return [invalid(`${path}.importMode`, importMode, "invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'")];
}

function validateSource(path: string, { from = {}, importPolicy }: TagReference): readonly FieldError[] {
  const { kind, name = '' } = from;
  const errors: FieldError[] = name === '' ? [{ type: 'Required', field: `${path}.from.name`, detail: '' }] : [];
  switch (kind) {
    case 'DockerImage': {
      const parsed = parseReference(name);
      if (!parsed.ok && name !== '') errors.push(invalid(`${path}.from.name`, name, parsed.message));
      return errors;
    }
    case 'ImageStreamImage':
    case 'ImageStreamTag':
      if (importPolicy.scheduled !== true) return errors;
      return [
        ...errors,
        invalid(`${path}.importPolicy.scheduled`, true, 'only tags pointing to Docker repositories may be scheduled for background import'),
      ];
    default:
      return [
        ...errors,
        { type: 'Required', field: `${path}.from.kind`, detail: "valid values are 'DockerImage', 'ImageStreamImage', 'ImageStreamTag'" },
      ];
  }
}

function validateRepository(repository: string): readonly FieldError[] {
  const parsed = parseReference(repository);
  const problems = parsed.ok
    ? [
        ...(parsed.reference.tag === '' ? [] : ['the repository name may not contain a tag']),
        ...(parsed.reference.id === '' ? [] : ['the repository name may not contain an ID']),
      ]
    : [parsed.message];
  return problems.map((problem) => invalid('spec.dockerImageRepository', repository, problem));
}

function validateHistory({ name, items }: TagState, knows: (reference: string) => boolean): readonly FieldError[] {
  return items.flatMap(({ dockerImageReference }, index): FieldError[] => {
    const field = `status.tags[${name}].items[${index}].dockerImageReference`;
    if (dockerImageReference === '') return [{ type: 'Required', field, detail: '' }];
    if (knows(dockerImageReference)) return [];
    const parsed = parseReference(dockerImageReference);
    return parsed.ok ? [] : [invalid(field, dockerImageReference, parsed.message)];
  });
}

/** Collected on first use: most writes touch few tags of many. */
function knownReferences(stream: StreamState | null): (reference: string) => boolean {
  let known: Set<string> | null = null;
  return (reference) => {
    known ??= new Set([...(stream?.tags.values() ?? [])].flatMap(({ items }) => items.map((item) => item.dockerImageReference)));
    return known.has(reference);
  };
}

function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}
