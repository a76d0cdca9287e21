import { globSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundleFunction, PROJECT_ROOT } from '../lib/bundle.ts';

/** Bundles each function into `<directory>/<name>`. Answers the directories of the packages whose code went into the bundles. */
export function bundleAll(directory: string): ReadonlySet<string> {
  const names = globSync('functions/*.ts', { cwd: PROJECT_ROOT }).map((file) => basename(file, '.ts'));
  const built = names.sort().map((name) => bundleFunction(name, join(directory, name)));
  const inputs = built.flatMap(({ outputs }) => Object.values(outputs).flatMap((output) => Object.entries(output.inputs)));
  const used = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).flatMap(([path]) => packageOf(path) ?? []);
  return new Set(used.map((found) => join(PROJECT_ROOT, found)));
}

/** Directory of the package that a file belongs to; null for our own. */
function packageOf(path: string): string | null {
  return /^.*\/?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? null;
}
