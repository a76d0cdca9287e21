/** Checks a source the way an import does, and tells how it went. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExplainCredentials, ExplainedCredentials } from '../access/explain-credentials.ts';
import type { DiagnoseSource, DiagnosisStep, SourceDiagnosis } from '../importing/diagnosis.ts';
import type { ConnectedRegistryClient } from './client.ts';
import { createRequestLog } from './diagnosed-requests.ts';
import { RegistryError } from './errors.ts';
import { redact } from './redact.ts';

/** Entries and requests that are told of. */
const MOST_TOLD = 100;
/** Milliseconds a name may take: the system's resolver may try for longer than the client waits for an answer. */
const LONGEST_LOOKUP = 5_000;

type DiagnosingClient = Pick<ConnectedRegistryClient, 'observed' | 'findAddresses'>;

export function createDiagnosis(client: DiagnosingClient, explain: ExplainCredentials, now: () => number): DiagnoseSource {
  return async (namespace, repository, reference) => {
    const address = await explainAddress(client, repository.host);
    const explained = await explain(namespace, repository);
    const { candidates, considered } = explained;
    const log = createRequestLog(explained, now);
    const found = await client
      .observed({ credentialsFor: async () => ({ candidates: candidates.map(({ credentials }) => credentials) }) }, (exchange) =>
        log.note(exchange),
      )
      .headManifest(repository, reference)
      .catch((error: unknown) => {
        if (error instanceof RegistryError) return error;
        throw error;
      });
    const diagnosis: SourceDiagnosis = {
      steps: [address, explainChoice(explained), explainAnswer(found)],
      credentials: considered.slice(0, MOST_TOLD),
      requests: log.requests.slice(0, MOST_TOLD),
      ...(found instanceof RegistryError ? {} : { found: { digest: found.digest, mediaType: found.mediaType, size: found.size } }),
    };
    return withoutSecrets(diagnosis, log.secrets);
  };
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

function explainChoice({ candidates, considered }: ExplainedCredentials): DiagnosisStep {
  const of = `${considered.length} ${considered.length === 1 ? 'entry' : 'entries'} of pull secrets`;
  const message =
    candidates.length === 0 ? `none of ${of} matches: asked anonymously` : `${candidates.length} of ${of} to try, then anonymously`;
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
