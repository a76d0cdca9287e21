import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/**
 * `unit` needs nothing but the embedded DynamoDB, `infra` synthesizes the stack, `integration` needs a real registry and kubectl; `permissions`
 * judges what `integration` did.
 */
export default defineConfig({
  test: {
    // Half of the work is the embedded DynamoDB's, in processes of its own.
    maxWorkers: '100%',
    globalSetup: ['test/support/permission-reports.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          // Loading the SDKs again for each file took most of the time; tests keep what they change to themselves.
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: ['test/lib/**', 'test/integration/**', 'test/local/**', 'test/permissions/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        // Examples import the package by its name.
        resolve: { alias: { 'image-streams/events': path('lib/events.ts'), 'image-streams': path('lib/index.ts') } },
        test: { name: 'infra', include: ['test/lib/**/*.test.ts', 'test/local/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          sequence: { groupOrder: 1 },
        },
      },
      { test: { name: 'permissions', include: ['test/permissions/**/*.test.ts'], sequence: { groupOrder: 2 } } },
    ],
  },
});
