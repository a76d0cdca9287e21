/** Content negotiation of answers (apiserver `handlers/negotiation`): JSON always, as itself, as a Table or as metadata only. */

/** The form a client wants. `version` is that of meta.k8s.io. */
export type AnswerForm =
  | { readonly as: 'Object' }
  | { readonly as: 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList'; readonly version: 'v1' | 'v1beta1' };

export interface MediaRange {
  readonly type: string;
  readonly quality: number;
  readonly parameters: Readonly<Record<string, string>>;
}

/** The first form in the client's order that exists; null = none does (406). Tables exist only where the resource has columns. */
export function negotiateForm(accept: string | undefined, offers: { readonly table: boolean }): AnswerForm | null {
  for (const range of parseAccept(accept)) {
    if (!isJson(range.type)) continue;
    const form = readForm(range.parameters);
    if (form === null || (form.as === 'Table' && !offers.table)) continue;
    return form;
  }
  return null;
}

/** Best first. No header means anything; ranges of quality 0 are refusals and left out. */
export function parseAccept(accept: string | undefined): readonly MediaRange[] {
  if (accept === undefined || accept.trim() === '') return [{ type: '*/*', quality: 1, parameters: {} }];
  return accept
    .split(',')
    .map(parseRange)
    .filter(({ type, quality }) => type !== '' && quality > 0)
    .sort((a, b) => b.quality - a.quality);
}

export function isJson(type: string): boolean {
  return type === 'application/json' || type === 'application/*' || type === '*/*';
}

function parseRange(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim());
  const parameters = Object.fromEntries(rest.map(parseParameter));
  const quality = parameters['q'] === undefined ? 1 : Number(parameters['q']);
  return { type: type.toLowerCase(), quality: Number.isNaN(quality) ? 0 : quality, parameters };
}

function parseParameter(text: string): readonly [string, string] {
  const equals = text.indexOf('=');
  const name = equals < 0 ? text : text.slice(0, equals);
  return [name.trim().toLowerCase(), equals < 0 ? '' : text.slice(equals + 1).replace(/^"|"$/g, '')];
}

function readForm({ as, g, v }: Readonly<Record<string, string>>): AnswerForm | null {
  if (as === undefined && g === undefined && v === undefined) return { as: 'Object' };
  if (g !== 'meta.k8s.io' || (v !== 'v1' && v !== 'v1beta1')) return null;
  if (as !== 'Table' && as !== 'PartialObjectMetadata' && as !== 'PartialObjectMetadataList') return null;
  return { as, version: v };
}
