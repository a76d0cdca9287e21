/** Members that a JSON text names twice: JSON.parse keeps the last one and tells nobody. */

/** Bytes that matter outside strings. */
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** No client reads more, and a hostile body could have a million. */
const MOST_FIELDS = 100;

interface Level {
  /** Path of the object or list itself, '' at the top. */
  readonly path: string;
  /** Names seen; null for a list. */
  readonly names: Set<string> | null;
  /** Of the element being read. */
  index: number;
  /** The member being read. */
  name: string;
  expectsName: boolean;
}

/** Paths of repeated members as Kubernetes prints them (`spec.tags[0].name`), each once, 100 at most. `bytes` must be valid JSON. */
export function findDuplicateFields(bytes: Uint8Array): readonly string[] {
  const found = new Set<string>();
  const levels: Level[] = [];
  for (let index = 0; index < bytes.length; index++) {
    const byte = bytes[index];
    const level = levels.at(-1);
    if (byte === QUOTE) {
      const end = endOfString(bytes, index);
      if (level?.expectsName === true) readName(level, bytes.subarray(index, end + 1), found);
      index = end;
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) levels.push(openLevel(level, byte));
    else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) levels.pop();
    else if (byte === COMMA && level !== undefined) nextElement(level);
  }
  return [...found];
}

function openLevel(parent: Level | undefined, byte: number): Level {
  const path = parent === undefined ? '' : pathOf(parent);
  const isObject = byte === OPEN_OBJECT;
  return { path, names: isObject ? new Set() : null, index: 0, name: '', expectsName: isObject };
}

function nextElement(level: Level): void {
  if (level.names === null) level.index++;
  else level.expectsName = true;
}

function readName(level: Level, quoted: Uint8Array, found: Set<string>): void {
  level.name = JSON.parse(new TextDecoder().decode(quoted)) as string;
  level.expectsName = false;
  if (level.names?.has(level.name) === true && found.size < MOST_FIELDS) found.add(pathOf(level));
  level.names?.add(level.name);
}

function pathOf({ path, names, index, name }: Level): string {
  if (names === null) return `${path}[${index}]`;
  return path === '' ? name : `${path}.${name}`;
}

function endOfString(bytes: Uint8Array, start: number): number {
  let index = start + 1;
  while (index < bytes.length && bytes[index] !== QUOTE) index += bytes[index] === BACKSLASH ? 2 : 1;
  return index;
}
