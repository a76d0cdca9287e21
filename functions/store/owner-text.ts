/** Owners of a tag as a short text: a tag item is to stay below 1 KB whoever has tagged (docs/decisions/0022-who-owns-a-tag.md). Pure. */
import type { TagOwner } from '../image/stream-state.ts';
import type { FieldsV1 } from '../kubernetes/types.ts';

/** Fields of a spec tag by one letter each; any other is written out. Letters are for ever: they are stored. */
const KNOWN: readonly (readonly [path: string, letter: string])[] = [
  ['.', '.'],
  ['f:name', 'n'],
  ['f:annotations', 'a'],
  ['f:from', 'f'],
  ['f:reference', 'r'],
  ['f:generation', 'g'],
  ['f:importPolicy', 'p'],
  ['f:importPolicy f:importMode', 'm'],
  ['f:importPolicy f:scheduled', 's'],
  ['f:importPolicy f:insecure', 'i'],
  ['f:referencePolicy', 'q'],
  ['f:referencePolicy f:type', 't'],
];
const PATHS: ReadonlyMap<string, readonly string[]> = new Map(KNOWN.map(([path, letter]) => [letter, path.split(' ')]));
const LETTERS: ReadonlyMap<string, string> = new Map([...PATHS].map(([letter, path]) => [keyOf(path), letter]));

type Path = readonly string[];

/** `head`: first letter of the operation, time in seconds to the base 36, a space, letters of fields. `rest`: the other fields. */
type Packed = readonly [manager: string, head: string, rest?: readonly Path[], subresource?: string];

export function packOwners(owners: readonly TagOwner[]): string {
  return JSON.stringify(owners.map(packOwner));
}

export function unpackOwners(text: string): readonly TagOwner[] {
  return (JSON.parse(text) as readonly Packed[]).map(unpackOwner);
}

function packOwner({ manager, operation, subresource, time, fields }: TagOwner): Packed {
  const paths = leavesOf(fields, []);
  const letters = paths.flatMap((path) => LETTERS.get(keyOf(path)) ?? []);
  const rest = paths.filter((path) => !LETTERS.has(keyOf(path)));
  const head = `${operation === 'Apply' ? 'A' : 'U'}${packTime(time)} ${letters.join('')}`;
  if (subresource !== '') return [manager, head, rest, subresource];
  return rest.length === 0 ? [manager, head] : [manager, head, rest];
}

function unpackOwner([manager, head, rest = [], subresource = '']: Packed): TagOwner {
  const [role = '', letters = ''] = head.split(' ');
  const paths = [...Array.from(letters, (letter) => PATHS.get(letter) ?? []), ...rest].filter((path) => path.length > 0);
  const operation = role.startsWith('A') ? 'Apply' : 'Update';
  return { manager, operation, subresource, time: unpackTime(role.slice(1)), fields: treeOf(paths) };
}

/** No name of a field holds this. */
function keyOf(path: Path): string {
  return path.join('\u0000');
}

function leavesOf(fields: FieldsV1, path: Path): readonly Path[] {
  return Object.entries(fields).flatMap(([element, below]) =>
    Object.keys(below).length === 0 ? [[...path, element]] : leavesOf(below, [...path, element]),
  );
}

/** Members in the order of their names, as everywhere in FieldsV1. */
function treeOf(paths: readonly Path[]): FieldsV1 {
  const below = new Map<string, Path[]>();
  for (const [element, ...rest] of paths) {
    if (element === undefined) continue;
    const list = below.get(element) ?? [];
    if (rest.length > 0) list.push(rest);
    below.set(element, list);
  }
  const sorted = [...below].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([element, rest]) => [element, treeOf(rest)]));
}

/** Whole seconds, as everybody but a client that makes up entries of its own has it. */
function packTime(time: string): string {
  const seconds = Math.floor(Date.parse(time) / 1000);
  return seconds >= 0 ? seconds.toString(36) : '';
}

function unpackTime(text: string): string {
  return text === '' ? '' : `${new Date(Number.parseInt(text, 36) * 1000).toISOString().slice(0, 19)}Z`;
}
