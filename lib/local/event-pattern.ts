/**
 * Event patterns of EventBridge rules and of event source mapping filters:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
import { StartError } from './start-error.ts';

/** Decides on one value of the event; `undefined` means the field is absent. */
type Test = (value: unknown) => boolean;
export type Matcher = (event: unknown) => boolean;

const OPERATORS: Readonly<Record<string, (operand: unknown) => Test>> = {
  prefix: (operand) => affix('prefix', operand, (value, prefix) => value.startsWith(prefix)),
  suffix: (operand) => affix('suffix', operand, (value, suffix) => value.endsWith(suffix)),
  exists: (operand) => (operand === true ? (value) => value !== undefined && !isObject(value) : (value) => value === undefined),
  'anything-but': (operand) => {
    const excluded = (Array.isArray(operand) ? operand : [operand]).map(compileTest);
    return (value) => value !== undefined && !isObject(value) && !excluded.some((test) => test(value));
  },
  numeric: (operand) => compileNumeric(operand),
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function affix(operator: string, operand: unknown, test: (value: string, operand: string) => boolean): Test {
  if (typeof operand !== 'string') throw new StartError(`filter operator ${operator} with ${JSON.stringify(operand)} is not hosted`);
  return (value) => typeof value === 'string' && test(value, operand);
}

function compileNumeric(operand: unknown): Test {
  const compare: Readonly<Record<string, (a: number, b: number) => boolean>> = {
    '=': (a, b) => a === b,
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
  };
  const parts = Array.isArray(operand) ? (operand as unknown[]) : [];
  const tests = parts.flatMap((part, index) => {
    if (index % 2 === 1) return [];
    const test = compare[String(part)];
    const limit = parts[index + 1];
    if (!test || typeof limit !== 'number') throw new StartError(`filter operator numeric with ${JSON.stringify(operand)} is not hosted`);
    return [(value: number) => test(value, limit)];
  });
  return (value) => typeof value === 'number' && tests.length > 0 && tests.every((test) => test(value));
}

function compileTest(pattern: unknown): Test {
  if (!isObject(pattern)) return (value) => value === pattern;
  const [operator, ...others] = Object.entries(pattern);
  const compile = operator && others.length === 0 ? OPERATORS[operator[0]] : undefined;
  if (!operator || !compile) throw new StartError(`filter operator ${Object.keys(pattern).join(', ')} is not hosted`);
  return compile(operator[1]);
}

/** Compiles a pattern. An operator that is not hosted throws StartError with its name. */
export function compilePattern(pattern: unknown): Matcher {
  if (Array.isArray(pattern)) {
    const tests = pattern.map(compileTest);
    return (value) => {
      // In an array of the event any member may match; `exists: false` must see the array itself.
      const candidates = Array.isArray(value) && value.length > 0 ? (value as unknown[]) : [value];
      return tests.some((test) => candidates.some((candidate) => test(candidate)));
    };
  }
  if (!isObject(pattern)) throw new StartError(`filter pattern ${JSON.stringify(pattern)} is not hosted`);
  const members = Object.entries(pattern).map(([field, member]) => {
    if (field.startsWith('$')) throw new StartError(`filter operator ${field} is not hosted`);
    return [field, compilePattern(member)] as const;
  });
  function match(value: unknown): boolean {
    if (Array.isArray(value)) return value.some(match);
    const fields = isObject(value) ? value : {};
    return members.every(([field, matches]) => matches(fields[field]));
  }
  return match;
}
