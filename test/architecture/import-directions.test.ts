import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

interface Import {
  /** Importing file, relative to the project. */
  readonly from: string;
  /** Imported file relative to the project, or the package's specifier. */
  readonly to: string;
  /** Erased before anything runs. */
  readonly typeOnly: boolean;
}

const imports = globSync(['functions/**/*.ts', 'lib/**/*.ts', 'bin/**/*.ts'], { cwd: ROOT }).flatMap(importsOf);
const modules = [
  'access',
  'admission',
  'changes',
  'declaring',
  'identity',
  'image',
  'importing',
  'kubernetes',
  'rbac',
  'registry',
  'resources',
  'runtime',
  'store',
  'triggers',
];

/** What implements ports. */
const ADAPTERS = /^functions\/(store|registry|access|triggers\/targets)\//;
/** What leads out of this process. */
const TALKS = /^(@aws-sdk\/|node:(http|https|net|tls|fs|dns)$)/;
/** What of an adapter is its contract: data and errors that use cases name. */
const CONTRACTS = /^functions\/(\w+\/(ports|errors|types)|store\/items|runtime\/environment)\.ts$/;

describe('direction of imports (design.md §1)', () => {
  it('image knows nothing but itself and wire types', () => {
    expect(
      refused(within('functions/image/'), ({ to, typeOnly }) => isIn('image', to) || (typeOnly && to === 'functions/kubernetes/types.ts')),
    ).toEqual([]);
  });

  it('rbac knows nothing but itself', () => {
    expect(refused(within('functions/rbac/'), ({ to }) => isIn('rbac', to))).toEqual([]);
  });

  it('identity knows nothing but itself', () => {
    expect(refused(within('functions/identity/'), ({ to }) => isIn('identity', to))).toEqual([]);
  });

  it('kubernetes knows no resource and none of its parts', () => {
    const allowed = ({ to, typeOnly }: Import) => isIn('kubernetes', to) || isPackage(to) || (typeOnly && isContract(to));
    const table = ({ to }: Import) => to === 'functions/resources/table/entry.ts';
    expect(refused(within('functions/kubernetes/'), (found) => allowed(found) || (table(found) && found.typeOnly))).toEqual([]);
  });

  it.each(['resources', 'importing'])('%s knows ports, no adapter', (name) => {
    expect(refused(within(`functions/${name}/`), ({ to }) => !ADAPTERS.test(to) || isContract(to))).toEqual([]);
  });

  it('declaring knows the API as its other clients do: by its wire types', () => {
    const wire = ({ to, typeOnly }: Import) =>
      to === 'functions/kubernetes/object-meta.ts' || (typeOnly && to === 'functions/image/types.ts');
    const known = (found: Import) => isPackage(found.to) || wire(found);
    expect(refused(within('functions/declaring/'), (found) => isIn('declaring', found.to) || known(found))).toEqual([]);
  });

  it.each(['admission', 'image', 'kubernetes', 'resources'])('%s talks to no service', (name) => {
    expect(refused(within(`functions/${name}/`), ({ to }) => !TALKS.test(to))).toEqual([]);
  });

  it('triggers talk to services in their adapters only: targets, and the queue', () => {
    const pure = within('functions/triggers/').filter(({ from }) => !/^functions\/triggers\/(targets\/|queue\/sqs-)/.test(from));
    expect(refused(pure, ({ to, typeOnly }) => typeOnly || !TALKS.test(to))).toEqual([]);
  });

  it.each(['kinds', 'kubernetes', 'outcomes', 'policy'])('triggers/%s knows no target, only what all of them are given', (name) => {
    const given = ({ to, typeOnly }: Import) => typeOnly && to === 'functions/triggers/targets/target.ts';
    const known = (found: Import) => !found.to.startsWith('functions/triggers/targets/') || given(found);
    expect(refused(within(`functions/triggers/${name}/`), known)).toEqual([]);
  });

  it('targets are made by the runtime, each loaded when it is first needed', () => {
    const others = imports.filter(({ from }) => from.startsWith('functions/') && !from.startsWith('functions/triggers/targets/'));
    const isTarget = ({ to }: Import) => to.startsWith('#targets/') || to.startsWith('functions/triggers/targets/');
    const makes = ({ from }: Import) => from.startsWith('functions/runtime/') || from === 'functions/fire-triggers.ts';
    expect(refused(others, (found) => !isTarget(found) || found.typeOnly || makes(found))).toEqual([]);
  });

  it('nobody imports an entry file', () => {
    expect(refused(imports, ({ to }) => !/^functions\/[^/]+\.ts$/.test(to))).toEqual([]);
  });

  it('functions know nothing of their deployment', () => {
    expect(
      refused(within('functions/'), ({ to }) => !/^(lib|bin)\//.test(to) && !/^(aws-cdk-lib|constructs|cdk-nag|esbuild)(\/|$)/.test(to)),
    ).toEqual([]);
  });

  it('lib meets functions in data only', () => {
    const meetingPoints = [
      'functions/resources/resource-table.ts',
      'functions/resources/table/entry.ts',
      'functions/runtime/environment.ts',
      'functions/identity/types.ts',
      'functions/identity/iam-arn.ts',
      'functions/identity/reserved-names.ts',
      'functions/image/import-interval.ts',
      'functions/store/table-schema.ts',
      'functions/changes/tag-change-event.ts',
      'functions/changes/trigger-change-event.ts',
      // What the rules match is what the readers read: pure, and their types.
      'functions/triggers/outcomes/registry.ts',
      'functions/triggers/outcomes/late-outcome.ts',
      'functions/triggers/trigger-delivery-event.ts',
      // What stacks may declare is typed as the API has it.
      'functions/triggers/target-spec.ts',
      'functions/triggers/types.ts',
    ];
    const constructs = within('lib/').filter(({ from }) => !from.startsWith('lib/local/'));
    expect(refused(constructs, ({ to }) => !to.startsWith('functions/') || meetingPoints.includes(to))).toEqual([]);
  });

  it('the constructs do not know the local runtime', () => {
    const constructs = within('lib/').filter(({ from }) => !from.startsWith('lib/local/'));
    expect(refused(constructs, ({ to }) => !to.startsWith('lib/local/'))).toEqual([]);
  });

  it('zod is its small build', () => {
    expect(refused(imports, ({ to }) => !/^zod(\/|$)/.test(to) || to === 'zod/mini')).toEqual([]);
  });

  it('every module of functions/ is one that is known here', () => {
    const folders = new Set(globSync('functions/*/**/*.ts', { cwd: ROOT }).map((file) => file.split('/')[1]));
    expect([...folders].filter((folder) => !modules.includes(folder ?? ''))).toEqual([]);
  });

  it('sees imports at all', () => {
    expect(imports.length).toBeGreaterThan(100);
  });
});

function within(folder: string): readonly Import[] {
  return imports.filter(({ from }) => from.startsWith(folder));
}

/** Imports that are not allowed, readable in a failure's message. */
function refused(found: readonly Import[], allowed: (found: Import) => boolean): string[] {
  return found.filter((entry) => !allowed(entry)).map(({ from, to, typeOnly }) => `${from} imports ${to}${typeOnly ? ' (type)' : ''}`);
}

function isIn(name: string, path: string): boolean {
  return path.startsWith(`functions/${name}/`);
}

function isContract(path: string): boolean {
  return CONTRACTS.test(path);
}

function isPackage(path: string): boolean {
  return !/^(functions|lib|bin)\//.test(path);
}

function importsOf(file: string): readonly Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, false);
  const found: Import[] = [];
  const add = (specifier: ts.Expression | undefined, typeOnly: boolean) => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    const { text } = specifier;
    found.push({ from: file, to: text.startsWith('.') ? normalize(join(dirname(file), text)) : text, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) add(node.arguments[0], false);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypeOnly({ importClause: clause }: ts.ImportDeclaration): boolean {
  if (!clause) return false;
  if (clause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = clause.namedBindings;
  return !clause.name && !!bindings && ts.isNamedImports(bindings) && bindings.elements.every(({ isTypeOnly: erased }) => erased);
}
