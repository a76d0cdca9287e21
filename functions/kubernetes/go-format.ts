/** Values printed as Go prints them: clients and their users see upstream's texts, quotes and all. */

/** Go's `strconv.Quote` (`%q`): printable characters as they are, the rest escaped. */
export function quote(text: string): string {
  let quoted = '"';
  for (const character of text) quoted += ESCAPES[character] ?? (PRINTABLE.test(character) ? character : escape(character));
  return `${quoted}"`;
}

/** Go's `encoding/json`: compact, with the characters that mean something in HTML escaped. */
export function formatJson(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  return (text ?? 'null').replace(/[<>&\u2028\u2029]/g, (character) => `\\u${hex(character.charCodeAt(0), 4)}`);
}

/** As `field.Error` prints a bad value: strings quoted, everything else as JSON. */
export function formatValue(value: unknown): string {
  return typeof value === 'string' ? quote(value) : formatJson(value);
}

const PRINTABLE = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function escape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || code === 0x7f) return `\\x${hex(code, 2)}`;
  return code > 0xffff ? `\\U${hex(code, 8)}` : `\\u${hex(code, 4)}`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}
