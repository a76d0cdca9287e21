/** JSON from clients: a bounded depth keeps everything that walks the value off the end of the stack. */

/** Deeper than any Kubernetes object, shallower than what recursion bears. */
const MAX_DEPTH = 1000;

const OPEN = new Set([0x7b, 0x5b]);
const CLOSE = new Set([0x7d, 0x5d]);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

export type ParsedJson = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/** Invalid UTF-8 and halves of surrogate pairs are replaced, as Go's decoder does: neither can be stored or sent as text. The message never quotes the text: it may be a secret. */
export function parseJson(bytes: Uint8Array): ParsedJson {
  if (bytes.length === 0) return { ok: false, message: 'unexpected end of JSON input' };
  if (depthOf(bytes) > MAX_DEPTH) return { ok: false, message: 'exceeded max depth' };
  try {
    return { ok: true, value: JSON.parse(wellFormed(new TextDecoder().decode(bytes))) as unknown };
  } catch {
    return { ok: false, message: 'invalid JSON' };
  }
}

const ESCAPE = /\\(?:u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|u[dD][89a-fA-F][\da-fA-F]{2}|.)/gs;
const LONE = /^\\u[dD][89a-fA-F][\da-fA-F]{2}$/;

/** Every escape is looked at, so that an escaped backslash before a `u` is none of ours. */
function wellFormed(text: string): string {
  if (!/\\u[dD]/.test(text)) return text;
  return text.replace(ESCAPE, (escape) => (LONE.test(escape) ? '\\ufffd' : escape));
}

function depthOf(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (inString && byte === BACKSLASH) index++;
    else if (byte === QUOTE) inString = !inString;
    else if (!inString && OPEN.has(byte)) deepest = Math.max(deepest, ++depth);
    else if (!inString && CLOSE.has(byte)) depth--;
  }
  return deepest;
}
