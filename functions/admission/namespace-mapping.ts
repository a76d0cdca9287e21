/** Which of our namespaces a cluster's namespace gets its images from. Pure. */
import { matchesGlob } from '../image/glob.ts';
import type { NamespaceMapping } from './ports.ts';

export interface MappedNamespace {
  /** Ours. */
  readonly namespace: string;
  readonly resolveNames: boolean;
}

/** By the first mapping that fits; null when none does. */
export function mapNamespace(mappings: readonly NamespaceMapping[], namespace: string): MappedNamespace | null {
  const mapping = mappings.find(({ name }) => matchesGlob(namespace, name));
  return mapping === undefined ? null : { namespace: imageNamespace(mapping), resolveNames: mapping.resolveNames === true };
}

export function imageNamespace({ name, imageNamespace: mapped }: NamespaceMapping): string {
  return mapped ?? name;
}
