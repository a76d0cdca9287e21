/** Schemas of kinds as components of an OpenAPI v3 document, with the extensions kubectl reads (clients-on-the-wire.md §1.4). */
import { isObjectSchema, type FieldSchema, type KindSchema, type ObjectSchema, type Scalar, type ValueSchema } from './kind-schema.ts';
import { LIST_META_SCHEMA, STATUS_SCHEMA } from './meta-schema.ts';

export type Component = Readonly<Record<string, unknown>>;

export const GROUP_VERSION_KIND = 'x-kubernetes-group-version-kind';

/** The one scalar with a name: kubectl explains fields by it, and lets numbers pass. */
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';

const QUANTITY_TYPES = [{ type: 'string' }, { type: 'number' }];

const SCALARS: Readonly<Record<Scalar, Component>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  Time: { type: 'string', format: 'date-time' },
  Quantity: { allOf: [{ $ref: `#/components/schemas/${QUANTITY}` }] },
  bytes: { type: 'string', format: 'byte' },
  any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
};

/** The kinds, their lists where `lists` says so, Status, and every type they are made of, by name. */
export function openApiComponents(kinds: readonly KindSchema[], lists: (kind: KindSchema) => boolean): Readonly<Record<string, Component>> {
  const components = new Map<string, Component>();
  addComponent(components, STATUS_SCHEMA);
  for (const kind of kinds) {
    addComponent(components, kind, groupVersionKind(kind));
    if (!lists(kind)) continue;
    const list = listSchema(kind);
    addComponent(components, list, groupVersionKind(list));
  }
  return Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `ImageStreamList` of ImageStream. */
export function listSchema(kind: KindSchema): KindSchema {
  const fields = {
    apiVersion: { description: 'Group and version the list is written in.', value: 'string' as const },
    kind: { description: 'What the list is.', value: 'string' as const },
    metadata: { description: 'Version of the collection, and where the next page begins.', value: LIST_META_SCHEMA },
    items: { description: 'The objects.', value: { list: kind } },
  };
  const description = `A list of objects of kind ${kind.kind}.`;
  return { ...kind, kind: `${kind.kind}List`, name: `${kind.name}List`, description, fields, required: ['items'] };
}

export function reference({ name }: ObjectSchema): Component {
  return { $ref: `#/components/schemas/${name}` };
}

function groupVersionKind({ group, version, kind }: KindSchema): Component {
  return { [GROUP_VERSION_KIND]: [{ group, version, kind }] };
}

function addComponent(components: Map<string, Component>, schema: ObjectSchema, more: Component = {}): void {
  if (components.has(schema.name) && Object.keys(more).length === 0) return;
  const { description, required, fields, isOpen, isAtomic } = schema;
  const properties = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, describeField(field)]));
  const open = isOpen === true ? { 'x-kubernetes-preserve-unknown-fields': true } : {};
  const atomic = isAtomic === true ? { 'x-kubernetes-map-type': 'atomic' } : {};
  const must = required === undefined ? {} : { required };
  components.set(schema.name, { type: 'object', description, ...must, properties, ...open, ...atomic, ...more });
  for (const { value } of Object.values(fields)) addTypes(components, value);
}

function addTypes(components: Map<string, Component>, value: ValueSchema): void {
  if (value === 'Quantity') components.set(QUANTITY, { description: 'A number with a unit, e.g. 500m or 1Gi.', oneOf: QUANTITY_TYPES });
  if (typeof value === 'string') return;
  if (isObjectSchema(value)) addComponent(components, value);
  else addTypes(components, 'list' in value ? value.list : value.map);
}

function describeField({ description, value }: FieldSchema): Component {
  const described = { description, ...describeValue(value) };
  if (typeof value === 'string' || !('mergeKey' in value)) return described;
  return { ...described, 'x-kubernetes-patch-merge-key': value.mergeKey, 'x-kubernetes-patch-strategy': 'merge' };
}

/** References stand in an allOf, since nothing may stand beside them; kubectl looks for exactly that. */
function describeValue(value: ValueSchema): Component {
  if (typeof value === 'string') return SCALARS[value];
  if (isObjectSchema(value)) return { default: {}, allOf: [reference(value)] };
  if ('list' in value) return { type: 'array', items: describeValue(value.list) };
  return { type: 'object', additionalProperties: describeValue(value.map) };
}
