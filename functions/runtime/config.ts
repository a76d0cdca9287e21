/** Reading the environment: once, at module scope of an entry file, and loudly. */
import type { EnvironmentVariable } from './environment.ts';

/** Value of a variable the function cannot run without. Throws naming it, so that the very first log line says what to set. */
export function requireEnv(name: EnvironmentVariable, env: NodeJS.ProcessEnv = process.env): string {
  const value = optionalEnv(name, env);
  if (value === undefined) throw new Error(`environment variable ${name} is not set`);
  return value;
}

/** undefined when unset or empty. */
export function optionalEnv(name: EnvironmentVariable, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const value = env[name];
  return value === '' ? undefined : value;
}
