/** From stored to wire, and the table `kubectl get imagetriggers` prints. Pure. */
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import { kindOf } from '../../triggers/kinds/registry.ts';
import { SECRET_MASK } from '../../triggers/kinds/fields/signing-secret.ts';
import type { StoredTrigger } from '../../triggers/stored-trigger.ts';
import type { ImageTrigger, ImageTriggerSpec } from '../../triggers/types.ts';
import { formatAge } from '../../kubernetes/age.ts';
import { formatAgo } from '../ago.ts';
import { TRIGGER_TYPE } from './decode-trigger.ts';
import { withSecret } from './inline-secret.ts';

/** `secret`: shown instead of the mask; only to whoever just created the trigger without giving one. */
export function viewTrigger(stored: StoredTrigger, secret: string = SECRET_MASK): ImageTrigger {
  const { namespace, name, uid, generation, creationTimestamp, labels, annotations, managedFields } = stored;
  const texts = {
    ...(Object.keys(labels).length === 0 ? {} : { labels }),
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    ...(managedFields === undefined ? {} : { managedFields }),
  };
  // Nothing has a revision before its first write (dry runs).
  const revision = stored.revision === 0 ? {} : { resourceVersion: String(stored.revision) };
  const metadata = { name, namespace, uid, ...revision, generation, creationTimestamp, ...texts };
  return { ...TRIGGER_TYPE, metadata, spec: withSecret(stored.spec, secret), status: stored.status };
}

export const triggerTable: TableDefinition<ImageTrigger> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the trigger' },
    { name: 'Images', type: 'string', description: 'Image stream tags it follows' },
    { name: 'Target', type: 'string', description: 'What it brings to their newest images' },
    { name: 'Last Triggered', type: 'string', description: 'When the target was last brought to a new image' },
    { name: 'Status', type: 'string', description: 'Whether the last delivery arrived' },
    { name: 'Age', type: 'string', description: 'Time since the trigger was created' },
    { name: 'Image', type: 'string', priority: 1, description: 'Pull spec of the first image, as the target was last told it' },
  ],
  cells({ metadata, spec, status }, now) {
    const from = spec.images.map(({ from: { name, namespace } }) => (namespace === undefined ? name : `${namespace}/${name}`));
    const fired = Date.parse(status.lastTriggerTime ?? '');
    return [
      metadata.name ?? '',
      [...new Set(from)].join(','),
      formatTarget(spec),
      Number.isNaN(fired) ? '<never>' : formatAgo(fired, now),
      formatStatus({ spec, status }),
      formatAge(metadata.creationTimestamp, now),
      status.lastTriggeredImage ?? '',
    ];
  },
};

function formatTarget({ target }: ImageTriggerSpec): string {
  const found = kindOf(target);
  return found === null ? (Object.keys(target)[0] ?? '') : `${found.kind.name} ${found.kind.describe(found.spec)}`.trim();
}

function formatStatus({ spec, status }: Pick<ImageTrigger, 'spec' | 'status'>): string {
  const delivered = status.conditions.find((condition) => condition.type === 'Delivered');
  if (spec.paused === true) return delivered?.status === 'False' ? `Paused (${delivered.reason})` : 'Paused';
  if (delivered?.status === 'False') return delivered.reason;
  if (status.nextTriggerTime !== undefined) return 'Waiting';
  return delivered?.reason ?? 'Pending';
}
