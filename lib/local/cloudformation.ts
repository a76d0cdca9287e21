/** Reads a synthesized template as a closed world: whatever the local runtime neither hosts nor knows to be inert stops the start by its name. */
import { HOSTED_TYPES, type HostedType, LEFT_OUT, type PropertiesOf } from './hosted-types.ts';
import { INERT_TYPES } from './inert-types.ts';
import { createResolver } from './intrinsics.ts';
import { nameFromArn, namesOf, type Place } from './physical-names.ts';
import { StartError } from './start-error.ts';

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
}

export interface Template {
  readonly Resources: Readonly<Record<string, TemplateResource>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
}

export interface HostedResource<T extends HostedType> {
  readonly logicalId: string;
  /** Physical name: the last part of its ARN. */
  readonly name: string;
  readonly arn: string;
  readonly properties: PropertiesOf<T>;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface Stack {
  readonly place: Place;
  ofType<T extends HostedType>(type: T): readonly HostedResource<T>[];
}

const NAMED_BY: Readonly<Record<string, string>> = {
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::DynamoDB::GlobalTable': 'TableName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::SQS::Queue': 'QueueName',
  'AWS::Events::EventBus': 'Name',
  'AWS::IAM::Role': 'RoleName',
};

function isHosted(type: string): type is HostedType {
  return type in HOSTED_TYPES;
}

function createReferences(template: Template, place: Place) {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': place.region,
    'AWS::AccountId': place.accountId,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
    'AWS::StackName': 'image-streams-local',
  };
  function names(logicalId: string) {
    const resource = template.Resources[logicalId];
    if (!resource) throw new StartError(`nothing in the template is named ${logicalId}`);
    const named = resource.Properties?.[NAMED_BY[resource.Type] ?? ''];
    const fifo = resource.Type === 'AWS::SQS::Queue' && resource.Properties?.['FifoQueue'] === true ? '.fifo' : '';
    return namesOf(resource.Type, logicalId + (named ? '' : fifo), named ? String(resolve(named)) : undefined, place);
  }
  const references = {
    ref(name: string): string {
      const known = pseudo[name];
      if (known !== undefined) return known;
      if (name.startsWith('AWS::')) throw new StartError(`pseudo parameter ${name} is not hosted`);
      const parameter = template.Parameters?.[name] as { readonly Default?: string | number } | undefined;
      if (!parameter) return names(name).ref;
      if (parameter.Default === undefined) throw new StartError(`parameter ${name} has no default`);
      return String(parameter.Default);
    },
    attribute(logicalId: string, attribute: string): string {
      const value = names(logicalId).attributes[attribute];
      if (value === undefined) throw new StartError(`attribute ${attribute} of ${logicalId} is not hosted`);
      return value;
    },
  };
  const resolve = createResolver(references);
  function identify(logicalId: string): { readonly name: string; readonly arn: string } {
    const { ref, attributes } = names(logicalId);
    return { name: attributes['QueueName'] ?? nameFromArn(ref), arn: attributes['Arn'] ?? ref };
  }
  return { resolve, identify };
}

/** Checks and resolves one hosted resource; throws StartError naming the first property it does not host. */
function readResource(type: HostedType, logicalId: string, resource: TemplateResource, resolve: (value: unknown) => unknown) {
  if (resource.Condition) throw new StartError('conditions are not hosted');
  const schema = HOSTED_TYPES[type];
  const acted = Object.entries(resource.Properties ?? {}).filter(([name]) => name in schema.shape || !(name in LEFT_OUT));
  const parsed = schema.safeParse(resolve(Object.fromEntries(acted)));
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => {
    const path = issue.path.join('.');
    if (issue.code !== 'unrecognized_keys') return `property ${path || '(all)'} has a value that is not hosted (${issue.message})`;
    return issue.keys.map((key) => `property ${path ? `${path}.` : ''}${key} is not hosted`).join('; ');
  });
  throw new StartError(`${reasons.join('; ')} (${logicalId})`);
}

/** Reads `template`. Throws one StartError that names everything the local runtime does not host. */
export function loadStack(template: Template, place: Place): Stack {
  const { resolve, identify } = createReferences(template, place);
  const hosted = new Map<HostedType, HostedResource<HostedType>[]>();
  const problems: string[] = [];
  for (const [logicalId, resource] of Object.entries(template.Resources)) {
    const type = resource.Type;
    if (type in INERT_TYPES) continue;
    if (!isHosted(type)) {
      problems.push(`${logicalId}: type ${type} is not hosted`);
      continue;
    }
    try {
      const properties = readResource(type, logicalId, resource, resolve);
      const entry = { logicalId, ...identify(logicalId), properties, metadata: resource.Metadata ?? {} };
      hosted.set(type, [...(hosted.get(type) ?? []), entry]);
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      problems.push(`${logicalId} (${type}): ${error.message}`);
    }
  }
  if (problems.length > 0) throw new StartError(`the local runtime cannot host the stack:\n  ${problems.join('\n  ')}`);
  return {
    place,
    ofType: <T extends HostedType>(type: T) => hosted.get(type) ?? [],
  };
}
