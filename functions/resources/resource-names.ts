/** Names of resources in limit ranges and quotas (kubernetes `core/validation`, `core/helper`). */
import { checkLabelKey } from '../kubernetes/label-names.ts';
import type { FieldError } from '../kubernetes/types.ts';

const COUNTED = ['pods', 'resourcequotas', 'services', 'replicationcontrollers', 'secrets', 'configmaps', 'persistentvolumeclaims'];
const COUNTED_SERVICES = ['services.nodeports', 'services.loadbalancers'];
const MEASURED = ['cpu', 'memory', 'ephemeral-storage', 'storage'];
const STANDARD_RESOURCES = new Set([
  ...COUNTED,
  ...COUNTED_SERVICES,
  ...MEASURED,
  ...MEASURED.map((name) => `requests.${name}`),
  ...['cpu', 'memory', 'ephemeral-storage'].map((name) => `limits.${name}`),
]);
const HUGE_PAGES = /^(requests\.)?hugepages-/;

/** `otherwise`: what is wrong with a name that is neither standard nor qualified. */
export function validateResourceName(field: string, value: string, otherwise: string): readonly FieldError[] {
  return validateQualified(field, value, STANDARD_RESOURCES.has(value) || HUGE_PAGES.test(value), otherwise);
}

export function validateQualified(field: string, value: string, isStandard: boolean, otherwise: string): readonly FieldError[] {
  const problems = checkLabelKey(value).map((problem) => problem.replace('a valid label key', 'a qualified name'));
  if (problems.length > 0) return problems.map((problem) => ({ type: 'Invalid', field, value, detail: problem }));
  return isStandard || value.includes('/') ? [] : [{ type: 'Invalid', field, value, detail: otherwise }];
}

/** Of these there are no fractions: what is counted, and what somebody other than Kubernetes has named. */
export function isWholeResource(name: string): boolean {
  const isNamedElsewhere = name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');
  return COUNTED.includes(name) || COUNTED_SERVICES.includes(name) || isNamedElsewhere;
}
