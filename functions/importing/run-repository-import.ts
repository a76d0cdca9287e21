/** Imports the repository of a stream that names one, when nobody has yet (openshift-semantics.md §7 a). */
import { isImportable, needsRepositoryImport } from '../image/import-due.ts';
import type { StreamState } from '../image/stream-state.ts';
import { formatTime } from '../resources/rfc3339.ts';
import { IMPORT_ACTOR } from './import-actor.ts';
import { DEFAULT_IMPORT_POLICY } from './import-policy.ts';
import type { ImageResult } from './import-image.ts';
import { importImages } from './import-images.ts';
import type { RepositoryMessage } from './ports.ts';
import type { RegistrySession } from './registry-session.ts';
import { repositoryOutcomes, type RepositorySource } from './repository-outcomes.ts';
import type { RunImportsDependencies } from './run-imports.ts';
import { refuseUnstored, storeImages, storeOutcomes } from './store-import.ts';

/** Of a stream: its registry may be talked to over plain HTTP or with certificates nobody signed. */
const INSECURE_ANNOTATION = 'openshift.io/image.insecureRepository';

/**
 * Every tag becomes a spec tag that follows the repository, as far as the limit goes. Tags the stream already takes from a registry are left to
 * their own import; those the registry had no time for become tags that wait for theirs. Answers 'again' when the tags could not be listed; after
 * the last try the stream counts as checked all the same, as upstream has it.
 */
export async function runRepositoryImport(
  deps: RunImportsDependencies,
  session: RegistrySession,
  { target }: RepositoryMessage,
  isLastTry: boolean,
): Promise<'done' | 'again'> {
  const { namespace, stream: name, incarnation } = target;
  const readStream = () => deps.streams.readStream(namespace, name);
  const read = await readStream();
  if (read === null || read.incarnation !== incarnation || !needsRepositoryImport(read)) return 'done';
  const now = deps.clock();
  const source = sourceOf(read);
  const { insecure = false, importMode = 'Legacy' } = source.importPolicy;
  const { repository } = await importImages(
    session.forNamespace(namespace),
    {
      images: [],
      repository: { from: read.dockerImageRepository, insecure, importMode, platform: deps.platform },
      except: importedTags(read),
    },
    { now: formatTime(now), ...(deps.policy ?? DEFAULT_IMPORT_POLICY) },
  );
  const images = repository?.images;
  if (images === undefined && !isLastTry) return 'again';
  const results = (images ?? []).map(waitIfThrottled);
  const fetched = results.flatMap((result) => (result.kind === 'fetched' ? [result.fetched] : []));
  const { refused } = await storeImages(deps.images, fetched, now);
  await storeOutcomes(deps, {
    read,
    readAgain: readStream,
    create: null,
    whenRetargeted: 'store-others',
    outcomes: repositoryOutcomes(
      source,
      results.map((result) => refuseUnstored(result, refused)),
    ),
    coversRepository: true,
    refuse: deps.refuse,
    refusalOn: 'all-tags',
    actor: IMPORT_ACTOR,
    cause: 'import',
    now,
  });
  return 'done';
}

function sourceOf({ annotations, dockerImageRepository }: StreamState): RepositorySource {
  const insecure = annotations?.[INSECURE_ANNOTATION] === 'true';
  return {
    from: { kind: 'DockerImage', name: dockerImageRepository },
    importPolicy: { importMode: 'Legacy', ...(insecure ? { insecure } : {}) },
    referencePolicy: { type: 'Source' },
  };
}

function importedTags({ tags }: StreamState): ReadonlySet<string> {
  return new Set([...tags.values()].filter(({ spec }) => isImportable(spec)).map(({ name }) => name));
}

function waitIfThrottled(result: ImageResult): ImageResult {
  const isThrottled = result.kind === 'failed' && result.code === 'ERR_REGISTRY_RATE_LIMITED';
  return isThrottled ? { kind: 'pending', tag: result.tag, status: result.status } : result;
}
