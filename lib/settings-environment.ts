/** Settings as the functions get them: variables of their environment. */
import { ENV, type EnvironmentVariable } from '../functions/runtime/environment.ts';
import { readCertificates } from './certificates.ts';
import type { Settings } from './settings.ts';
import { actedOn } from './trigger-permissions.ts';

export type FunctionEnvironment = Readonly<Partial<Record<EnvironmentVariable, string>>>;

/** The interval, for functions that write or walk scheduled tags. */
export function intervalEnvironment(settings: Settings): FunctionEnvironment {
  return { [ENV.importInterval]: settings.importInterval };
}

/** Whether private addresses may be contacted, for functions that call registries or webhooks. */
export function networkEnvironment(settings: Settings): FunctionEnvironment {
  return { [ENV.allowPrivateAddresses]: String(settings.allowPrivateAddresses) };
}

/** Whom registries are trusted by, for functions that call them; absent where nobody is named. */
export function certificatesEnvironment({ registryCa }: Settings): FunctionEnvironment {
  return registryCa === undefined ? {} : { [ENV.registryCa]: readCertificates('registryCa', registryCa) };
}

/** The platform a Legacy import chooses, for functions that import. */
export function platformEnvironment(settings: Settings): FunctionEnvironment {
  return { [ENV.importPlatform]: settings.importPlatform };
}

/** How much one user may import, for the function that does it at once. */
export function rateEnvironment({ importRate: { perMinute, burst } }: Settings): FunctionEnvironment {
  return { [ENV.importRate]: `${perMinute}/${burst}` };
}

/** Hosts of the deployment's own registry, for functions that show or resolve pull specs; absent where none is set. */
export function registryEnvironment(settings: Settings): FunctionEnvironment {
  return {
    ...(settings.internalRegistry && { [ENV.internalRegistry]: settings.internalRegistry }),
    ...(settings.externalRegistry && { [ENV.externalRegistry]: settings.externalRegistry }),
  };
}

/** Where images may come from, for functions that write streams; absent where it may be anywhere. */
export function allowedRegistriesEnvironment({ allowedRegistriesForImport: allowed = [] }: Settings): FunctionEnvironment {
  return allowed.length === 0 ? {} : { [ENV.allowedRegistries]: allowed.join(',') };
}

/** What may be imported, for functions that import; absent where nothing is set. */
export function importPolicyEnvironment({
  blockedRegistries: blocked = [],
  maxImagesBulkImportedPerRepository,
}: Settings): FunctionEnvironment {
  return {
    ...(blocked.length === 0 ? {} : { [ENV.blockedRegistries]: blocked.join(',') }),
    ...(maxImagesBulkImportedPerRepository === undefined ? {} : { [ENV.repositoryTags]: String(maxImagesBulkImportedPerRepository) }),
  };
}

/** What targets may act on, for functions that check and fire triggers; absent where it is nothing. */
export function triggerTargetsEnvironment({ triggerTargets = {} }: Settings): FunctionEnvironment {
  const targets = actedOn(triggerTargets);
  return Object.keys(targets).length === 0 ? {} : { [ENV.triggerTargets]: JSON.stringify(targets) };
}
