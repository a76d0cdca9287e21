/** Registries put what they like into an error, the request's own password included. */
const MAX_TEXT = 300;

/** Text of a registry made fit for an error message: without the given secrets, on one line, bounded. */
export function sanitize(text: string, secrets: readonly string[] = []): string {
  const printable = redact(text, secrets)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim();
  return printable.length > MAX_TEXT ? `${printable.slice(0, MAX_TEXT)}…` : printable;
}

/** Replaces each secret, wherever it stands; the longest first, of which a shorter one would leave the rest. */
export function redact(text: string, secrets: readonly string[]): string {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length);
  return longestFirst.reduce((left, secret) => (secret === '' ? left : left.replaceAll(secret, '***')), text);
}
