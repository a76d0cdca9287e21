import { readFileSync } from 'node:fs';
import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { isImportInterval } from '../functions/image/import-interval.ts';
import type { ImageStreamsProps } from './settings.ts';

/**
 * Reads the settings given on the command line (`cdk deploy -c importInterval=5m`) or in cdk.json; absent ones stay undefined.
 * Context values of the command line are always strings, those of cdk.json keep their JSON type.
 * @throws Error naming the value that cannot be read
 */
export function settingsFromContext(node: Node): ImageStreamsProps {
  const importInterval = text(node, 'importInterval');
  if (importInterval !== undefined && !isImportInterval(importInterval)) throw unreadable('importInterval', importInterval);
  return {
    importInterval,
    allowPrivateAddresses: flag(node, 'allowPrivateAddresses'),
    registryCa: fileText(node, 'registryCaFile'),
    importPlatform: text(node, 'importPlatform'),
    internalRegistry: text(node, 'internalRegistry'),
    externalRegistry: text(node, 'externalRegistry'),
    allowedRegistriesForImport: list(node, 'allowedRegistriesForImport'),
    blockedRegistries: list(node, 'blockedRegistries'),
    maxImagesBulkImportedPerRepository: number(node, 'maxImagesBulkImportedPerRepository'),
    sealingKeys: number(node, 'sealingKeys'),
    ecrNamespaces: list(node, 'ecrNamespaces'),
    ecrAccounts: ecrAccounts(node),
    triggerTargets: triggerTargets(node),
    triggerRoles: list(node, 'triggerRoles'),
    outcomeAccounts: list(node, 'outcomeAccounts'),
    eventBusName: text(node, 'eventBusName'),
    clusterName: text(node, 'clusterName'),
    oidcIssuers: json(node, 'oidcIssuers'),
    oidcCa: fileText(node, 'oidcCaFile'),
    admins: json(node, 'admins'),
    removalPolicy: removalPolicy(node),
    logRetention: logRetention(node),
  };
}

function text(node: Node, name: string): string | undefined {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw unreadable(name, value);
  return value;
}

/** What is in the file that is named. */
function fileText(node: Node, name: string): string | undefined {
  const path = text(node, name);
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw unreadable(name, path);
  }
}

/** A list in cdk.json, commas on the command line. */
function list(node: Node, name: string): readonly string[] | undefined {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || value === '') return undefined;
  const entries: readonly unknown[] = typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [];
  if (entries.length === 0 || !entries.every((entry) => typeof entry === 'string')) throw unreadable(name, value);
  return entries.map((entry) => entry.trim());
}

function number(node: Node, name: string): number | undefined {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || value === '') return undefined;
  const read = typeof value === 'string' ? Number(value) : value;
  if (typeof read !== 'number' || Number.isNaN(read)) throw unreadable(name, value);
  return read;
}

function ecrAccounts(node: Node): ImageStreamsProps['ecrAccounts'] {
  const accounts = json<ImageStreamsProps['ecrAccounts']>(node, 'ecrAccounts');
  const isMap = (entry: unknown) => typeof entry === 'object' && entry !== null && !Array.isArray(entry);
  if (accounts === undefined || (isMap(accounts) && Object.values(accounts).every(isMap))) return accounts;
  throw unreadable('ecrAccounts', accounts);
}

function triggerTargets(node: Node): ImageStreamsProps['triggerTargets'] {
  const targets = json<ImageStreamsProps['triggerTargets']>(node, 'triggerTargets');
  const isList = (entry: unknown) => Array.isArray(entry) && entry.every((each) => typeof each === 'string');
  if (targets === undefined || (typeof targets === 'object' && targets !== null && Object.values(targets).every(isList))) return targets;
  throw unreadable('triggerTargets', targets);
}

/** JSON in cdk.json, its text on the command line. What is in it is checked with the other settings. */
function json<T>(node: Node, name: string): T | undefined {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') return value as T;
  try {
    return JSON.parse(value) as T;
  } catch {
    throw unreadable(name, value);
  }
}

function flag(node: Node, name: string): boolean | undefined {
  const value: unknown = node.tryGetContext(name);
  if (value === undefined) return undefined;
  if (value === true || value === 'true') return true;
  if (value === false || value === 'false') return false;
  throw unreadable(name, value);
}

function removalPolicy(node: Node): RemovalPolicy | undefined {
  const value = text(node, 'removalPolicy');
  if (value === undefined) return undefined;
  if (value === 'retain') return RemovalPolicy.RETAIN;
  if (value === 'destroy') return RemovalPolicy.DESTROY;
  throw unreadable('removalPolicy', value);
}

function logRetention(node: Node): RetentionDays | undefined {
  const value: unknown = node.tryGetContext('logRetentionDays');
  if (value === undefined) return undefined;
  const days = Number(value);
  if (RetentionDays[days] === undefined) throw unreadable('logRetentionDays', value);
  return days;
}

function unreadable(name: string, value: unknown): Error {
  return new Error(`context value ${name}=${JSON.stringify(value)} is none that is understood; see lib/settings.ts`);
}
