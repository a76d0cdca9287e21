/** What a target of kind `kubernetes` must be like. Pure. */
import { checkDnsLabel, checkDnsSubdomain } from '../../../kubernetes/label-names.ts';
import { parseLabelSelector } from '../../../kubernetes/label-selector.ts';
import { notSupported } from '../../../kubernetes/not-supported.ts';
import type { FieldError } from '../../../kubernetes/types.ts';
import { refuseForbiddenHost } from '../../../runtime/network-guard.ts';
import { readCaBundle } from '../../kubernetes/ca-bundle.ts';
import { parseFieldPath } from '../../kubernetes/field-path.ts';
import { hasNoPlace } from '../../kubernetes/wanted-images.ts';
import { projectedSecretName } from '../../kubernetes/projected-secret.ts';
import { workloadKind, WORKLOADS } from '../../kubernetes/workloads.ts';
import type { AnnotatedObjects, KubernetesObjectRef, KubernetesTarget } from '../../kubernetes/target-spec.ts';
import { validateService } from '../fields/aws-target.ts';
import type { TargetRules } from '../target-kind.ts';

type Rules = Pick<TargetRules, 'namespace' | 'images' | 'allowPrivateAddresses'>;

const MOST_URL = 2048;
const LONGEST_NAME = 253;
const CLUSTER = /^cluster\/[0-9A-Za-z][\w-]{0,99}$/;

/** Container names and field paths are held against the object when it is patched; here, only their form. */
export function validateKubernetes(target: KubernetesTarget, field: string, rules: Rules): readonly FieldError[] {
  return [...validateCluster(target, field, rules), ...validateObjects(target, field, rules), ...validatePullSecret(target, field, rules)];
}

function validateCluster(target: KubernetesTarget, field: string, { allowPrivateAddresses }: Rules): readonly FieldError[] {
  const { server, caBundle, tokenSecretRef, eksClusterArn, roleArn } = target;
  if (eksClusterArn !== undefined) {
    const others = Object.entries({ server, caBundle, tokenSecretRef }).filter(([, value]) => value !== undefined);
    return [
      ...others.map(([name]) => forbidden(`${field}.${name}`, 'may not be set together with eksClusterArn')),
      ...validateService(eksClusterArn, `${field}.eksClusterArn`, 'eks', CLUSTER),
    ];
  }
  if (server === undefined) return [required(`${field}.server`, 'server or eksClusterArn is required')];
  const detail = 'must be certificates in PEM, or base64 of it';
  const isUnreadable = caBundle !== undefined && readCaBundle(caBundle) === null;
  return [
    ...validateServer(server, `${field}.server`, allowPrivateAddresses),
    ...(isUnreadable ? [{ type: 'Invalid', field: `${field}.caBundle`, value: `${caBundle.slice(0, 40)}…`, detail } as const] : []),
    ...(tokenSecretRef === undefined ? [required(`${field}.tokenSecretRef`, '')] : []),
    ...(roleArn === undefined ? [] : [forbidden(`${field}.roleArn`, 'may be set with eksClusterArn only')]),
  ];
}

/** Names are resolved, and their addresses refused, only when the server is called: what they mean may change at any time. */
function validateServer(text: string, field: string, allowPrivateAddresses: boolean): readonly FieldError[] {
  if (text.length > MOST_URL) return [{ type: 'TooLong', field, detail: `must have at most ${MOST_URL} characters` }];
  const url = URL.parse(text);
  if (url === null || url.protocol !== 'https:') return [invalid(field, text, 'must be a URL that begins with https://')];
  if (url.username !== '' || url.password !== '') return [forbidden(field, 'credentials are not allowed in the URL')];
  if (url.search !== '' || url.hash !== '') return [forbidden(field, 'neither query nor fragment is allowed in the URL')];
  try {
    refuseForbiddenHost(url.hostname, { allowPrivateAddresses });
    return [];
  } catch {
    return [forbidden(field, 'this deployment does not call loopback, private and link-local addresses')];
  }
}

function validateObjects({ object, annotated }: KubernetesTarget, field: string, rules: Rules): readonly FieldError[] {
  if (object !== undefined && annotated !== undefined) return [forbidden(`${field}.annotated`, 'may not be set together with object')];
  if (object !== undefined) return validateObject(object, `${field}.object`, rules);
  if (annotated !== undefined) return validateAnnotated(annotated, `${field}.annotated`, rules);
  return [required(`${field}.object`, 'object or annotated is required')];
}

function validateObject(
  { apiVersion, kind, name, namespace }: KubernetesObjectRef,
  field: string,
  { images }: Rules,
): readonly FieldError[] {
  const workload = workloadKind(kind);
  if (workload === undefined) return [unknownKind(`${field}.kind`, kind)];
  const isOther = apiVersion !== undefined && apiVersion !== workload.apiVersion;
  const paths = images.flatMap(({ fieldPath }, index) => {
    const parsed = fieldPath === undefined ? undefined : parseFieldPath(fieldPath, workload);
    return parsed?.ok === false ? [invalid(`spec.images[${index}].fieldPath`, fieldPath, parsed.message)] : [];
  });
  return [
    ...(isOther ? [invalid(`${field}.apiVersion`, apiVersion, `must be ${workload.apiVersion}`)] : []),
    ...named(`${field}.name`, name, checkDnsSubdomain),
    ...named(`${field}.namespace`, namespace, checkDnsLabel),
    ...paths,
  ];
}

function validateAnnotated(
  { namespace, labelSelector = '', kinds = [] }: AnnotatedObjects,
  field: string,
  { images }: Rules,
): readonly FieldError[] {
  const selector = parseLabelSelector(labelSelector);
  const detail = 'may not be set for objects that say by their annotation where it goes';
  return [
    ...named(`${field}.namespace`, namespace, checkDnsLabel),
    ...(selector.ok ? [] : [invalid(`${field}.labelSelector`, labelSelector, selector.message)]),
    ...kinds.flatMap((kind, index) => (workloadKind(kind) === undefined ? [unknownKind(`${field}.kinds[${index}]`, kind)] : [])),
    ...images.flatMap((image, index) =>
      hasNoPlace(image) ? [] : [forbidden(`spec.images[${index}].${image.container === undefined ? 'fieldPath' : 'container'}`, detail)],
    ),
  ];
}

function validatePullSecret(target: KubernetesTarget, field: string, { namespace }: Rules): readonly FieldError[] {
  const isTooLong = (projectedSecretName(target, namespace) ?? '').length > LONGEST_NAME;
  return isTooLong ? [{ type: 'TooLong', field: `${field}.pullSecret.name`, detail: 'is too long to be a name in the cluster' }] : [];
}

function named(field: string, name: string, check: (name: string) => readonly string[]): readonly FieldError[] {
  return name === '' ? [required(field, '')] : check(name).map((detail) => invalid(field, name, detail));
}

function unknownKind(field: string, value: string): FieldError {
  return notSupported(
    field,
    value,
    WORKLOADS.map(({ kind }) => kind),
  );
}

function invalid(field: string, value: unknown, detail: string): FieldError {
  return { type: 'Invalid', field, value, detail };
}

function required(field: string, detail: string): FieldError {
  return { type: 'Required', field, ...(detail === '' ? {} : { detail }) };
}

function forbidden(field: string, detail: string): FieldError {
  return { type: 'Forbidden', field, detail };
}
