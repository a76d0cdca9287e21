import { vi } from 'vitest';

/** JSON lines written to stdout and stderr while `work` runs, as CloudWatch would have them. */
export async function logged(work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
  const lines: string[] = [];
  const write = (chunk: string | Uint8Array): boolean => {
    lines.push(...chunk.toString().split('\n'));
    return true;
  };
  const spies = [process.stdout, process.stderr].map((stream) => vi.spyOn(stream, 'write').mockImplementation(write));
  try {
    await work();
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
}
