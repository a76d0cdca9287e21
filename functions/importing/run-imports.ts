/** Imports the tags of one message of the import queue (openshift-semantics.md §7, §12). */
import type { Platform } from '../image/platform.ts';
import { type DockerImageReference, parseReference } from '../image/reference.ts';
import type { RegistryError } from '../registry/errors.ts';
import type { Clock } from '../resources/ports.ts';
import { formatTime } from '../resources/rfc3339.ts';
import { checkSource, isUpToDate, knownDigest, type SourceCheck } from './check-sources.ts';
import { IMPORT_ACTOR } from './import-actor.ts';
import { type ImageResult, isLeftAlone } from './import-image.ts';
import { importImages } from './import-images.ts';
import { DEFAULT_IMPORT_POLICY, type ImportPolicy } from './import-policy.ts';
import { LONGEST_BACKOFF } from './host-backoff.ts';
import { fullName, imageFailure, unfinished } from './import-status.ts';
import type { TagOutcome } from './merge-import.ts';
import type { TagsMessage } from './ports.ts';
import { type Candidate, readCandidates } from './read-candidates.ts';
import type { RegistrySession } from './registry-session.ts';
import { type ImportStores, refuseUnstored, storeImages, storeOutcomes, type StreamImport } from './store-import.ts';

export interface RunImportsDependencies extends ImportStores {
  readonly clock: Clock;
  /** What a Legacy import takes from an index unless the tag says otherwise. */
  readonly platform: Platform;
  /** Why a stream must not be stored as an import would leave it; null when it may be. */
  readonly refuse: StreamImport['refuse'];
  /** Default: OpenShift's. */
  readonly policy?: ImportPolicy;
}

interface Imported extends Candidate {
  readonly result: ImageResult;
}

/**
 * Reads each tag again, checks or fetches its source and writes one commit per stream. Tags that need nothing any more are dropped, so a message
 * may come twice. Answers 'again' when a registry asked to wait, or when there was no time for a tag that was never imported; what was done by
 * then is stored. With `isLastTry` such tags get their failure as condition instead. Scheduled tags wait for their next pass.
 */
export async function runImports(
  deps: RunImportsDependencies,
  session: RegistrySession,
  message: TagsMessage,
  isLastTry: boolean,
): Promise<'done' | 'again'> {
  // Nothing piles up: the next pass asks for the same tags.
  if (message.until !== undefined && deps.clock() >= message.until) return 'done';
  const candidates = await readCandidates(deps.streams, message, deps.platform);
  const checked =
    message.reason === 'scheduled'
      ? await checkCandidates(session, candidates, { now: formatTime(deps.clock()), ...blockedBy(deps) })
      : { due: candidates, answered: [] };
  const results = [...checked.answered, ...(await fetchCandidates(deps, session, checked.due))];
  const isFirstImport = message.reason === 'spec';
  await storeResults(
    deps,
    message,
    results.filter(({ result }) => !isTemporary(result) || (isLastTry && isFirstImport)),
  );
  if (isLastTry || isSoonRepeated(message, deps.clock())) return 'done';
  const isWorthIt = isFirstImport || message.until !== undefined ? isTemporary : isThrottled;
  return results.some(({ result }) => isWorthIt(result)) ? 'again' : 'done';
}

/** Then the next pass is the better repeat: it does not come while the registry is left alone. */
function isSoonRepeated({ until }: TagsMessage, now: number): boolean {
  return until !== undefined && until - now <= LONGEST_BACKOFF;
}

function blockedBy({ policy = DEFAULT_IMPORT_POLICY }: RunImportsDependencies): Pick<ImportPolicy, 'blocked'> {
  return { blocked: policy.blocked };
}

/** Each namespace pulls with its own secrets. */
async function fetchCandidates(deps: RunImportsDependencies, session: RegistrySession, due: readonly Candidate[]): Promise<Imported[]> {
  const options = { now: formatTime(deps.clock()), repositoryTags: 0, ...blockedBy(deps) };
  const groups = [...Map.groupBy(due, ({ stream }) => stream.namespace)];
  const fetched = await Promise.all(
    groups.map(async ([namespace, candidates]) => {
      const requests = candidates.map(({ request }) => request);
      const { images } = await importImages(session.forNamespace(namespace), { images: requests }, options);
      return candidates.flatMap((candidate, index) => {
        const result = images[index];
        return result === undefined ? [] : [{ ...candidate, result }];
      });
    }),
  );
  return fetched.flat();
}

function isTemporary(result: ImageResult): boolean {
  return result.kind === 'pending' || isThrottled(result);
}

function isThrottled(result: ImageResult): boolean {
  return result.kind === 'failed' && result.code === 'ERR_REGISTRY_RATE_LIMITED';
}

interface Checked {
  /** To be fetched. */
  readonly due: readonly Candidate[];
  /** Already answered, by a registry that cannot be asked. */
  readonly answered: readonly Imported[];
}

/** `now`: RFC 3339. What is blocked is not checked, but due: its import says why it fails. */
async function checkCandidates(
  session: RegistrySession,
  candidates: readonly Candidate[],
  { now, blocked }: { readonly now: string } & Pick<ImportPolicy, 'blocked'>,
): Promise<Checked> {
  const due: Candidate[] = [];
  const answered: Imported[] = [];
  await Promise.all(
    candidates.map(async (candidate) => {
      const { request, tag, stream } = candidate;
      const parsed = parseReference(request.from);
      if (!parsed.ok || blocked(parsed.reference) !== null) return void due.push(candidate);
      const { registry } = session.forNamespace(stream.namespace);
      const work = checkSource(registry, { reference: parsed.reference, insecure: request.insecure }, knownDigest(tag));
      const check = await session.within<SourceCheck | null>(work, () => null);
      if (check === null) return void answered.push({ ...candidate, result: pending(parsed.reference) });
      const shown = { platform: request.platform, now, denied: stream.deniedImages ?? [] };
      if (check.kind === 'digest' && isUpToDate(tag, check.digest, shown)) return;
      if (check.kind === 'unavailable') return void answered.push({ ...candidate, result: refusal(check.error, parsed.reference) });
      due.push(candidate);
    }),
  );
  return { due, answered };
}

function refusal(error: RegistryError, reference: DockerImageReference): ImageResult {
  const name = fullName(reference);
  const status = imageFailure(error, name);
  return isLeftAlone(error) ? { kind: 'pending', tag: '', status } : { kind: 'failed', tag: '', status, code: error.code };
}

function pending(reference: DockerImageReference): ImageResult {
  return { kind: 'pending', tag: '', status: unfinished(fullName(reference)) };
}

async function storeResults(deps: RunImportsDependencies, { reason }: TagsMessage, results: readonly Imported[]): Promise<void> {
  const now = deps.clock();
  const fetched = results.flatMap(({ result }) => (result.kind === 'fetched' ? [result.fetched] : []));
  const { refused } = await storeImages(deps.images, fetched, now);
  const streams = Map.groupBy(results, ({ stream }) => stream);
  await Promise.all(
    [...streams].map(([read, ofStream]) =>
      storeOutcomes(deps, {
        read,
        readAgain: () =>
          deps.streams.readTags(
            read.namespace,
            read.name,
            ofStream.map(({ tag }) => tag.name),
          ),
        create: null,
        whenRetargeted: 'store-others',
        refuse: deps.refuse,
        // Nobody waits for an answer: what was not imported has to say why.
        refusalOn: 'all-tags',
        outcomes: ofStream.map((imported) => outcomeOf(imported, refuseUnstored(imported.result, refused))),
        coversRepository: false,
        actor: IMPORT_ACTOR,
        cause: reason === 'scheduled' ? 'scheduled-import' : 'import',
        now,
      }),
    ),
  );
}

function outcomeOf({ tag, spec, request }: Imported, result: ImageResult): TagOutcome {
  const { importPolicy, referencePolicy } = spec;
  const source = { tag: tag.name, from: request.from, importPolicy, referencePolicy };
  if (result.kind === 'fetched') return { kind: 'success', source, fetched: result.fetched };
  return { kind: 'failure', tag: tag.name, status: result.status, source };
}
