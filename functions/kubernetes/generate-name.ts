/** Names from `metadata.generateName` (apiserver `storage/names`): at most 63 characters, the last five made up. */
const MAX_NAME = 63;
const SUFFIX = 5;
/** Without vowels and without what looks alike, so that no suffix reads as a word. */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

/** `uid`: where chance comes from; its hex digits decide. */
export function generateName(prefix: string, uid: string): string {
  const bytes = Buffer.from(uid.replaceAll('-', ''), 'hex');
  const suffix = Array.from({ length: SUFFIX }, (_, index) => ALPHABET[(bytes[index] ?? 0) % ALPHABET.length]);
  return prefix.slice(0, MAX_NAME - SUFFIX) + suffix.join('');
}
