import type { SecretCipher } from '../../functions/access/ports.ts';

/** Seals nothing: for tests that are about something else. */
export const PLAIN_CIPHER: SecretCipher = { seal: async (bytes) => bytes, open: async (bytes) => bytes };
