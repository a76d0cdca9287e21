/** Revisions of a task definition that differ in the images of some containers. Pure. */
import type { ContainerDefinition, RegisterTaskDefinitionCommandInput, Tag, TaskDefinition } from '@aws-sdk/client-ecs';

/** As DescribeTaskDefinition answers it. */
export interface DescribedDefinition {
  readonly definition: TaskDefinition;
  readonly tags: readonly Tag[];
}

/** Pull specs by container. */
export type ContainerImages = ReadonlyMap<string, string>;

export type Revision = Omit<RegisterTaskDefinitionCommandInput, 'family' | 'containerDefinitions'> & {
  readonly family: string;
  readonly containerDefinitions: ContainerDefinition[];
};

/** What of a definition can be registered: all but what ECS itself says of it. Tags of AWS (`aws:…`) are not for others to set. */
export function registrable({ definition, tags }: DescribedDefinition): Revision {
  const {
    taskDefinitionArn: _arn,
    revision: _revision,
    status: _status,
    requiresAttributes: _requiresAttributes,
    compatibilities: _compatibilities,
    registeredAt: _registeredAt,
    registeredBy: _registeredBy,
    deregisteredAt: _deregisteredAt,
    deleteRequestedAt: _deleteRequestedAt,
    family = '',
    containerDefinitions = [],
    ...settings
  } = definition;
  const own = tags.filter(({ key = '' }) => !key.toLowerCase().startsWith('aws:'));
  return { ...settings, family, containerDefinitions, ...(own.length === 0 ? {} : { tags: own }) };
}

/** `repositoryCredentials`: ARN of a secret that these containers get; absent: they keep what they have. */
export function withImages(revision: Revision, images: ContainerImages, repositoryCredentials?: string): Revision {
  const credentials = repositoryCredentials === undefined ? {} : { repositoryCredentials: { credentialsParameter: repositoryCredentials } };
  const containerDefinitions = revision.containerDefinitions.map((container) => {
    const image = images.get(container.name ?? '');
    return image === undefined ? container : { ...container, image, ...credentials };
  });
  return { ...revision, containerDefinitions };
}

/** Whether tasks of both are the same. ECS does not keep the order of lists of objects (`environment`); that of texts (`command`) has a meaning. */
export function sameRevision(left: Revision, right: Revision): boolean {
  return canonical(left) === canonical(right);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) {
    const members = value.map(canonical);
    return `[${(value.every(isObject) ? members.sort() : members).join()}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`)
    .sort()
    .join()}}`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
