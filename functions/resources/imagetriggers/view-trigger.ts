/** From stored to wire, and the table `kubectl get imagetriggers` prints. Pure. */
import type { TableDefinition } from '../../kubernetes/handlers.ts';
import type { StoredTrigger } from '../../triggers/ports.ts';
import type { ImageTrigger, ImageTriggerSpec } from '../../triggers/types.ts';
import { formatAge } from '../../kubernetes/age.ts';
import { formatAgo } from '../ago.ts';
import { TRIGGER_TYPE } from './decode-trigger.ts';
import { SECRET_MASK } from './signing-secret.ts';

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

/** The spec as it is stored: without secret. */
export function withoutSecret(spec: ImageTriggerSpec): ImageTriggerSpec {
  const { webhook } = spec.target;
  return webhook === undefined ? spec : { ...spec, target: { webhook: { url: webhook.url } } };
}

function withSecret(spec: ImageTriggerSpec, signingSecret: string): ImageTriggerSpec {
  const { webhook } = spec.target;
  return webhook === undefined ? spec : { ...spec, target: { webhook: { url: webhook.url, signingSecret } } };
}

export const triggerTable: TableDefinition<ImageTrigger> = {
  columns: [
    { name: 'Name', type: 'string', format: 'name', description: 'Name of the trigger' },
    { name: 'From', type: 'string', description: 'Image stream tags it follows' },
    { name: 'Target', type: 'string', description: 'What it brings to their newest images' },
    { name: 'Last Fired', type: 'string', description: 'When the target was last told of a new image' },
    { name: 'Status', type: 'string', description: 'Whether the last delivery arrived' },
    { name: 'Age', type: 'string', description: 'Time since the trigger was created' },
  ],
  cells({ metadata, spec, status }, now) {
    const from = spec.from.map((source) => (source.namespace === undefined ? source.name : `${source.namespace}/${source.name}`));
    const fired = (status.tags ?? []).reduce((latest, tag) => Math.max(latest, Date.parse(tag.lastFiredTime) || 0), 0);
    return [
      metadata.name ?? '',
      from.join(','),
      formatTarget(spec),
      fired === 0 ? '<never>' : formatAgo(fired, now),
      formatStatus({ spec, status }),
      formatAge(metadata.creationTimestamp, now),
    ];
  },
};

/** Host only: paths of webhooks are often secrets of their own. */
function formatTarget({ target }: ImageTriggerSpec): string {
  const [kind = ''] = Object.keys(target);
  const host = URL.parse(target.webhook?.url ?? '')?.host;
  return host === undefined ? kind : `${kind} ${host}`;
}

function formatStatus({ spec, status }: Pick<ImageTrigger, 'spec' | 'status'>): string {
  const delivered = status.conditions.find((condition) => condition.type === 'Delivered');
  if (delivered?.status === 'False') return spec.paused === true ? `Paused (${delivered.reason})` : delivered.reason;
  if (spec.paused === true) return 'Paused';
  return delivered === undefined ? 'Pending' : 'Delivered';
}
