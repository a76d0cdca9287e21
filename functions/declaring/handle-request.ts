/** One request of CloudFormation, from its properties to its answer. */
import type { Answer, Outcome } from './answer.ts';
import type { AskApi } from './api-client.ts';
import { applyObject, deleteObject, isImported, type Owner } from './declare.ts';
import { type DeclaredObject, readObject } from './declared-object.ts';
import { type CloudFormationRequest, type Declaration, readDeclaration, requestSchema } from './types.ts';

export interface HandleRequestDependencies {
  readonly ask: AskApi;
  readonly answer: Answer;
  /** Milliseconds. */
  readonly sleep: (time: number) => Promise<void>;
  readonly clock: () => number;
  readonly log: (message: string, keys: Readonly<Record<string, string>>) => void;
}

/** Milliseconds. */
const POLL = 2_000;

/** Whatever goes wrong is answered: CloudFormation would wait for an hour. Throws only when the answer itself cannot be given; then Lambda repeats it. */
export function createHandleRequest({ ask, answer, sleep, clock, log }: HandleRequestDependencies): (event: unknown) => Promise<void> {
  async function waitForImport(declaration: Declaration, object: DeclaredObject): Promise<void> {
    const end = clock() + 1000 * declaration.waitSeconds;
    while (!(await isImported(ask, object))) {
      if (clock() + POLL > end) throw new Error(`${object.title}: its tags were not imported in ${declaration.waitSeconds} seconds`);
      await sleep(POLL);
    }
  }

  async function apply(declaration: Declaration, object: DeclaredObject, owner: Owner): Promise<void> {
    if (declaration.settleSeconds > 0) await sleep(1000 * declaration.settleSeconds);
    await applyObject(ask, object, owner, declaration);
    if (declaration.waitSeconds > 0 && object.kind === 'ImageStream') await waitForImport(declaration, object);
  }

  async function carryOut(request: CloudFormationRequest): Promise<Outcome> {
    // What fails leaves the id as it was; a creation has to answer some.
    const known = request.PhysicalResourceId ?? unmadeId(request);
    try {
      const owner = { stackId: request.StackId, logicalId: request.LogicalResourceId };
      const declaration = readDeclaration(request.ResourceProperties);
      const object = readObject(declaration.manifest);
      if (request.RequestType === 'Delete') {
        if (!declaration.adopts) await deleteObject(ask, object, owner);
        return { physicalId: known };
      }
      await apply(declaration, object, owner);
      // An update to another object answers that one's id, and CloudFormation then deletes the object of the old one.
      return { physicalId: object.physicalId };
    } catch (error) {
      const failure = error instanceof Error ? error.message : 'failed';
      if (!undoesCreation(request)) return { physicalId: known, failure };
      // What kept it from being made keeps it from being deleted, too, and the stack could not even be rolled back.
      log('left', { resource: request.LogicalResourceId, failure });
      return { physicalId: known };
    }
  }

  return async (event) => {
    const request = requestSchema.parse(event);
    const outcome = await carryOut(request);
    const { RequestType: type, LogicalResourceId: resource } = request;
    log(outcome.failure === undefined ? 'declared' : 'not declared', { type, resource, ...outcome });
    await answer(request, outcome);
  };
}

/** Of what could not be made: two parts, where objects have three. */
function unmadeId({ LogicalResourceId, RequestId }: Pick<CloudFormationRequest, 'LogicalResourceId' | 'RequestId'>): string {
  return `${LogicalResourceId}/${RequestId}`;
}

function undoesCreation({ RequestType, LogicalResourceId, PhysicalResourceId = '' }: CloudFormationRequest): boolean {
  return RequestType === 'Delete' && PhysicalResourceId.startsWith(`${LogicalResourceId}/`) && PhysicalResourceId.split('/').length === 2;
}
