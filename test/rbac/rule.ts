import type { PolicyRule } from '../../functions/rbac/types.ts';

/** `get,list image/streams,image/streams/layers` with the group before the first slash (`core` for none), or `get /path`. */
export function rule(text: string, ...resourceNames: readonly string[]): PolicyRule {
  const [verbs = '', what = ''] = text.split(' ');
  const empty = { verbs: verbs.split(','), apiGroups: [], resources: [], resourceNames, nonResourceURLs: [] };
  if (what.startsWith('/')) return { ...empty, nonResourceURLs: what.split(',') };
  const parts = what.split(',').map((part) => ({ group: part.slice(0, part.indexOf('/')), resource: part.slice(part.indexOf('/') + 1) }));
  const apiGroups = [...new Set(parts.map(({ group }) => (group === 'core' ? '' : group)))];
  return { ...empty, apiGroups, resources: [...new Set(parts.map(({ resource }) => resource))] };
}
