import { describe, expect, it } from 'vitest';
import { groupTargets, type SourcedTarget } from '../../functions/importing/group-targets.ts';

const target = (tag: string, source: string): SourcedTarget => ({ namespace: 'ns', stream: 's', incarnation: '1', tag, source });

describe('groupTargets', () => {
  it('puts one repository into one message, whatever the tag and however it is written', () => {
    const messages = groupTargets('spec', [
      target('a', 'mysql:5'),
      target('b', 'quay.io/library/mysql:5'),
      target('c', `index.docker.io/library/mysql@sha256:${'a'.repeat(64)}`),
      target('d', 'not a reference'),
    ]);
    expect(messages.map(({ reason, targets }) => [reason, targets.map(({ tag }) => tag)])).toEqual([
      ['spec', ['a', 'c']],
      ['spec', ['b']],
      ['spec', ['d']],
    ]);
    expect(messages[0]?.targets[0]).toEqual({ namespace: 'ns', stream: 's', incarnation: '1', tag: 'a' });
  });

  it('fills messages with a hundred targets', () => {
    const targets = Array.from({ length: 250 }, (_, index) => target(String(index), 'mysql'));
    expect(groupTargets('scheduled', targets).map((message) => message.targets.length)).toEqual([100, 100, 50]);
  });

  it('keeps messages of long names below what a queue takes', () => {
    const targets = Array.from({ length: 100 }, () => target('€'.repeat(1_000), 'mysql'));
    const messages = groupTargets('scheduled', targets);
    expect(messages.flatMap((message) => message.targets)).toHaveLength(100);
    for (const message of messages) expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(256 * 1024);
  });
});
