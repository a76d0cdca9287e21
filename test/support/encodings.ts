/** Every way in which a text may lie about unnoticed: to look for secrets where there must be none. */

/** Base64 of whatever holds the text: without what depends on its neighbours, for each of the three ways it may lie between them. */
function base64Inside(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const whole = Math.floor(((offset + bytes.length) * 8) / 6); // characters that no later byte changes
    return encoded.slice(Math.ceil((offset * 8) / 6), whole);
  });
}

/** `secret` in the clear, as base64 (once and twice) and base64url, as hex, escaped for URLs and for JSON. */
export function encodingsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const once = base64Inside(bytes);
  const twice = once.flatMap((text) => base64Inside(Buffer.from(text)));
  const hex = bytes.toString('hex');
  const everyByte = hex.replace(/../g, (byte) => `%${byte}`);
  const forUrls = [encodeURIComponent(secret), new URLSearchParams({ '': secret }).toString().slice(1), everyByte, everyByte.toUpperCase()];
  const base64s = [...once, ...twice];
  const forJson = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, ...base64s, ...base64s.map(toBase64Url), hex, hex.toUpperCase(), ...forUrls, forJson])];
}

function toBase64Url(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_');
}
