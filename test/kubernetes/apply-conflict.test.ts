import { expect, it } from 'vitest';
import { applyConflict } from '../../functions/kubernetes/apply-conflict.ts';
import type { FieldManager } from '../../functions/kubernetes/managed-fields.ts';

const FLUX: FieldManager = { manager: 'flux', operation: 'Apply', apiVersion: 'v1', subresource: '', time: 'then', fields: new Set() };
const OC: FieldManager = { ...FLUX, manager: 'oc', operation: 'Update' };

it.each<[FieldManager, string]>([
  [FLUX, '"flux"'],
  [OC, '"oc" using v1'],
  [{ ...OC, subresource: 'status' }, '"oc" with subresource "status" using v1'],
])('%j is %s', (manager, who) => {
  const causes = [{ reason: 'FieldManagerConflict', message: `conflict with ${who}`, field: '.spec.a' }];
  expect(applyConflict([{ manager, field: '.spec.a' }])).toMatchObject({
    code: 409,
    reason: 'Conflict',
    message: `Apply failed with 1 conflict: conflict with ${who}: .spec.a`,
    details: { causes },
  });
});

it('lists several conflicts by manager', () => {
  const conflicts = [
    { manager: OC, field: '.spec.a' },
    { manager: FLUX, field: '.spec.b' },
    { manager: OC, field: '.spec.c' },
  ];
  expect(applyConflict(conflicts).message).toBe(
    'Apply failed with 3 conflicts: conflicts with "flux":\n- .spec.b\nconflicts with "oc" using v1:\n- .spec.a\n- .spec.c',
  );
});
