/** The refusal of an apply that would change fields of others, worded as apimachinery `managedfields/internal/conflict.go`: kubectl prints it. */
import type { FieldConflict } from './field-ownership.ts';
import { quote } from './go-format.ts';
import type { FieldManager } from './managed-fields.ts';
import type { Status } from './types.ts';

/** 409 with one cause per field and manager. `conflicts` is not empty. */
export function applyConflict(conflicts: readonly FieldConflict[]): Status {
  const causes = conflicts.map(({ manager, field }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${describe(manager)}`,
    field,
  }));
  const message = `Apply failed with ${summarize(conflicts)}`;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message, reason: 'Conflict', details: { causes }, code: 409 };
}

function summarize(conflicts: readonly FieldConflict[]): string {
  const [first, ...more] = conflicts;
  if (first !== undefined && more.length === 0) return `1 conflict: conflict with ${describe(first.manager)}: ${first.field}`;
  const byManager = new Map<string, string[]>();
  for (const { manager, field } of conflicts) {
    const who = describe(manager);
    byManager.set(who, [...(byManager.get(who) ?? []), `- ${field}`]);
  }
  const lines = [...byManager]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([who, fields]) => [`conflicts with ${who}:`, ...fields]);
  return `${conflicts.length} conflicts: ${lines.join('\n')}`;
}

/** Of other writes than apply the version is told, too. */
function describe({ manager, operation, apiVersion, subresource }: FieldManager): string {
  const who = subresource === '' ? quote(manager) : `${quote(manager)} with subresource ${quote(subresource)}`;
  return operation === 'Apply' ? who : `${who} using ${apiVersion}`;
}
