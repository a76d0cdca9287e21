/** Field selectors: `metadata.name=x,status.phase!=y`, `\` escapes `,`, `=` and itself in values (apimachinery `fields`). */
import type { FieldRequirement } from './handlers.ts';

export type ParsedFieldSelector =
  { readonly ok: true; readonly requirements: readonly FieldRequirement[] } | { readonly ok: false; readonly message: string };

/** Requirements to be ANDed; none for the empty selector. */
export function parseFieldSelector(selector: string): ParsedFieldSelector {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(selector)) {
    if (term === '') continue;
    const match = /^(?<field>.*?)(?<operator>!=|==|=)(?<value>.*)$/s.exec(term)?.groups;
    if (match === undefined) return { ok: false, message: `invalid selector: '${selector}'; can't understand '${term}'` };
    const value = unescape(match['value'] ?? '');
    if (!value.ok) return value;
    requirements.push({ field: match['field'] ?? '', operator: match['operator'] === '!=' ? '!=' : '=', value: value.text });
  }
  return { ok: true, requirements };
}

/** Splits on commas that no backslash precedes; the backslashes stay. */
function splitTerms(selector: string): readonly string[] {
  return selector.match(/(?:\\[^]|[^,\\]|\\$)+/g) ?? [];
}

function unescape(value: string): { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string } {
  const illegal = /(?<!\\)(?:\\\\)*[,=]/.exec(value);
  if (illegal !== null) {
    const rune = illegal[0].at(-1)?.codePointAt(0) ?? 0;
    return { ok: false, message: `invalid field selector: unescaped character in value: ${rune}` };
  }
  const unknown = [...value.matchAll(/\\([^]?)/g)].find(([, escaped]) => escaped === '' || !'\\,='.includes(escaped ?? ''));
  if (unknown !== undefined) return { ok: false, message: `invalid field selector: invalid escape sequence: ${unknown[0]}` };
  return { ok: true, text: value.replace(/\\([\\,=])/g, '$1') };
}
