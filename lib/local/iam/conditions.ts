/** Conditions of policies: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html */
import { StartError } from '../start-error.ts';
import { coversArn } from './patterns.ts';

/** Condition values by operator and key. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;

/** What is known of a request, by condition key. */
export type Context = Readonly<Record<string, string>>;

type Test = (actual: string | undefined, wanted: string) => boolean;

const OPERATORS: Readonly<Record<string, Test>> = {
  ArnEquals: coversWanted,
  ArnLike: coversWanted,
  Bool: (actual, wanted) => actual?.toLowerCase() === wanted.toLowerCase(),
  Null: (actual, wanted) => (actual === undefined) === (wanted === 'true'),
  StringEquals: (actual, wanted) => actual === wanted,
};

function coversWanted(actual: string | undefined, wanted: string): boolean {
  return actual !== undefined && coversArn(wanted, actual);
}

const KEYS = /^(aws:(SecureTransport|SourceAccount|SourceArn)|ecs:CreateAction|iam:PassedToService|kms:EncryptionContext:\w+)$/;

/** Throws StartError for an operator or a key that is not evaluated here. */
export function checkConditions(conditions: Conditions): void {
  for (const [operator, keys] of Object.entries(conditions)) {
    if (!(operator in OPERATORS)) throw new StartError(`condition operator ${operator} is not hosted`);
    for (const key of Object.keys(keys)) if (!KEYS.test(key)) throw new StartError(`condition key ${key} is not hosted`);
  }
}

/** All operators and keys must hold; one of the values of a key is enough. */
export function holds(conditions: Conditions, context: Context): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => [wanted].flat().some((value) => OPERATORS[operator]?.(context[key], value) ?? false)),
  );
}
