/** A secret that is part of a target: stored apart from the trigger, and shown as a mask. Pure. */
import { kindOf } from '../../triggers/kinds/registry.ts';
import { SECRET_MASK } from '../../triggers/kinds/fields/signing-secret.ts';
import type { ImageTriggerSpec } from '../../triggers/types.ts';

/** The secret a client gave; the mask is what it was shown, not a secret. */
export function givenSecret({ target }: ImageTriggerSpec): string | undefined {
  const { kind, spec } = kindOf(target) ?? {};
  const secret = spec === undefined ? undefined : kind?.inlineSecret?.read(spec);
  return secret === SECRET_MASK ? undefined : secret;
}

/** Whether the target has a secret of its own, so that one is made when none is given. */
export function wantsSecret({ target }: ImageTriggerSpec): boolean {
  const { kind, spec } = kindOf(target) ?? {};
  return spec !== undefined && kind?.inlineSecret?.isWanted(spec) === true;
}

/** The spec as it is stored. */
export function withoutSecret(spec: ImageTriggerSpec): ImageTriggerSpec {
  return writeSecret(spec, undefined);
}

/** The spec as it is shown. */
export function withSecret(spec: ImageTriggerSpec, secret: string): ImageTriggerSpec {
  return wantsSecret(spec) ? writeSecret(spec, secret) : spec;
}

function writeSecret(spec: ImageTriggerSpec, secret: string | undefined): ImageTriggerSpec {
  const found = kindOf(spec.target);
  const inline = found?.kind.inlineSecret;
  return found === null || inline === undefined ? spec : { ...spec, target: { [found.kind.name]: inline.write(found.spec, secret) } };
}
