/** YAML from clients, as the values JSON has. A file of its own in a bundle, loaded when somebody sends it (docs/decisions/0022-who-owns-a-tag.md). */
import { type Document, isScalar, parseDocument, visit, type YAMLMap } from 'yaml';

export type ParsedYaml =
  { readonly ok: true; readonly value: unknown; readonly duplicates: readonly string[] } | { readonly ok: false; readonly message: string };

/** Aliases one document may resolve: each may multiply what it stands for. */
const MOST_ALIASES = 100;

/** One document; of members that come twice the last counts, and `duplicates` tells of them. Messages never quote the text: it may be a secret. */
export function parseYaml(text: string): ParsedYaml {
  try {
    // The parser's own look for keys that come twice compares each with each.
    const document = parseDocument(text, { prettyErrors: false, merge: true, uniqueKeys: false });
    const [fatal] = document.errors;
    if (fatal !== undefined) return { ok: false, message: `yaml: ${fatal.code} at character ${fatal.pos[0]}` };
    // What JSON has no word for, such as infinity, becomes what JSON makes of it.
    const value = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: MOST_ALIASES }) ?? null)) as unknown;
    return { ok: true, value, duplicates: findDuplicates(document) };
  } catch (error) {
    if (error instanceof RangeError || error instanceof ReferenceError)
      return { ok: false, message: 'yaml: nested too deep, or too many aliases' };
    throw error;
  }
}

function findDuplicates(document: Document): readonly string[] {
  const duplicates: string[] = [];
  visit(document, { Map: (_key, map) => void duplicates.push(...duplicatesOf(map)) });
  return duplicates;
}

function duplicatesOf({ items }: YAMLMap): readonly string[] {
  const seen = new Set<string>();
  return items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const name = String(key.value);
    const isRepeated = seen.has(name);
    seen.add(name);
    return isRepeated ? [`the key at character ${key.range?.[0] ?? 0} is already set in its map`] : [];
  });
}
