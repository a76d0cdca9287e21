/** Words what went wrong with one image as upstream does: clients print it, and conditions keep it (openshift-semantics.md §6.2). */
import { type DockerImageReference, dockerClientDefaults, formatReference } from '../image/reference.ts';
import type { Status } from '../kubernetes/types.ts';
import type { RegistryError } from '../registry/errors.ts';

/** A registry may answer anything; conditions live in the stream. */
const MAX_CAUSE = 1000;

export const SUCCESS: Status = { metadata: {}, status: 'Success' };

/** `docker.io/library/mysql:latest`: what messages call the image, whatever was typed. */
export function fullName(reference: DockerImageReference): string {
  return formatReference(dockerClientDefaults(reference));
}

/** `name` as by `fullName`. */
export function imageFailure(error: RegistryError, name: string): Status {
  const named = namedFailure(error, name, 'ERR_REGISTRY_NOT_FOUND');
  return named ?? internalError(`${name}: ${causeOf(error)}`);
}

/** Failure of listing a repository's tags: the bare cause, without a name. */
export function repositoryFailure(error: RegistryError, name: string): Status {
  return namedFailure(error, name, 'ERR_REGISTRY_REPOSITORY_NOT_FOUND') ?? internalError(causeOf(error));
}

/** `from.name` is no image reference. Kind and name of the subject are empty upstream, hence the odd beginning. */
export function invalidReference(text: string, why: string): Status {
  const message = `Invalid value: ${JSON.stringify(text)}: invalid name: ${why}`;
  return {
    ...failure(422, 'Invalid', ` "" is invalid: from.name: ${message}`),
    details: { causes: [{ reason: 'FieldValueInvalid', message, field: 'from.name' }] },
  };
}

/** What parses as a reference but names no repository, such as the `*` of very old clients. */
export function unusableReference(text: string): Status {
  return internalError(`unable to parse docker reference ${text}: invalid reference format`);
}

/** The deployment does not import from this registry. */
export function forbiddenRegistry(why: string): Status {
  return { ...failure(403, 'Forbidden', `forbidden: ${why}`), details: {} };
}

/** There was no time to finish (§12). */
export function unfinished(name: string): Status {
  return failure(504, 'Timeout', `Timeout: the import of "${name}" did not finish in time`);
}

/** The images of a repository import, as a whole. */
export function repositorySummary(failures: number): Status {
  if (failures === 0) return SUCCESS;
  const who = failures === 1 ? 'one' : String(failures);
  return { metadata: {}, status: 'Failure', reason: 'ImportFailed', message: `${who} of the images from this repository failed to import` };
}

export function internalError(cause: string): Status {
  return { ...failure(500, 'InternalError', `Internal error occurred: ${cause}`), details: { causes: [{ message: cause }] } };
}

function namedFailure(error: RegistryError, name: string, notFound: RegistryError['code']): Status | null {
  switch (error.code) {
    case notFound: {
      const details = { name, group: 'image.openshift.io', kind: 'dockerimage' };
      return { ...failure(404, 'NotFound', `dockerimage.image.openshift.io "${name}" not found`), details };
    }
    case 'ERR_REGISTRY_UNAUTHORIZED':
      return failure(401, 'Unauthorized', `you may not have access to the container image "${name}"${hintOf(error)}`);
    case 'ERR_REGISTRY_BAD_CREDENTIALS':
      return failure(401, 'Unauthorized', `incorrect username or password for image "${name}"`);
    default:
      return null;
  }
}

/** Ours: upstream has nothing of its own to put right. */
function hintOf({ hint }: RegistryError): string {
  return hint === undefined ? '' : `: ${hint}`;
}

function causeOf(error: RegistryError): string {
  return error.message.length > MAX_CAUSE ? `${error.message.slice(0, MAX_CAUSE)}…` : error.message;
}

function failure(code: number, reason: Status['reason'], message: string): Status {
  return { metadata: {}, status: 'Failure', message, reason, code };
}
