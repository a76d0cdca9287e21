/** Wildcards of policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html */

const WILDCARD = /[*?]/;

function escape(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

/** Whether an action's pattern (`dynamodb:Get*`) covers `action`; actions are the same in any case. */
export function coversAction(pattern: string, action: string): boolean {
  if (!WILDCARD.test(pattern)) return pattern.toLowerCase() === action.toLowerCase();
  const source = escape(pattern).replaceAll('\\*', '.*').replaceAll('\\?', '.');
  return new RegExp(`^${source}$`, 'i').test(action);
}

/** Whether an ARN's pattern covers `arn`. Wildcards stay between colons, but for a `*` that ends a part. */
export function coversArn(pattern: string, arn: string): boolean {
  if (!WILDCARD.test(pattern)) return pattern === arn;
  const source = escape(pattern)
    .replace(/\\\*(?=:|$)/g, '.*')
    .replaceAll('\\*', '[^:]*')
    .replaceAll('\\?', '[^:]');
  return new RegExp(`^${source}$`).test(arn);
}
