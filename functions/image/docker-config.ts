/**
 * The docker10 form of an image's configuration: the capitalised keys under `dockerImageMetadata` (openshift-semantics.md §4.5). What is
 * empty is left out, and what docker10 has no field for (rootfs, history, os) is lost, as upstream loses it.
 */
import { countOf, isObject, type JsonObject, stringOf, stringsOf } from './tolerant-reader.ts';
import type { DockerImageMetadata } from './types.ts';

const TEXTS = ['Hostname', 'Domainname', 'User', 'Cpuset', 'Image', 'WorkingDir'];
const NUMBERS = ['Memory', 'MemorySwap', 'CpuShares'];
const FLAGS = ['AttachStdin', 'AttachStdout', 'AttachStderr', 'Tty', 'OpenStdin', 'StdinOnce', 'NetworkDisabled'];
const LISTS = ['PortSpecs', 'Env', 'Cmd', 'Dns', 'VolumesFrom', 'Entrypoint', 'SecurityOpts', 'OnBuild'];
/** Sets, written as maps to empty objects. */
const SETS = ['ExposedPorts', 'Volumes'];

/** Metadata of an image from its config document (OCI image-spec config.md, or Docker's, or a schema 1 `v1Compatibility`). */
export function readDockerConfig(document: JsonObject, id: string, size: number): DockerImageMetadata {
  const optional = {
    Parent: stringOf(document.parent),
    Comment: stringOf(document.comment),
    Container: stringOf(document.container),
    DockerVersion: stringOf(document.docker_version),
    Author: stringOf(document.author),
    Architecture: stringOf(document.architecture),
    Size: size,
  };
  return {
    ...describeDocker(id, wholeSeconds(stringOf(document.created))),
    ...(isObject(document.container_config) ? { ContainerConfig: readRunConfig(document.container_config) } : {}),
    ...(isObject(document.config) ? { Config: readRunConfig(document.config) } : {}),
    ...withoutEmpty(Object.entries(optional)),
  };
}

/** The same form as a client sends it: of the fields docker10 knows, those that are not empty. */
export function normalizeDocker(given: JsonObject): DockerImageMetadata {
  const { Id, Created, Config, ContainerConfig, Size } = given;
  const texts = ['Parent', 'Comment', 'Container', 'DockerVersion', 'Author', 'Architecture'];
  return {
    ...describeDocker(stringOf(Id), wholeSeconds(stringOf(Created))),
    ...(isObject(ContainerConfig) ? { ContainerConfig: readRunConfig(ContainerConfig) } : {}),
    ...(isObject(Config) ? { Config: readRunConfig(Config) } : {}),
    ...withoutEmpty([...texts.map((name) => [name, stringOf(given[name])] as const), ['Size', countOf(Size)]]),
  };
}

/** Type of the metadata inside an Image; old clusters wrote `1.0` as its apiVersion. */
export const DOCKER_TYPE = { kind: 'DockerImage', apiVersion: 'image.openshift.io/1.0' } as const;

/** `dockerImageMetadataVersion` of docker10. */
export const METADATA_VERSION = '1.0';

/** What every metadata object has, and all that an index has. */
export function describeDocker(id: string, created: string | null): DockerImageMetadata {
  return { ...DOCKER_TYPE, Id: id, Created: created, ContainerConfig: {} };
}

function readRunConfig(config: JsonObject): JsonObject {
  const names = (fields: readonly string[], read: (value: unknown) => unknown) =>
    fields.map((field) => [field, read(config[field])] as const);
  const labels = names(['Labels'], (value) => entriesOf(value, (label) => (typeof label === 'string' ? label : undefined)));
  const fields = [
    ...names(TEXTS, stringOf),
    ...names(NUMBERS, countOf),
    ...names(FLAGS, (value) => value === true),
    ...names(LISTS, stringsOf),
    ...names(SETS, (value) => entriesOf(value, () => ({}))),
    ...labels,
  ];
  return withoutEmpty(fields);
}

/** `Object.fromEntries` defines properties, so that a key such as `__proto__` stays data. */
function entriesOf(value: unknown, read: (member: unknown) => unknown): JsonObject {
  if (!isObject(value)) return {};
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, member]) => [key, read(member)] as const)
      .filter(([, member]) => member !== undefined),
  );
}

/** RFC 3339 with any fraction and offset → whole seconds, UTC, as Kubernetes prints times; null when there is none. */
function wholeSeconds(text: string): string | null {
  const time = Date.parse(text);
  if (Number.isNaN(time)) return null;
  const formatted = new Date(time).toISOString();
  return formatted.length === 24 ? `${formatted.slice(0, 19)}Z` : null;
}

/** Go's omitempty. */
function withoutEmpty(fields: readonly (readonly [string, unknown])[]): JsonObject {
  return Object.fromEntries(fields.filter(([, value]) => !isEmpty(value)));
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}
