/** The consumer of the import queue: one batch of messages, each answered for itself. */
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { checkImages, type CheckImagesDependencies } from './check-images.ts';
import type { SharedHealth } from './host-health.ts';
import { readImportMessage } from './import-message.ts';
import { runImports, type RunImportsDependencies } from './run-imports.ts';
import { runRepositoryImport } from './run-repository-import.ts';
import { type ConnectRegistry, type NamespaceCredentials, openSession, type RegistrySession } from './registry-session.ts';

/** A message is received this often before its tags get their failure as condition. The queue must not give up earlier. */
export const IMPORT_TRIES = 3;

/** Requests to one registry under way at a time, over the whole batch. */
const PARALLEL_REQUESTS = 32;

export interface ImportWorkerDependencies extends RunImportsDependencies, CheckImagesDependencies {
  readonly connect: ConnectRegistry;
  /** What all workers know of registries that are in trouble. */
  readonly backoffs?: SharedHealth['backoffs'];
  /** Called for each batch: what the namespaces may pull with. */
  readonly openCredentials?: () => NamespaceCredentials;
  /** Milliseconds for asking registries in one batch; the rest of the function's time is for storing what they said. */
  readonly timeLimit: number;
  /** Told of every message that failed for another reason than a registry's; '' when it was none's. */
  readonly report: (error: unknown, messageId: string) => void;
}

/** Answers the messages to be delivered again (ReportBatchItemFailures); the others are done. */
export function createImportWorker(deps: ImportWorkerDependencies): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async ({ Records }) => {
    const { connect, timeLimit, openCredentials, backoffs, clock, report } = deps;
    const shared = backoffs && { backoffs, clock, random: Math.random, report: (error: unknown) => report(error, '') };
    const session = openSession(connect, { parallel: PARALLEL_REQUESTS, timeLimit, credentialsOf: openCredentials?.(), shared });
    try {
      const answers = await Promise.all(Records.map(async (record) => [record.messageId, await consume(deps, session, record)] as const));
      return { batchItemFailures: answers.filter(([, answer]) => answer === 'again').map(([itemIdentifier]) => ({ itemIdentifier })) };
    } finally {
      session.close();
    }
  };
}

async function consume(deps: ImportWorkerDependencies, session: RegistrySession, record: SQSRecord): Promise<'done' | 'again'> {
  const isLastTry = Number(record.attributes.ApproximateReceiveCount) >= IMPORT_TRIES;
  try {
    const message = readImportMessage(record.body);
    if (message.reason === 'images') return await checkImages(deps, session, message, isLastTry);
    if (message.reason === 'repository') return await runRepositoryImport(deps, session, message, isLastTry);
    return await runImports(deps, session, message, isLastTry);
  } catch (error) {
    deps.report(error, record.messageId);
    return 'again';
  }
}
