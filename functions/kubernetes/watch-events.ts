/** Events of a watch as the client asked for them: newline-delimited JSON, objects whole, as Table rows or as metadata only. */
import type { AnswerForm } from './accept.ts';
import { type ApiResource, formatGroupVersion, kindGroupVersion } from './api-resource.ts';
import type { WatchAnswer, WatchEvent } from './handlers.ts';
import { type FormOptions, transformAnswer } from './table.ts';

/** One line per event; the empty string when there is nothing to tell. A bookmark says up to where the client knows everything. */
export function formatEvents(
  { events, resourceVersion }: WatchAnswer,
  form: AnswerForm,
  options: FormOptions & { readonly entry: ApiResource; readonly bookmarks: boolean },
): string {
  const lines: { readonly type: string; readonly object: object }[] = events.map((event, index) => ({
    type: event.type,
    object: formatObject(event, form, options, index === 0),
  }));
  const isOver = events.some(({ type }) => type === 'ERROR');
  if (options.bookmarks && !isOver) lines.push({ type: 'BOOKMARK', object: bookmark(resourceVersion, form, options.entry) });
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

function formatObject({ object }: WatchEvent, form: AnswerForm, options: FormOptions, first: boolean): object {
  // Metadata of a list is what a client of a watch may name as well: each event is about one object.
  const ofOne: AnswerForm = form.as === 'PartialObjectMetadataList' ? { ...form, as: 'PartialObjectMetadata' } : form;
  const shown = transformAnswer(object, ofOne, options) as object;
  // As upstream: the columns are told once.
  return 'columnDefinitions' in shown && !first ? { ...shown, columnDefinitions: null } : shown;
}

function bookmark(resourceVersion: string, form: AnswerForm, entry: ApiResource): object {
  if (form.as === 'Table') {
    return { kind: 'Table', apiVersion: `meta.k8s.io/${form.version}`, metadata: { resourceVersion }, columnDefinitions: null, rows: [] };
  }
  const { group, version } = kindGroupVersion(entry);
  const isWhole = form.as === 'Object';
  const kind = isWhole ? entry.kind : 'PartialObjectMetadata';
  const apiVersion = isWhole ? formatGroupVersion(group, version) : `meta.k8s.io/${form.version}`;
  return { kind, apiVersion, metadata: { resourceVersion, creationTimestamp: null } };
}
