import { blockRule } from '../image/blocked-registries.ts';
import { DEFAULT_IMPORT_POLICY, type ImportPolicy } from '../importing/import-policy.ts';
import { optionalEnv } from './config.ts';
import { ENV } from './environment.ts';

/** Reads the environment once. */
export function composeImportPolicy(): ImportPolicy {
  const most = Number(optionalEnv(ENV.repositoryTags) ?? DEFAULT_IMPORT_POLICY.repositoryTags);
  const blocked = (optionalEnv(ENV.blockedRegistries) ?? '').split(',').filter((glob) => glob !== '');
  return { blocked: blockRule(blocked), repositoryTags: most === -1 ? Infinity : most };
}
