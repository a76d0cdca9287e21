/** YAML from clients, as the values JSON has. A file of its own in a bundle, loaded when somebody sends it (docs/decisions/0022-who-owns-a-tag.md). */
import { parseDocument } from 'yaml';

export type ParsedYaml =
  | { readonly ok: true; readonly value: unknown; readonly duplicates: readonly string[] }
  | { readonly ok: false; readonly message: string };

/** Aliases one document may resolve: each may multiply what it stands for. */
const MOST_ALIASES = 100;
/** Deeper than any Kubernetes object, shallower than what recursion bears. */
const DUPLICATE = 'DUPLICATE_KEY';

/** One document; of members that come twice the last counts, and `duplicates` tells of them. Messages never quote the text: it may be a secret. */
export function parseYaml(text: string): ParsedYaml {
  try {
    const document = parseDocument(text, { prettyErrors: false, merge: true, logLevel: 'silent' });
    const [fatal] = document.errors.filter(({ code }) => code !== DUPLICATE);
    if (fatal !== undefined) return { ok: false, message: `yaml: ${fatal.code} at character ${fatal.pos[0]}` };
    const duplicates = document.errors.map(({ pos }) => `a key at character ${pos[0]} is already set in its map`);
    // What JSON has no word for, such as infinity, becomes what JSON makes of it.
    const value = JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: MOST_ALIASES }) ?? null)) as unknown;
    return { ok: true, value, duplicates };
  } catch (error) {
    if (error instanceof RangeError || error instanceof ReferenceError) return { ok: false, message: 'yaml: nested too deep' };
    throw error;
  }
}
