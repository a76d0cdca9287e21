/** Roles and bindings as items: those of namespaces and, in namespace '', those of the cluster. */
import type { StoredBinding, StoredRole } from '../access/ports.ts';
import { plainCodec } from './plain-codec.ts';

export const roleCodec = plainCodec<StoredRole>('ROLE', 'role');
export const bindingCodec = plainCodec<StoredBinding>('BINDING', 'binding');
