/** Looks whether registries still have the images that tags point to (docs/decisions/0064-images-that-are-gone.md). */
import { applyAvailability, type Availability } from '../image/missing-image.ts';
import { parseReference } from '../image/reference.ts';
import { RegistryError } from '../registry/errors.ts';
import type { Clock } from '../resources/ports.ts';
import { formatTime } from '../resources/rfc3339.ts';
import { locateSource } from './fetch-image.ts';
import { IMPORT_ACTOR } from './import-actor.ts';
import { DEFAULT_IMPORT_POLICY, type ImportPolicy } from './import-policy.ts';
import { isLeftAlone } from './import-image.ts';
import type { ImagesMessage, ImageTarget, RegistryClient } from './ports.ts';
import type { RegistrySession } from './registry-session.ts';
import type { ImportStores } from './store-import.ts';

export interface CheckImagesDependencies extends Pick<ImportStores, 'streams' | 'retry'> {
  readonly clock: Clock;
  /** Default: OpenShift's. */
  readonly policy?: ImportPolicy;
  /** Told how many tags were found to have lost their image. */
  readonly onMissing?: (count: number) => void;
}

/** `unknown`: the registry did not say; `again`: it was not asked, or asks to be asked later. */
type Answer = { readonly kind: 'there' } | { readonly kind: 'missing'; readonly message: string } | { readonly kind: 'unknown' | 'again' };

/** What limits a message to a size also limits what it may say here. */
const MESSAGE_LENGTH = 500;

/**
 * One HEAD per image and credentials, whoever points to it; a stream is read and written only when an answer is news. Answers 'again' when a registry
 * is left alone for a while; what was learned by then is stored.
 */
export async function checkImages(
  deps: CheckImagesDependencies,
  session: RegistrySession,
  { targets, until }: ImagesMessage,
  isLastTry: boolean,
): Promise<'done' | 'again'> {
  if (until !== undefined && deps.clock() >= until) return 'done';
  const answers = await Promise.all(
    targets.map(async (target) => {
      const work = lookFor(session.forNamespace(target.namespace).registry, target, deps.policy ?? DEFAULT_IMPORT_POLICY);
      return { target, answer: await session.within<Answer>(work, () => ({ kind: 'again' })) };
    }),
  );
  const news = answers.flatMap(({ target, answer }): readonly News[] => {
    if (answer.kind === 'there' && target.isMissing) return [{ target, message: null }];
    return answer.kind === 'missing' && !target.isMissing ? [{ target, message: answer.message }] : [];
  });
  const streams = Map.groupBy(news, ({ target: { namespace, stream, incarnation } }) => JSON.stringify([namespace, stream, incarnation]));
  await Promise.all([...streams.values()].map((ofStream) => store(deps, ofStream)));
  return !isLastTry && answers.some(({ answer }) => answer.kind === 'again') ? 'again' : 'done';
}

interface News {
  readonly target: ImageTarget;
  readonly message: string | null;
}

/**
 * A HEAD has no body: that an image is missing is believed only when a GET is answered with 404 and the registry's own word for it, so that neither
 * refusals nor outages nor the error page of something before the registry count.
 */
async function lookFor(registry: RegistryClient, { pullSpec, insecure }: ImageTarget, { blocked }: ImportPolicy): Promise<Answer> {
  const parsed = parseReference(pullSpec);
  if (!parsed.ok || blocked(parsed.reference) !== null) return { kind: 'unknown' };
  const { repository, key } = locateSource({ reference: parsed.reference, insecure });
  try {
    await registry.headManifest(repository, key);
    return { kind: 'there' };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    if (!isNotFound(error)) return unknown(error);
  }
  try {
    await registry.getManifest(repository, key);
    return { kind: 'there' };
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return error.isAbsence ? { kind: 'missing', message: error.message.slice(0, MESSAGE_LENGTH) } : unknown(error);
  }
}

function isNotFound({ code }: RegistryError): boolean {
  return code === 'ERR_REGISTRY_NOT_FOUND' || code === 'ERR_REGISTRY_REPOSITORY_NOT_FOUND';
}

function unknown(error: RegistryError): Answer {
  return { kind: isLeftAlone(error) || error.code === 'ERR_REGISTRY_RATE_LIMITED' ? 'again' : 'unknown' };
}

/** Into the newest stream, as far as its tags still point to these images. */
async function store({ streams, retry, clock, onMissing }: CheckImagesDependencies, news: readonly News[]): Promise<void> {
  const [first] = news;
  if (first === undefined) return;
  const { namespace, stream: name, incarnation } = first.target;
  const answers = news.map(({ target: { tag, pullSpec }, message }): Availability => ({ tag, pullSpec, message }));
  const missing = await retry(async () => {
    const before = await streams.readTags(
      namespace,
      name,
      answers.map(({ tag }) => tag),
    );
    if (before === null || before.incarnation !== incarnation) return 0;
    const now = clock();
    const after = applyAvailability(before, answers, formatTime(now));
    if (after === before) return 0;
    await streams.commit({ before, after, actor: IMPORT_ACTOR, cause: 'import', now });
    return [...after.tags.values()].filter((tag) => tag.missing !== undefined && tag !== before.tags.get(tag.name)).length;
  });
  if (missing > 0) onMissing?.(missing);
}
