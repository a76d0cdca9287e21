/** Rules of image streams, with upstream's messages (openshift-semantics.md §9). Pure: errors are values. */
import type { FieldError } from '../kubernetes/types.ts';
import { ALLOW_ALL, type RegistryRule } from './allowed-registries.ts';
import { validateImportInterval } from './import-interval.ts';
import { pathSegmentProblems, validateObjectMeta } from './object-meta-validation.ts';
import { type DockerImageReference, parseReference } from './reference.ts';
import { type ReferenceRules, specRules } from './reference-rules.ts';
import { validateNewPatterns } from './protected-tags.ts';
import { validateNewList, validateTagPolicy } from './tag-policy.ts';
import type { StreamState, TagState } from './stream-state.ts';
import type { TagImportPolicy, TagReference } from './types.ts';

const STREAM_NAME = '[a-z0-9]+(?:[._-][a-z0-9]+)*';
const STREAM_NAME_PATTERN = new RegExp(`^${STREAM_NAME}$`);
/** Of namespace/name, which becomes the name of a repository. */
const MAX_REPOSITORY = 255;
/** Annotation of streams whose images may come over plain HTTP, as one tag's `importPolicy.insecure` says it of that tag. */
const INSECURE = 'openshift.io/image.insecureRepository';

/** Reasons the name of a stream (or, as a prefix, its generateName) is refused; none when it is fine. Tag names are not validated, as upstream. */
export function validateStreamName(name: string, isPrefix = false): readonly string[] {
  const problems = pathSegmentProblems(name, isPrefix);
  if (problems.length > 0) return problems;
  return STREAM_NAME_PATTERN.test(name) ? [] : [`must match "${STREAM_NAME}"`];
}

/**
 * Errors of a whole stream about to be stored. Tags that are the same objects in `before` were validated when they came; of histories only
 * references that are new to the stream are looked at (§2.4).
 */
export function validateStream(
  before: StreamState | null,
  after: StreamState,
  rules: ReferenceRules = specRules(before),
): readonly FieldError[] {
  const { namespace, name, labels, annotations } = after;
  const errors: FieldError[] = [...validateObjectMeta({ namespace, name, labels, annotations }, 'metadata', validateStreamName)];
  if (`${namespace}/${name}`.length > MAX_REPOSITORY) {
    errors.push(invalid('metadata.name', name, `'namespace/name' cannot be longer than ${MAX_REPOSITORY} characters`));
  }
  errors.push(...validateNewList(before?.annotations, annotations), ...validateNewPatterns(before?.annotations, annotations));
  const isInsecure = isInsecureRepository(annotations);
  if (after.dockerImageRepository !== '') {
    const refuse = after.dockerImageRepository === before?.dockerImageRepository ? ALLOW_ALL : rules.refuse;
    errors.push(...validateRepository(after.dockerImageRepository, refuse, isInsecure));
  }
  for (const [tag, state] of after.tags) {
    const old = before?.tags.get(tag);
    if (state.spec !== null && state.spec !== old?.spec)
      errors.push(...validateTagReference(`spec.tags[${tag}]`, state.spec, rules.refuse, isInsecure));
    if (state.items !== old?.items) errors.push(...validateHistory(state, rules, isInsecure));
  }
  return errors;
}

/** Whether annotations, a stream's or a tag's own, say that images may come over plain HTTP. */
export function isInsecureRepository(annotations: Readonly<Record<string, string>> | null | undefined): boolean {
  return annotations?.[INSECURE] === 'true';
}

/** Errors of a spec tag at `path`, e.g. `spec.tags[latest]`. */
export function validateTagReference(
  path: string,
  spec: TagReference,
  refuse: RegistryRule = ALLOW_ALL,
  isInsecure = false,
): readonly FieldError[] {
  const errors: FieldError[] = spec.from === undefined ? [] : [...validateSource(path, spec, refuse, isInsecure)];
  const { type } = spec.referencePolicy;
  if (type !== 'Source' && type !== 'Local')
    errors.push(invalid(`${path}.referencePolicy.type`, type, 'valid values are "Source", "Local"'));
  return [
    ...errors,
    ...validateImportPolicy(`${path}.importPolicy`, spec.importPolicy),
    ...validateTagPolicy(path, spec.annotations),
    ...validateImportInterval(path, spec),
  ];
}

/** Errors of an import policy at `path`. */
export function validateImportPolicy(path: string, { importMode }: TagImportPolicy): readonly FieldError[] {
  const known: readonly (string | undefined)[] = [undefined, '', 'Legacy', 'PreserveOriginal'];
  if (known.includes(importMode)) return [];
  return [invalid(`${path}.importMode`, importMode, "invalid import mode, valid modes are '', 'Legacy', 'PreserveOriginal'")];
}

function validateSource(
  path: string,
  { from = {}, importPolicy }: TagReference,
  refuse: RegistryRule,
  isInsecure: boolean,
): readonly FieldError[] {
  const { kind, name = '' } = from;
  const errors: FieldError[] = name === '' ? [{ type: 'Required', field: `${path}.from.name`, detail: '' }] : [];
  switch (kind) {
    case 'DockerImage': {
      if (name === '') return errors;
      const field = `${path}.from.name`;
      const parsed = parseReference(name);
      if (!parsed.ok) return [...errors, invalid(field, name, parsed.message)];
      return [...errors, ...refused(field, parsed.reference, refuse, isInsecure || importPolicy.insecure === true)];
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

function validateRepository(repository: string, refuse: RegistryRule, isInsecure: boolean): readonly FieldError[] {
  const field = 'spec.dockerImageRepository';
  const parsed = parseReference(repository);
  if (!parsed.ok) return [invalid(field, repository, parsed.message)];
  const problems = [
    ...(parsed.reference.tag === '' ? [] : ['the repository name may not contain a tag']),
    ...(parsed.reference.id === '' ? [] : ['the repository name may not contain an ID']),
  ];
  if (problems.length === 0) return refused(field, parsed.reference, refuse, isInsecure);
  return problems.map((problem) => invalid(field, repository, problem));
}

function validateHistory({ name, spec, items }: TagState, { knows, refuse }: ReferenceRules, isInsecure: boolean): readonly FieldError[] {
  return items.flatMap(({ dockerImageReference }, index): readonly FieldError[] => {
    const field = `status.tags[${name}].items[${index}].dockerImageReference`;
    if (dockerImageReference === '') return [{ type: 'Required', field, detail: '' }];
    if (knows(dockerImageReference)) return [];
    const parsed = parseReference(dockerImageReference);
    if (!parsed.ok) return [invalid(field, dockerImageReference, parsed.message)];
    return refused(field, parsed.reference, refuse, isInsecure || spec?.importPolicy.insecure === true);
  });
}

/** What may be fetched in the clear may also be fetched safely: then either port will do. */
function refused(field: string, reference: DockerImageReference, refuse: RegistryRule, isInsecure: boolean): readonly FieldError[] {
  const detail = refuse(reference, isInsecure ? 'any' : 'secure');
  return detail === null ? [] : [{ type: 'Forbidden', field, detail }];
}

function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}
