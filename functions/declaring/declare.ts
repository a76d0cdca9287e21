/** Brings an object of the API to what a stack declares. Every step may be repeated: CloudFormation and Lambda do. */
import type { ImageStream } from '../image/types.ts';
import { isObject } from '../kubernetes/object-meta.ts';
import { type AskApi, messageOf } from './api-client.ts';
import { type DeclaredObject, ownedBy, ownerOf } from './declared-object.ts';

export interface Owner {
  readonly stackId: string;
  readonly logicalId: string;
}

/** Of server-side apply: what was declared before and no longer is goes, what others set stays. */
const APPLY = 'fieldManager=cloudformation&force=true&fieldValidation=Strict';

export interface ApplyOptions {
  /** Takes over an object of whoever made it. */
  readonly adopts: boolean;
}

/** @throws Error with what the API says, or that the object is somebody else's */
export async function applyObject(ask: AskApi, object: DeclaredObject, owner: Owner, { adopts }: ApplyOptions): Promise<void> {
  const found = await ask({ method: 'GET', path: object.path });
  if (found.code !== 404) {
    if (found.code !== 200) throw new Error(`${object.title}: ${messageOf(found)}`);
    if (!adopts && !isOfStack(found.body, owner)) throw new Error(`${object.title} exists already and was not declared by this stack`);
  }
  const body = ownedBy(object.manifest, ownerText(owner));
  const path = `${object.path}?${APPLY}`;
  const applied = await ask({ method: 'PATCH', path, contentType: 'application/apply-patch+yaml', body });
  if (applied.code !== 200 && applied.code !== 201) throw new Error(`${object.title}: ${messageOf(applied)}`);
}

/**
 * What is not there, or not declared by this very resource, is left: a creation that failed because somebody else has the object is rolled back
 * by a deletion, and a resource that got another logical id is deleted under its old one.
 * @throws Error with what the API says
 */
export async function deleteObject(ask: AskApi, object: DeclaredObject, owner: Owner): Promise<'deleted' | 'left'> {
  const found = await ask({ method: 'GET', path: object.path });
  if (found.code === 404) return 'left';
  if (found.code !== 200) throw new Error(`${object.title}: ${messageOf(found)}`);
  if (ownerOf(found.body) !== ownerText(owner)) return 'left';
  const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid: uidOf(found.body) } };
  const deleted = await ask({ method: 'DELETE', path: object.path, body });
  // 409: another object of the name by now.
  if (deleted.code === 404 || deleted.code === 409) return 'left';
  if (deleted.code >= 300) throw new Error(`${object.title}: ${messageOf(deleted)}`);
  return 'deleted';
}

/** True when every tag that follows an image has it. @throws Error when an import failed, with its message */
export async function isImported(ask: AskApi, object: DeclaredObject): Promise<boolean> {
  const found = await ask({ method: 'GET', path: object.path });
  if (found.code !== 200) throw new Error(`${object.title}: ${messageOf(found)}`);
  const { spec, status } = found.body as ImageStream;
  const followed = (spec.tags ?? []).filter(({ from, reference }) => from?.kind === 'DockerImage' && reference !== true);
  return followed.every(({ name, generation }) => {
    const { items, conditions } = status.tags?.find(({ tag }) => tag === name) ?? {};
    const isAnswered = (answer: { readonly generation: number } | undefined) =>
      answer !== undefined && answer.generation >= (generation ?? 0);
    if (isAnswered(items?.[0])) return true;
    const failed = conditions?.find(({ type, status: state }) => type === 'ImportSuccess' && state === 'False');
    if (failed !== undefined && isAnswered(failed))
      throw new Error(`${object.title}: tag ${name}: ${failed.message ?? failed.reason ?? ''}`);
    return false;
  });
}

/** Of the stack, whichever of its resources: a new logical id takes over from the old one. */
function isOfStack(object: unknown, { stackId }: Owner): boolean {
  return ownerOf(object).startsWith(`${stackId}/`);
}

function ownerText({ stackId, logicalId }: Owner): string {
  return `${stackId}/${logicalId}`;
}

function uidOf(object: unknown): unknown {
  return isObject(object) && isObject(object['metadata']) ? object['metadata']['uid'] : undefined;
}
