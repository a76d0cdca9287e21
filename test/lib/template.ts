/** Reading a synthesized template in tests. */
import type { Template as Assertions } from 'aws-cdk-lib/assertions';
import { synthesizeTemplate, type Template, type TemplateResource } from '../../lib/app.ts';

/** CloudFormation's shapes, checked by the assertions made on them. */
export type Properties = ReturnType<Assertions['findResources']>[string];

export interface Found {
  readonly id: string;
  readonly properties: Properties;
  readonly resource: TemplateResource;
}

/** The stack with default settings; synthesized once per test file. */
export const template: Template = synthesizeTemplate();

export function ofType(type: string, from: Template = template): readonly Found[] {
  return Object.entries(from.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, resource]) => ({ id, properties: resource.Properties ?? {}, resource }));
}

/** Logical id that a `Ref` or `Fn::GetAtt` names. */
export function targetOf(value: unknown): string {
  const { Ref: ref, 'Fn::GetAtt': attribute } = value as { Ref?: string; 'Fn::GetAtt'?: [string, string] };
  return ref ?? attribute?.[0] ?? '';
}

/** Text as CloudFormation would make it, with every intrinsic as long as a long ARN: sizes measured on it are upper bounds. */
export function expanded(value: unknown): string {
  return JSON.stringify(value, (_, entry: unknown) => (isIntrinsic(entry) ? 'x'.repeat(160) : entry));
}

function isIntrinsic(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const keys = Object.keys(value);
  return keys.length === 1 && (keys[0] === 'Ref' || keys[0]?.startsWith('Fn::') === true);
}

export interface LambdaFunction extends Found {
  /** Name of the entry file. */
  readonly entry: string;
  readonly statements: readonly Statement[];
}

export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly unknown[];
}

/** Every function with all its role may do. */
export function functionsOf(from: Template = template): readonly LambdaFunction[] {
  return ofType('AWS::Lambda::Function', from).map((found) => ({
    ...found,
    entry: /^functions\/(.+)\.ts$/.exec(String(found.resource.Metadata?.['image-streams:entry']))?.[1] ?? '',
    statements: statementsOf(targetOf(found.properties['Role']), from),
  }));
}

export function functionNamed(entry: string, from: Template = template): LambdaFunction {
  const found = functionsOf(from).find((candidate) => candidate.entry === entry);
  if (!found) throw new Error(`no function runs functions/${entry}.ts`);
  return found;
}

function statementsOf(roleId: string, from: Template): readonly Statement[] {
  const inline = (from.Resources[roleId]?.Properties?.['Policies'] ?? []) as Properties[];
  const attached = ofType('AWS::IAM::Policy', from).filter(({ properties }) =>
    (properties['Roles'] as unknown[]).some((role) => targetOf(role) === roleId),
  );
  return [...inline, ...attached.map(({ properties }) => properties)].flatMap(({ PolicyDocument: document }) =>
    (document.Statement as Properties[]).map(({ Action, Resource }) => ({
      actions: [Action].flat() as string[],
      resources: [Resource].flat() as unknown[],
    })),
  );
}
