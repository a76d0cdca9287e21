/**
 * The one table of everything the API serves. HTTP routes (lib), dispatch, discovery, access decisions and metrics are all read from it,
 * so that none of them can disagree. Adding a resource starts here: each API group has its file in table/.
 */
import { ACCESS_RESOURCES } from './table/access-resources.ts';
import { CORE_RESOURCES } from './table/core-resources.ts';
import { DELIVERY_RESOURCES } from './table/delivery-resources.ts';
import type { ResourceEntry } from './table/entry.ts';
import { IDENTITY_RESOURCES } from './table/identity-resources.ts';
import { IMAGE_RESOURCES } from './table/image-resources.ts';
import { PROJECT_RESOURCES } from './table/project-resources.ts';
import { RBAC_RESOURCES } from './table/rbac-resources.ts';

/** Discovery answers in this order. */
export const RESOURCE_TABLE: readonly ResourceEntry[] = [
  ...IMAGE_RESOURCES,
  ...CORE_RESOURCES,
  ...PROJECT_RESOURCES,
  ...RBAC_RESOURCES,
  ...IDENTITY_RESOURCES,
  ...DELIVERY_RESOURCES,
  ...ACCESS_RESOURCES,
];
