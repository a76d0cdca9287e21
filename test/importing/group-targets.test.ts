import { describe, expect, it } from 'vitest';
import { groupTargets, type SourcedTarget } from '../../functions/importing/group-targets.ts';

const target = (tag: string, source: string): SourcedTarget => ({ namespace: 'ns', stream: 's', incarnation: '1', tag, source });

describe('groupTargets', () => {
  it('puts the tags of one host into one message, in order of their sources however these are written', () => {
    const messages = groupTargets('spec', [
      target('a', 'mysql:5'),
      target('b', 'quay.io/library/mysql:5'),
      target('e', 'alpine'),
      target('f', 'docker.io/library/mysql:5'),
      target('c', `index.docker.io/library/mysql@sha256:${'a'.repeat(64)}`),
      target('d', 'not a reference'),
    ]);
    expect(messages.map(({ reason, targets }) => [reason, targets.map(({ tag }) => tag)])).toEqual([
      ['spec', ['e', 'a', 'f', 'c']],
      ['spec', ['b']],
      ['spec', ['d']],
    ]);
    expect(messages[0]?.targets[0]).toEqual({ namespace: 'ns', stream: 's', incarnation: '1', tag: 'e' });
  });

  it('fills messages with a hundred targets', () => {
    const targets = Array.from({ length: 250 }, (_, index) => target(String(index), 'mysql'));
    expect(groupTargets('scheduled', targets).map((message) => message.targets.length)).toEqual([100, 100, 50]);
  });

  it('does not tear equal sources apart', () => {
    const targets = Array.from({ length: 400 }, (_, index) => target(String(index), `quay.io/x/y:${index % 57}`));
    const messages = groupTargets('scheduled', targets, { until: 5 });
    expect(messages.flatMap((message) => message.targets)).toHaveLength(400);
    const places = new Map<number, Set<number>>();
    for (const [place, message] of messages.entries()) {
      expect(message).toMatchObject({ reason: 'scheduled', until: 5 });
      expect(message.targets.length).toBeLessThanOrEqual(100);
      for (const { tag } of message.targets) places.set(Number(tag) % 57, (places.get(Number(tag) % 57) ?? new Set()).add(place));
    }
    expect([...places.values()].filter((found) => found.size !== 1)).toEqual([]);
    expect(messages.length).toBeLessThanOrEqual(5);
  });

  it('keeps messages of long names below what a queue takes', () => {
    const targets = Array.from({ length: 100 }, () => target('€'.repeat(1_000), 'mysql'));
    const messages = groupTargets('scheduled', targets);
    expect(messages.flatMap((message) => message.targets)).toHaveLength(100);
    for (const message of messages) expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(256 * 1024);
  });
});
