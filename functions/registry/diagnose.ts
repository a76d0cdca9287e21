/** Checks a source the way an import does, and tells how it went. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExplainCredentials, ExplainedCredentials } from '../access/pulling/explain-credentials.ts';
import type { DiagnoseSource, DiagnosisStep, SourceDiagnosis } from '../importing/diagnosis.ts';
import type { ConnectedRegistryClient } from './client.ts';
import { createRequestLog, type RequestLog } from './diagnosed-requests.ts';
import { RegistryError } from './errors.ts';
import { redact } from './redact.ts';
import type { RegistryCredentials, RepositoryCredentials } from './types.ts';

/** Entries and requests that are told of. */
const MOST_TOLD = 100;
/** Milliseconds a name may take: the system's resolver may try for longer than the client waits for an answer. */
const LONGEST_LOOKUP = 5_000;
/** Milliseconds for all steps, of the gateway's 30 s: what is known by then is the answer. */
const TIME_LIMIT = 22_000;

type DiagnosingClient = Pick<ConnectedRegistryClient, 'observed' | 'findAddresses'>;

export interface DiagnosisOptions {
  /** ms since the epoch. */
  readonly now: () => number;
  /** Default: 22 s. */
  readonly timeLimit?: number;
}

/** Never takes longer than the time limit. */
export function createDiagnosis(
  client: DiagnosingClient,
  explain: ExplainCredentials,
  { now, timeLimit = TIME_LIMIT }: DiagnosisOptions,
): DiagnoseSource {
  return async (namespace, repository, reference) => {
    const end = AbortSignal.timeout(timeLimit);
    const over = new Promise<null>((resolve) => end.addEventListener('abort', () => resolve(null), { once: true }));
    const [address, explained] = await Promise.all([
      explainAddress(client, repository.host),
      Promise.race([explain(namespace, repository), over]),
    ]);
    if (explained === null) return { steps: [address, ...SECRETS_LATE], credentials: [], requests: [] };
    const log = createRequestLog(explained, now);
    const checking = client
      .observed({ credentialsFor: async () => toTry(explained, log), signal: end }, (exchange) => log.note(exchange))
      .headManifest(repository, reference)
      .catch((error: unknown) => {
        if (error instanceof RegistryError) return error;
        throw error;
      });
    const found = (await Promise.race([checking, over])) ?? late(timeLimit);
    const diagnosis: SourceDiagnosis = {
      steps: [address, explainChoice(explained), explainAnswer(found)],
      credentials: explained.considered.slice(0, MOST_TOLD),
      requests: log.requests.slice(0, MOST_TOLD),
      ...(found instanceof RegistryError ? {} : { found: { digest: found.digest, mediaType: found.mediaType, size: found.size } }),
    };
    return withoutSecrets(diagnosis, log.secrets);
  };
}

const SECRETS_LATE: readonly DiagnosisStep[] = [
  { step: 'Credentials', outcome: 'Failed', message: 'the pull secrets could not be read in time' },
  { step: 'Registry', outcome: 'Skipped', message: '' },
];

function late(timeLimit: number): RegistryError {
  const message = `no answer after ${timeLimit / 1000} s: there are requests under way still, those that are over are told`;
  return new RegistryError('ERR_REGISTRY_TIMEOUT', message);
}

/** The log learns of what is made on the way. */
function toTry({ candidates, last }: ExplainedCredentials, log: RequestLog): RepositoryCredentials {
  const known = candidates.map(({ credentials }) => credentials);
  if (last === undefined) return { candidates: known };
  const { source, label } = last;
  const obtain = async (refused?: RegistryCredentials) => {
    const credentials = await source.obtain(refused);
    log.learn(label, credentials);
    return credentials;
  };
  return { candidates: known, last: { ...source, obtain } };
}

/** Forbidden addresses are not named: what a name means inside is nobody's business outside. */
async function explainAddress(client: DiagnosingClient, host: string): Promise<DiagnosisStep> {
  const step = 'Address';
  try {
    const slow = sleep(LONGEST_LOOKUP, null, { ref: false });
    const addresses = await Promise.race([client.findAddresses(host), slow]);
    if (addresses === null) return { step, outcome: 'Failed', message: `${host} cannot be resolved in time` };
    const open = addresses.filter(({ isForbidden }) => !isForbidden).map(({ address }) => address);
    const refused = addresses.length - open.length;
    const others = refused === 0 ? '' : `; ${refused} of ${addresses.length} not called: loopback, private, link-local or reserved`;
    return {
      step,
      outcome: open.length === 0 ? 'Failed' : 'Passed',
      message: `${host} is at ${open.slice(0, 10).join(', ') || 'no address'}${others}`,
    };
  } catch (error) {
    const why =
      error instanceof RegistryError
        ? error.message
        : `${host} cannot be resolved (${(error as NodeJS.ErrnoException).code ?? 'no reason given'})`;
    return { step, outcome: 'Failed', message: why };
  }
}

function explainChoice({ candidates, considered, last }: ExplainedCredentials): DiagnosisStep {
  const entries = considered.filter(({ secret }) => secret !== '').length;
  const of = `${entries} ${entries === 1 ? 'entry' : 'entries'} of pull secrets`;
  const then = last === undefined ? '' : `, then the ${last.label}`;
  const message =
    candidates.length > 0
      ? `${candidates.length} of ${of} to try${then}, then anonymously`
      : last === undefined
        ? `none of ${of} matches: asked anonymously`
        : `none of ${of} matches${then}, then anonymously`;
  return { step: 'Credentials', outcome: 'Passed', message };
}

function explainAnswer(found: RegistryError | { readonly digest: string }): DiagnosisStep {
  const step = 'Registry';
  if (found instanceof RegistryError) return { step, outcome: 'Failed', message: `${found.message} (${found.code})` };
  return { step, outcome: 'Passed', message: `the source is at ${found.digest}` };
}

/** What was sent early may come back late: all texts once more, when all secrets are known. */
function withoutSecrets<T>(value: T, secrets: ReadonlySet<string>): T {
  if (typeof value === 'string') return redact(value, [...secrets]) as T;
  if (Array.isArray(value)) return value.map((entry: unknown) => withoutSecrets(entry, secrets)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutSecrets(entry as unknown, secrets)])) as T;
}
