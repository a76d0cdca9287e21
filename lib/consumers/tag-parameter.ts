/** Where the image of a tag stands for stacks: a parameter of SSM that a trigger of kind `ssm` keeps, by convention of this name. */

/** A tag of an image stream. */
export interface TagName {
  readonly namespace: string;
  readonly stream: string;
  readonly tag: string;
}

/** What parameters of SSM may be called, less the slash: no tag that a registry takes is anything else. */
const SEGMENT = /^[A-Za-z0-9_.-]+$/;

/**
 * `/image-streams/NAMESPACE/STREAM/TAG`.
 * @throws Error for a name that parameters cannot have
 */
export function tagParameterName({ namespace, stream, tag }: TagName): string {
  const segments = [namespace, stream, tag];
  const wrong = segments.find((segment) => !SEGMENT.test(segment));
  if (wrong !== undefined) throw new Error(`no parameter can be named after ${JSON.stringify(wrong)}: give parameterName`);
  return `/image-streams/${segments.join('/')}`;
}
