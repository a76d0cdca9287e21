/** Path of a function's entry file relative to the project. */
export function entryPath(name: string): string {
  return `functions/${name}.ts`;
}
