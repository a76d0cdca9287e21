/** Bytes of an answer while they arrive. */
export interface BodyBuffer {
  /** Keeps what fits and answers whether that was all of it. */
  append(chunk: Uint8Array): boolean;
  bytes(): Uint8Array;
}

const FIRST_CAPACITY = 4 * 1024;

/**
 * Collects at most `limit` bytes by copying into one growing buffer. A list of chunks would cost some hundred bytes per chunk, and a hostile
 * server can send chunks of one byte.
 */
export function createBodyBuffer(limit: number): BodyBuffer {
  let buffer = Buffer.alloc(0);
  let length = 0;
  return {
    append(chunk) {
      const needed = Math.min(limit, length + chunk.length);
      if (needed > buffer.length) {
        const larger = Buffer.allocUnsafe(Math.min(limit, Math.max(needed, buffer.length * 2, FIRST_CAPACITY)));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      const fitting = chunk.subarray(0, needed - length);
      buffer.set(fitting, length);
      length = needed;
      return fitting.length === chunk.length;
    },
    bytes: () => buffer.subarray(0, length),
  };
}
