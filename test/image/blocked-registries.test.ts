import { describe, expect, it } from 'vitest';
import { BLOCK_NONE, blockRule } from '../../functions/image/blocked-registries.ts';
import { parseReference } from '../../functions/image/reference.ts';

function why(blocked: readonly string[], text: string): string | null {
  const parsed = parseReference(text);
  if (!parsed.ok) throw new Error(text);
  return blockRule(blocked)(parsed.reference);
}

describe('blockRule', () => {
  it.each([
    [['quay.io'], 'quay.io/x/y:1', 'registry quay.io blocked'],
    [['quay.io'], 'quay.io:443/x/y', 'registry quay.io:443 blocked'],
    [['quay.io'], 'QUAY.io/x/y', 'registry QUAY.io blocked'],
    [['quay.io:80'], 'quay.io/x/y', 'registry quay.io blocked'],
    [['quay.io'], 'quay.io:5000/x/y', null],
    [['registry.local:5000'], 'registry.local:5000/x', 'registry registry.local:5000 blocked'],
    [['registry.local:5000'], 'registry.local/x', null],
    [['docker.io'], 'busybox', 'registry docker.io blocked'],
    [['docker.io'], 'index.docker.io/library/busybox', 'registry index.docker.io blocked'],
    [['docker.io'], 'registry-1.docker.io/library/busybox', 'registry registry-1.docker.io blocked'],
    [['index.docker.io'], 'docker.io/x/y', 'registry docker.io blocked'],
    [['*.example.com'], 'a.example.com/x', 'registry a.example.com blocked'],
    [['*.example.com'], 'example.com/x', null],
    [['a.io', 'b.io'], 'b.io/x', 'registry b.io blocked'],
    [['quay.io'], 'busybox', null],
  ])('%j: %s → %j', (blocked, text, message) => expect(why(blocked, text)).toBe(message));

  it('blocks nothing unless told to', () => expect(blockRule([])).toBe(BLOCK_NONE));
});
