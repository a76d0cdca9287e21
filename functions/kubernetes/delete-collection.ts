/** DELETE of a collection (apiserver `registry/generic` DeleteCollection): list by the selectors, delete one by one, answer what is gone. */
import { ApiError } from './api-error.ts';
import { parseDeleteOptions } from './delete-options.ts';
import type { ListOptions, RequestContext, ResourceHandlers } from './handlers.ts';
import { parseListOptions } from './list-options.ts';
import { success } from './status.ts';
import type { KubernetesList, KubernetesObject } from './types.ts';
import type { Call, Outcome } from './verbs.ts';

const PARALLEL = 8;
/** Objects in hand at a time. */
const PAGE = 500;
/** More than this is answered by a Status: an answer that does not fit would tell the client that nothing was deleted. Characters of JSON. */
const MOST_ANSWERED = 4_000_000;

type Remove = (object: KubernetesObject) => Promise<void>;

/** `limit` and `continue` are ignored: all that match are deleted. What somebody else deletes meanwhile is passed over; other failures end it. */
export async function runDeleteCollection({ handlers, context, entry, request }: Call): Promise<Outcome> {
  const { dryRun, ...preconditions } = parseDeleteOptions(request.body, request.headers['content-type'], request.query);
  const selectors = new URLSearchParams(request.query);
  for (const name of ['limit', 'continue']) selectors.delete(name);
  const asked = { ...context, dryRun };
  const remove: Remove = async ({ metadata }) => void (await handlers.delete?.(asked, metadata?.name ?? '', preconditions));
  const deleted: KubernetesObject[] = [];
  let size = 0;
  for await (const page of pages(handlers, asked, parseListOptions(selectors))) {
    const gone = await deleteEach(page.items, remove);
    size += JSON.stringify(gone).length;
    if (size <= MOST_ANSWERED) deleted.push(...gone);
    const { resourceVersion, continue: next } = page.metadata;
    if (next === undefined && size <= MOST_ANSWERED)
      return { code: 200, answer: { ...page, metadata: { resourceVersion }, items: deleted } };
  }
  const { group, resource: kind } = entry;
  return { code: 200, answer: success({ group, kind }) };
}

/** Pages by name, so that deleting what a page holds does not move the next. */
async function* pages(
  handlers: ResourceHandlers,
  context: RequestContext,
  options: ListOptions,
): AsyncGenerator<KubernetesList<KubernetesObject>> {
  let token: string | undefined;
  do {
    const from = token === undefined ? {} : { continue: token };
    const page: KubernetesList<KubernetesObject> | undefined = await handlers.list?.(context, { ...options, limit: PAGE, ...from });
    if (page === undefined) return;
    yield page;
    token = page.metadata.continue;
  } while (token !== undefined);
}

/** Those that were there. Nothing is left under way when it throws. */
async function deleteEach(objects: readonly KubernetesObject[], remove: Remove): Promise<readonly KubernetesObject[]> {
  const gone = new Set<KubernetesObject>();
  const left = objects.values();
  const work = async () => {
    for (const object of left) if (await isRemoved(remove(object))) gone.add(object);
  };
  const results = await Promise.allSettled(Array.from({ length: PARALLEL }, work));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return objects.filter((object) => gone.has(object));
}

function isRemoved(removal: Promise<void>): Promise<boolean> {
  return removal.then(
    () => true,
    (error: unknown) => {
      if (error instanceof ApiError && error.status.code === 404) return false;
      throw error;
    },
  );
}
