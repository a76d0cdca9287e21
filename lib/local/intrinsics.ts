/** CloudFormation's intrinsic functions: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
import { StartError } from './start-error.ts';

export interface References {
  /** What `Ref` gives for a resource, parameter or pseudo parameter; throws StartError for an unknown name. */
  ref(name: string): string;
  attribute(logicalId: string, attribute: string): string;
}

type Resolve = (value: unknown) => unknown;

const PLACEHOLDER = /\$\{(!?)([^}]+)\}/g;

function resolveText(value: unknown, resolve: Resolve, intrinsic: string): string {
  const resolved = resolve(value);
  if (typeof resolved === 'string' || typeof resolved === 'number') return String(resolved);
  throw new StartError(`${intrinsic} needs a string, got ${JSON.stringify(value)}`);
}

function resolveList(value: unknown, resolve: Resolve, intrinsic: string): readonly unknown[] {
  const resolved = resolve(value);
  if (Array.isArray(resolved)) return resolved;
  throw new StartError(`${intrinsic} needs a list, got ${JSON.stringify(value)}`);
}

function substitute(argument: unknown, references: References, resolve: Resolve): string {
  const [format, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
  return format.replace(PLACEHOLDER, (_, literal: string, name: string) => {
    if (literal) return `\${${name}}`;
    if (name in variables) return resolveText(variables[name], resolve, 'Fn::Sub');
    const dot = name.indexOf('.');
    return dot < 0 ? references.ref(name) : references.attribute(name.slice(0, dot), name.slice(dot + 1));
  });
}

function applyIntrinsic(name: string, argument: unknown, references: References, resolve: Resolve): unknown {
  switch (name) {
    case 'Ref':
      return references.ref(argument as string);
    case 'Fn::GetAtt': {
      const [logicalId, ...path] = Array.isArray(argument) ? (argument as string[]) : (argument as string).split('.');
      return references.attribute(logicalId ?? '', path.join('.'));
    }
    case 'Fn::Join': {
      const [separator, parts] = argument as [string, unknown];
      return resolveList(parts, resolve, name).join(separator);
    }
    case 'Fn::Split': {
      const [separator, text] = argument as [string, unknown];
      return resolveText(text, resolve, name).split(separator);
    }
    case 'Fn::Select': {
      const [index, list] = argument as [number | string, unknown];
      return resolveList(list, resolve, name)[Number(index)];
    }
    case 'Fn::Sub':
      return substitute(argument, references, resolve);
    default:
      throw new StartError(`intrinsic ${name} is not hosted`);
  }
}

/** Makes a function that replaces every intrinsic in a template value. Intrinsics it does not know throw StartError. */
export function createResolver(references: References): Resolve {
  function resolve(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [first] = entries;
    if (entries.length === 1 && first && (first[0] === 'Ref' || first[0].startsWith('Fn::')))
      return applyIntrinsic(first[0], first[1], references, resolve);
    return Object.fromEntries(entries.map(([key, member]) => [key, resolve(member)]));
  }
  return resolve;
}
