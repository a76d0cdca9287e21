/** Names that a mapping gives, with what AWS says of the caller filled in (aws-iam-authenticator's templates, held to the rules of EKS). */
import type { IamCaller } from './iam-arn.ts';
import { nameProblem } from './reserved-names.ts';

const PLACEHOLDERS = ['{{AccountID}}', '{{SessionName}}', '{{SessionNameRaw}}'] as const;
const SESSION = /\{\{SessionName(Raw)?\}\}/;

/** Why a template is none; null when it is. `kind`: whom it is for. */
export function templateProblem(template: string, kind: IamCaller['kind']): string | null {
  const problem = nameProblem(template);
  if (problem !== null) return problem;
  const fixed = PLACEHOLDERS.reduce((text, placeholder) => text.replaceAll(placeholder, ''), template);
  if (/\{\{|\}\}/.test(fixed)) return `may hold no other templates than ${PLACEHOLDERS.join(', ')}`;
  const session = SESSION.exec(template);
  if (session === null) return null;
  if (kind !== 'role') return `${session[0]} is there for roles only`;
  // Whoever assumes the role chooses it: without something fixed before it, it could be anybody's name.
  return template.slice(0, session.index).includes(':') ? null : `${session[0]} must come after a colon`;
}

/** `@` of a session becomes `-`, but for SessionNameRaw. */
export function renderName(template: string, { account, sessionName = '' }: Pick<IamCaller, 'account' | 'sessionName'>): string {
  const values: Readonly<Record<string, string>> = {
    '{{AccountID}}': account,
    '{{SessionName}}': sessionName.replaceAll('@', '-'),
    '{{SessionNameRaw}}': sessionName,
  };
  // In one pass: what is filled in is not looked at again.
  return template.replace(/\{\{\w+\}\}/g, (placeholder) => values[placeholder] ?? placeholder);
}
