/** Refuses settings that no function accepts, by the name of the setting. */
import { IMPORT_INTERVALS, isImportInterval } from '../functions/image/import-interval.ts';
import { readCertificates } from './certificates.ts';
import { checkEcrSettings } from './ecr-settings.ts';
import { checkLogin } from './login-settings.ts';
import type { Settings } from './settings.ts';
import { checkTriggerRoles, checkTriggerTargets } from './trigger-permissions.ts';

/** @throws Error naming the setting and what it may be */
export function checkSettings(settings: Settings): void {
  checkImports(settings);
  checkRegistries(settings);
  checkEcrSettings(settings);
  checkLogin(settings);
  checkTriggerTargets(settings.triggerTargets);
  checkTriggerRoles(settings.triggerRoles);
  checkAccounts('outcomeAccounts', settings.outcomeAccounts);
  const { sealingKeys } = settings;
  if (!Number.isInteger(sealingKeys) || sealingKeys < 1 || sealingKeys > 10) {
    throw new Error(`sealingKeys must be a number from 1 to 10, not ${JSON.stringify(sealingKeys)}`);
  }
}

function checkImports({ importInterval, importPlatform, importRate, maxImagesBulkImportedPerRepository: most = -1 }: Settings): void {
  if (!isImportInterval(importInterval)) {
    throw new Error(`importInterval must be one of ${IMPORT_INTERVALS.join(', ')}, not ${JSON.stringify(importInterval)}`);
  }
  if (!/^[a-z0-9]+\/[a-z0-9]+(\/[a-z0-9]+)?$/.test(importPlatform)) {
    throw new Error(`importPlatform must look like linux/amd64, not ${JSON.stringify(importPlatform)}`);
  }
  if (![importRate.perMinute, importRate.burst].every((count) => Number.isInteger(count) && count > 0)) {
    throw new Error(`importRate must have whole numbers above 0, not ${JSON.stringify(importRate)}`);
  }
  if (!Number.isSafeInteger(most) || most < -1 || most === 0) {
    throw new Error(`maxImagesBulkImportedPerRepository must be a number above 0, or -1 for all, not ${most}`);
  }
}

function checkRegistries(settings: Settings): void {
  if (settings.registryCa !== undefined) readCertificates('registryCa', settings.registryCa);
  checkHost('internalRegistry', settings.internalRegistry);
  checkHost('externalRegistry', settings.externalRegistry);
  for (const glob of settings.allowedRegistriesForImport ?? []) checkGlob('allowedRegistriesForImport', glob);
  for (const glob of settings.blockedRegistries ?? []) checkGlob('blockedRegistries', glob);
}

function checkAccounts(name: string, accounts: readonly string[] = []): void {
  const wrong = accounts.find((account) => !/^\d{12}$/.test(account));
  if (wrong !== undefined) throw new Error(`${name} must hold accounts of 12 digits, not ${JSON.stringify(wrong)}`);
}

const HOST_LABEL = '[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*';
const HOST = new RegExp(`^${HOST_LABEL}(?:\\.${HOST_LABEL})*(?::[0-9]+)?$`);
const GLOB = /^[A-Za-z0-9.*?-]+(?::[0-9*?]+)?$/;

/** A pull spec's first part is a host only if it looks like one (openshift-semantics.md §9). */
function checkHost(name: string, host: string | undefined): void {
  if (host === undefined || (HOST.test(host) && (/[.:]/.test(host) || host === 'localhost'))) return;
  throw new Error(`${name} must look like registry.example.com or registry:5000, not ${JSON.stringify(host)}`);
}

function checkGlob(name: string, glob: string): void {
  if (GLOB.test(glob)) return;
  throw new Error(`${name} must hold entries like *.example.com or registry:5000, not ${JSON.stringify(glob)}`);
}
